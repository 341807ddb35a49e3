using RecordsGuard.Alerts.Watching;
using RecordsGuard.App;
using RecordsGuard.Local;
using RecordsGuard.Local.Host;

namespace RecordsGuard.Tests.Infra;

[Collection(nameof(Deployments))]
public sealed class AppsTests(Deployments deployments)
{
    private static readonly IEnumerable<string> EveryDuty = Enum.GetValues<Duty>().Select(Duties.Name).Order();

    [Fact]
    public void Every_app_is_a_custom_handler_on_Flex_Consumption() => Each((d, site) =>
    {
        Assert.Equal("functionapp,linux", site.Json.GetProperty("kind").GetString());
        Assert.Equal("custom", site.Text("functionAppConfig.runtime.name"));
        Assert.Equal("1.0", site.Text("functionAppConfig.runtime.version"));
        Assert.False(d.AppSettings(site).Has("FUNCTIONS_WORKER_RUNTIME"));
        var plan = d.OfType("Microsoft.Web/serverfarms").Single(p => p.Id == site.Text("serverFarmId"));
        Assert.Equal("FC1", plan.Json.GetProperty("sku").GetProperty("name").GetString());
        Assert.Single(d.Sites, s => s.Text("serverFarmId") == plan.Id);
    });

    [Fact]
    public void Every_app_answers_https_only_and_takes_no_publishing_password() => Each((d, site) =>
    {
        Assert.True(site.Flag("httpsOnly"));
        Assert.Equal("1.2", site.Text("siteConfig.minTlsVersion"));
        var passwords = d.OfType("Microsoft.Web/sites/basicPublishingCredentialsPolicies")
            .Where(p => p.Name.StartsWith($"{site.Name}/", StringComparison.Ordinal)).ToList();
        Assert.Equal(2, passwords.Count);
        Assert.All(passwords, p => Assert.False(p.Flag("allow")));
    });

    [Fact]
    public void Every_app_has_an_identity_a_host_account_a_subnet_and_a_package_of_its_own()
    {
        foreach (var deployment in deployments.Every)
        {
            var settings = deployment.Sites.Select(deployment.AppSettings).ToList();
            Assert.Distinct(settings.Select(s => s.Text("AzureWebJobsStorage__accountName")));
            Assert.Distinct(settings.Select(s => s.Text("AZURE_CLIENT_ID")));
            Assert.Distinct(deployment.Sites.Select(s => s.Text("virtualNetworkSubnetId")));
            Assert.Distinct(deployment.Sites.Select(s => s.Text("functionAppConfig.deployment.storage.value")));
            Assert.Distinct(deployment.Sites.Select(s =>
                s.Text("functionAppConfig.deployment.storage.authentication.userAssignedIdentityResourceId")));
        }
    }

    [Fact]
    public void Every_connection_of_the_host_is_by_identity() => Each((d, site) =>
    {
        var settings = d.AppSettings(site);
        var app = FunctionApp.Load(new LocalOptions().App.FullName, new Dictionary<string, string>());
        var connections = app.Functions.Select(f => f.Trigger).OfType<FunctionTrigger.Queue>().Select(q => q.Connection).Distinct();

        Assert.All(["AzureWebJobsStorage", .. connections], c =>
        {
            Assert.False(settings.Has(c));
            Assert.Equal("managedidentity", settings.Text($"{c}__credential"));
            Assert.Equal(settings.Text("AZURE_CLIENT_ID"), settings.Text($"{c}__clientId"));
        });
        if (settings.Has("RecordsGuard__Storage__Queues"))
        {
            Assert.Equal(settings.Text("RecordsGuard__Storage__Queues"), settings.Text("RecordsGuardQueues__queueServiceUri"));
        }
    });

    [Fact]
    public void Every_app_is_told_what_its_duties_need_and_no_more() => Each((d, site) =>
    {
        var settings = d.AppSettings(site);
        var duties = Duties.Parse(settings.Text("RecordsGuard__Duties")).Duties!;

        Assert.All(SettingsValidation.Endpoints(new()), e => Assert.Equal(
            duties.Reaches(e.Of), settings.Has($"RecordsGuard__{e.Key.Replace(":", "__", StringComparison.Ordinal)}")));
        Assert.True(settings.Has($"RecordsGuard__Identity__{nameof(IdentitySettings.Audience)}"));
        Assert.Equal("134217728", settings.Text("FUNCTIONS_REQUEST_BODY_SIZE_LIMIT"));
    });

    /// <summary>Without these nobody's requests in Azure's own logs would be the app's own.</summary>
    [Fact]
    public void The_app_that_reads_the_logs_knows_the_identity_of_every_duty() => Each((d, site) =>
    {
        var settings = d.AppSettings(site);
        var reads = Duties.Parse(settings.Text("RecordsGuard__Duties")).Duties!.Include(Duty.Alerts);

        Assert.All(DutyLeaves.Duties.Select(duty => $"RecordsGuard__Alerts__Identities__{duty}").Append("RecordsGuard__Alerts__Packages"), key =>
        {
            Assert.Equal(reads, settings.Has(key));
            Assert.True(!reads || settings.Text(key).Contains("userAssignedIdentities", StringComparison.Ordinal), key);
        });
        Assert.Equal(reads, settings.Has("RecordsGuard__Alerts__Networks__0"));
    });

    [Fact]
    public void Only_the_app_that_delivers_alerts_is_told_where() => Assert.All(
        deployments.WithWebhook.OfType("Microsoft.Web/sites/config"),
        settings => Assert.Equal(
            settings.Name.StartsWith("rg-alerts-", StringComparison.Ordinal),
            settings.Properties.GetRawText().Contains("Webhook", StringComparison.OrdinalIgnoreCase)));

    [Fact]
    public void Settings_that_are_for_one_machine_only_are_not_set() => Each((d, site) =>
    {
        var settings = d.AppSettings(site);

        Assert.All(
            ["RecordsGuard__Clock__Offset", "RecordsGuard__Trust__AuthorityFile", "RecordsGuard__Identity__Authority", "RecordsGuard__Rotation__Settle"],
            s => Assert.False(settings.Has(s), s));
    });

    [Fact]
    public void No_setting_holds_a_secret() => Each((d, site) => Assert.All(
        d.AppSettings(site).Properties.EnumerateObject(),
        s => Assert.DoesNotContain(
            new[] { "AccountKey", "SharedAccess", "listKeys", "sig=", "Password" },
            w => s.Value.GetString()!.Contains(w, StringComparison.OrdinalIgnoreCase))));

    [Fact]
    public void Every_duty_is_done_by_exactly_one_app()
    {
        foreach (var deployment in deployments.Every)
        {
            Assert.Equal(EveryDuty, deployment.Sites.SelectMany(s =>
                deployment.AppSettings(s).Text("RecordsGuard__Duties").Split(',')).Order());
        }
    }

    [Fact]
    public void Behind_Front_Door_nobody_else_is_let_in() => Assert.All(deployments.LargeGroup.Sites, site =>
    {
        Assert.Equal("Deny", site.Text("siteConfig.ipSecurityRestrictionsDefaultAction"));
        var allowed = Assert.Single(site.At("siteConfig.ipSecurityRestrictions").EnumerateArray());
        Assert.Equal("AzureFrontDoor.Backend", allowed.GetProperty("ipAddress").GetString());
        Assert.Contains("frontDoorId", allowed.GetProperty("headers").GetProperty("x-azure-fdid")[0].GetString(), StringComparison.Ordinal);
    });

    private void Each(Action<Deployment, Resource> check)
    {
        foreach (var deployment in deployments.Every)
        {
            Assert.NotEmpty(deployment.Sites);
            Assert.All(deployment.Sites, s => check(deployment, s));
        }
    }
}

using System.Globalization;
using RecordsGuard.App;
using RecordsGuard.Envelopes;
using RecordsGuard.Tests.Envelopes;

namespace RecordsGuard.Tests.App;

/// <summary>What would be unsafe does not start, and says what it was.</summary>
public sealed class SettingsValidationTests
{
    [Fact]
    public void The_thresholds_of_snooping_are_those_of_the_page_and_of_the_domain()
    {
        var (settings, terms) = (new SnoopingSettings(), new RecordsGuard.Alerts.People.LookTerms());
        Assert.Equal(terms, settings.Terms());
        var page = File.ReadAllText(Path.Combine(Vectors.Folder("."), "../../docs/detections.md"));
        Assert.All(typeof(SnoopingSettings).GetProperties(), p => Assert.Contains(
            string.Create(CultureInfo.InvariantCulture, $"| `{p.Name}` | {p.GetValue(settings)} |"), page, StringComparison.Ordinal));
    }

    public static TheoryData<string> Endpoints => ["Records", "Slips", "Inbox", "Rows", "Audit", "Tree", "Queues", "ResourceLogs", "Vault"];

    [Fact]
    public void Azure_with_entra_id_and_the_true_clock_starts() => Assert.Null(Problems(Azure()));

    [Fact]
    public void One_machine_may_have_its_own_issuer_clock_and_root_certificate() => Assert.Null(Problems(Unsafe(Local())));

    [Theory]
    [MemberData(nameof(Endpoints))]
    public void One_endpoint_off_loopback_refuses_issuer_clock_and_root_certificate(string endpoint)
    {
        var settings = Unsafe(Local());
        Set(settings, endpoint, new("https://somewhere.example"));
        var problems = Problems(settings)!;
        Assert.Contains("Clock:Offset", problems, StringComparison.Ordinal);
        Assert.Contains("Identity:Authority", problems, StringComparison.Ordinal);
        Assert.Contains("Trust:AuthorityFile", problems, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Endpoints))]
    public void An_endpoint_is_https_also_on_loopback(string endpoint)
    {
        foreach (var uri in new[] { null, new Uri("http://127.0.0.1:10000"), new Uri("ftp://localhost"), new Uri("/relative", UriKind.Relative) })
        {
            var settings = Local();
            Set(settings, endpoint, uri);
            Assert.Contains("https", Problems(settings)!, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("ingest", "Records,Slips,Inbox,Rows,Audit,Queues,Vault")]
    [InlineData("access", "Records,Slips,Rows,Audit,Tree,Queues,Vault")]
    [InlineData("custody", "Rows,Audit,Queues,Vault")]
    [InlineData("disposition", "Records,Slips,Rows,Audit,Queues,Vault")]
    [InlineData("audit", "Rows,Audit,Tree,Queues,Vault")]
    [InlineData("alerts", "Rows,Audit,Tree,Queues,ResourceLogs")]
    [InlineData("custody,alerts", "Rows,Audit,Tree,Queues,ResourceLogs,Vault")]
    public void An_app_needs_the_addresses_of_its_own_duties_and_no_other(string duties, string needed)
    {
        foreach (string endpoint in (string[])[.. Endpoints.Select(e => e.Data)])
        {
            var settings = Azure();
            Set(settings, endpoint, null);
            Assert.Equal(needed.Split(',').Contains(endpoint), Problems(settings, Duties.Parse(duties).Duties!) is not null);
        }
    }

    [Fact]
    public void What_a_duty_does_not_need_must_be_sound_all_the_same()
    {
        var settings = Unsafe(Local());
        settings.Storage.ResourceLogs = new("https://somewhere.example");
        Assert.Contains("Clock:Offset", Problems(settings, Duties.Parse("ingest").Duties!)!, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("https://login.microsoftonline.com", true)]
    [InlineData("https://login.microsoftonline.com/", true)]
    [InlineData("http://login.microsoftonline.com", false)]
    [InlineData("https://login.microsoftonline.com.evil.example", false)]
    [InlineData("https://login.microsoftonline.com/tenant", false)]
    [InlineData("https://127.0.0.1:7072", false)]
    public void On_azure_tokens_come_from_entra_id(string authority, bool starts)
    {
        var settings = Azure();
        settings.Identity.Authority = authority;
        Assert.Equal(starts, Problems(settings) is null);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(-1)]
    public void On_azure_the_clock_is_not_moved_by_a_tick(long ticks)
    {
        var settings = Azure();
        settings.Clock.Offset = TimeSpan.FromTicks(ticks);
        Assert.NotNull(Problems(settings));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(-1)]
    public void On_azure_a_rotation_waits_as_long_as_every_cache_lasts(long ticks)
    {
        var settings = Azure();
        settings.Rotation.Settle += TimeSpan.FromTicks(ticks);
        Assert.Contains("Rotation:Settle", Problems(settings), StringComparison.Ordinal);
        Assert.True(settings.Rotation.Terms.MaxKeyAge.TotalDays >= 365);
        Assert.Equal(PublicKeys.MaxAge, new RotationSettings().Terms.Hold);
    }

    [Theory]
    [InlineData("https://hooks.example/x", true)]
    [InlineData("http://hooks.example/x", false)]
    [InlineData("http://127.0.0.1:9/x", true)]
    [InlineData("/x", false)]
    public void Alerts_are_posted_over_https_or_to_this_machine(string webhook, bool starts)
    {
        var settings = Azure();
        settings.Alerts.Webhook = new(webhook, UriKind.RelativeOrAbsolute);
        Assert.Equal(starts, Problems(settings) is null);
    }

    [Theory]
    [InlineData("https://127.0.0.1", true)]
    [InlineData("https://127.9.9.9:1", true)]
    [InlineData("https://[::1]:1", true)]
    [InlineData("https://localhost", true)]
    [InlineData("https://records.localhost", true)]
    [InlineData("https://localhost.example", false)]
    [InlineData("https://notlocalhost", false)]
    [InlineData("https://127.0.0.1.example", false)]
    [InlineData("https://10.0.0.1", false)]
    [InlineData("https://0.0.0.0", false)]
    public void Loopback_is_this_machine_and_nothing_that_looks_like_it(string uri, bool loopback) =>
        Assert.Equal(loopback, SettingsValidation.IsLoopback(new(uri)));

    private static Settings Azure() => With(e => new($"https://{e}.core.windows.net"));

    private static Settings Local() => With(_ => new("https://127.0.0.1:10000/account"));

    private static Settings Unsafe(Settings settings)
    {
        settings.Clock.Offset = TimeSpan.FromDays(1);
        settings.Identity.Authority = "https://127.0.0.1:7072";
        settings.Trust.AuthorityFile = "/root.pem";
        return settings;
    }

    private static Settings With(Func<string, Uri> uri)
    {
        var settings = new Settings();
        foreach (string endpoint in (string[])[.. Endpoints.Select(e => e.Data)])
        {
            Set(settings, endpoint, uri(endpoint));
        }

        return settings;
    }

    private static void Set(Settings settings, string endpoint, Uri? uri)
    {
        if (endpoint == "Vault")
        {
            settings.Vault.Uri = uri;
        }
        else
        {
            typeof(StorageSettings).GetProperty(endpoint)!.SetValue(settings.Storage, uri);
        }
    }

    private static string? Problems(Settings settings, Duties? duties = null) =>
        new SettingsValidation(duties ?? Duties.All).Validate(null, settings) is { Failed: true } failed ? failed.FailureMessage : null;
}

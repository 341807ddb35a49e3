using RecordsGuard.Azure;

namespace RecordsGuard.Tests.Infra;

/// <summary>The template's names are the program's, and Azure takes them.</summary>
[Collection(nameof(Deployments))]
public sealed class NamesTests(Deployments deployments)
{
    private const string Storage = "Microsoft.Storage/storageAccounts";

    /// <summary>Event Grid's own.</summary>
    private const string DeadLetters = "inbox/inbox-dead-letters";

    /// <summary>Names as the documentation of Azure's naming rules has them.</summary>
    private static readonly Dictionary<string, string> Limits = new()
    {
        [Storage] = "^[a-z0-9]{3,24}$",
        [$"{Storage}/blobServices/containers"] = "^(?!.*--)[a-z0-9][a-z0-9-]{1,61}[a-z0-9]$",
        [$"{Storage}/queueServices/queues"] = "^(?!.*--)[a-z0-9][a-z0-9-]{1,61}[a-z0-9]$",
        [$"{Storage}/tableServices/tables"] = "^[A-Za-z][A-Za-z0-9]{2,62}$",
        ["Microsoft.KeyVault/vaults"] = "^(?!.*--)[a-zA-Z][a-zA-Z0-9-]{1,22}[a-zA-Z0-9]$",
        ["Microsoft.KeyVault/vaults/keys"] = "^[0-9a-zA-Z-]{1,127}$",
        ["Microsoft.Web/sites"] = "^[a-zA-Z0-9][a-zA-Z0-9-]{0,58}[a-zA-Z0-9]$",
        ["Microsoft.Web/serverfarms"] = "^[a-zA-Z0-9-]{1,40}$",
        ["Microsoft.ManagedIdentity/userAssignedIdentities"] = "^[a-zA-Z0-9][a-zA-Z0-9_-]{2,127}$",
        ["Microsoft.EventGrid/systemTopics"] = "^[a-zA-Z0-9-]{3,50}$",
        ["Microsoft.Cdn/profiles/ruleSets"] = "^[a-zA-Z][a-zA-Z0-9]{0,59}$",
        ["Microsoft.Cdn/profiles/ruleSets/rules"] = "^[a-zA-Z][a-zA-Z0-9]{0,259}$",
        ["Microsoft.Cdn/profiles/originGroups"] = "^[a-zA-Z0-9][a-zA-Z0-9-]{0,88}[a-zA-Z0-9]$",
        ["Microsoft.Resources/resourceGroups"] = @"^[\w().-]{1,89}[\w()-]$",
    };

    [Fact]
    public void Every_name_is_within_Azures_limits() => Assert.All(
        deployments.Every.SelectMany(d => d.Resources).Where(r => Limits.ContainsKey(r.Type)),
        r => Assert.Matches(Limits[r.Type], r.LastName));

    [Fact]
    public void No_two_resources_have_the_same_id() => Assert.All(
        deployments.Every, d => Assert.Empty(d.Resources.GroupBy(r => r.Id).Where(g => g.Count() > 1).Select(g => g.Key)));

    [Fact]
    public void Tables_are_the_programs()
    {
        foreach (var deployment in deployments.Every)
        {
            var tables = Names(deployment, $"{Storage}/tableServices/tables");

            Assert.Equal(
                StorageNames.Tables.Select(t => StorageNames.AuditTables.Contains(t) ? $"audit/{t}" : $"records/{t}").Order(), tables);
        }
    }

    [Fact]
    public void Queues_and_poison_queues_are_the_programs()
    {
        foreach (var deployment in deployments.Every)
        {
            Assert.Equal(
                StorageNames.Queues.Select(q => $"records/{q}").Order(),
                Names(deployment, $"{Storage}/queueServices/queues"));
        }
    }

    [Fact]
    public void Containers_are_the_programs()
    {
        foreach (var deployment in deployments.Every)
        {
            Assert.Equal(
                StorageNames.Containers.Select(c => c == "quarantine" ? $"records/{c}" : $"{c}/{c}")
                    .Concat(StorageNames.AuditContainers.Select(c => $"audit/{c}")).Append(DeadLetters).Order(),
                Names(deployment, $"{Storage}/blobServices/containers")
                    .Where(c => !c.StartsWith("logs/", StringComparison.Ordinal) && !c.StartsWith("deploy/", StringComparison.Ordinal)));
        }
    }

    private static IEnumerable<string> Names(Deployment deployment, string type) => deployment.OfType(type)
        .Select(r => $"{deployment.Purpose(r.Name.Split('/')[0])}/{r.LastName}").Order();
}

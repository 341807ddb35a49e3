using RecordsGuard.Alerts;
using RecordsGuard.Alerts.Detections;
using RecordsGuard.Tests.Envelopes;
using static RecordsGuard.Tests.Alerts.Detections.Evaluated;

namespace RecordsGuard.Tests.Alerts.Detections;

/// <summary>Changes of resources: what weakens storage, vault or logging is told, whoever wrote it.</summary>
public sealed class ChangeTests
{
    private const string Operator = "99999999-2222-3333-4444-555555555555";
    private const string Account = "Microsoft.Storage/storageAccounts/write";
    private const string Settings = "Microsoft.Insights/diagnosticSettings/write";

    [Theory]
    [InlineData(Account, """{"properties":{"allowSharedKeyAccess":true}}""", "storage-shared-key-on")]
    [InlineData(Account, """{"location":"x","sku":{},"properties":{"allowSharedKeyAccess":true}}""", "storage-shared-key-on")]
    [InlineData(Account, """{"properties":{"allowBlobPublicAccess":true}}""", "storage-anonymous-on")]
    [InlineData(Account, """{"properties":{"minimumTlsVersion":"TLS1_0"}}""", "transport-weakened")]
    [InlineData(Account, """{"properties":{"publicNetworkAccess":"Enabled"}}""", "network-opened")]
    [InlineData(Account, """{"properties":{"publicNetworkAccess":"Enabled","networkAcls":{"defaultAction":"Deny"}}}""", null)]
    [InlineData(Account, """{"properties":{"networkAcls":{"defaultAction":"Deny","ipRules":[{"value":"1.2.3.4"}]}}}""", "network-rule-added")]
    [InlineData(Account, """{"properties":{"encryption":{"keySource":"Microsoft.Keyvault"}}}""", "storage-encryption-changed")]
    [InlineData(Account, """{"tags":{"a":"b"}}""", null)]
    [InlineData(Account, null, "storage-account-changed")]
    [InlineData(Account, "{cut", "storage-account-changed")]
    [InlineData("Microsoft.Storage/storageAccounts/blobServices/containers/write", """{"properties":{"publicAccess":"Container"}}""", "storage-container-opened")]
    [InlineData("Microsoft.Storage/storageAccounts/blobServices/containers/write", """{"properties":{"publicAccess":"None"}}""", null)]
    [InlineData("Microsoft.Storage/storageAccounts/blobServices/containers/immutabilityPolicies/delete", null, "immutability-removed")]
    [InlineData("Microsoft.Storage/storageAccounts/blobServices/containers/immutabilityPolicies/extend/action", null, null)]
    [InlineData("Microsoft.Storage/storageAccounts/blobServices/containers/immutabilityPolicies/lock/action", null, null)]
    [InlineData("Microsoft.Storage/storageAccounts/managementPolicies/write", null, "storage-lifecycle-changed")]
    [InlineData("Microsoft.Storage/storageAccounts/localUsers/write", null, "storage-local-user")]
    [InlineData("Microsoft.Storage/storageAccounts/blobServices/containers/blobs/manageOwnership/action", null, "storage-permissions-changed")]
    [InlineData("Microsoft.KeyVault/vaults/write", """{"properties":{"enablePurgeProtection":false}}""", "vault-protection-off")]
    [InlineData("Microsoft.KeyVault/vaults/write", """{"properties":{"accessPolicies":[{"objectId":"x"}]}}""", "vault-access-changed")]
    [InlineData("Microsoft.KeyVault/vaults/accessPolicies/write", null, "vault-access-changed")]
    [InlineData("Microsoft.KeyVault/vaults/keys/read", null, "vault-look")]
    [InlineData("Microsoft.Authorization/locks/delete", null, "lock-deleted")]
    [InlineData("Microsoft.Authorization/roleDefinitions/write", null, "role-changed")]
    [InlineData("Microsoft.Authorization/roleAssignments/write", null, "role-assigned")]
    [InlineData("Microsoft.Authorization/roleAssignments/write", """{"properties":{"roleDefinitionId":"/x/roleDefinitions/11111111-aaaa-bbbb-cccc-222222222222"}}""", "role-assigned")]
    [InlineData("Microsoft.Authorization/roleAssignments/write", """{"Properties":{"RoleDefinitionId":"/x/roleDefinitions/ACDD72A7-3385-48ef-bd42-f606fba81ae7"}}""", null)]
    [InlineData(Settings, """{"properties":{"logs":[{"category":"StorageRead","enabled":true},{"category":"StorageWrite","enabled":false}]}}""", "diagnostic-settings-weakened")]
    [InlineData(Settings, """{"properties":{"logs":[]}}""", "diagnostic-settings-weakened")]
    [InlineData(Settings, """{"properties":{"metrics":[{"enabled":true}]}}""", "diagnostic-settings-weakened")]
    [InlineData(Settings, """{"properties":{"logs":[{"categoryGroup":"allLogs","enabled":true}],"metrics":[{"enabled":false}]}}""", null)]
    [InlineData("MICROSOFT.STORAGE/STORAGEACCOUNTS/PROVIDERS/MICROSOFT.INSIGHTS/DIAGNOSTICSETTINGS/DELETE", null, "diagnostic-settings-deleted")]
    [InlineData("Microsoft.Compute/virtualMachines/delete", null, null)]
    [InlineData("Microsoft.Storage/storageAccounts/read", null, null)]
    public async Task A_change_is_known_by_what_it_asks_for(string operation, string? body, string? detection) =>
        Assert.Equal(detection is null ? [] : [detection], (await WithoutPolicyAsync(Change(operation, body))).Ids);

    [Fact]
    public async Task An_operator_may_write_and_yet_not_weaken()
    {
        var log = Change(Account, """{"tags":{}}""", who: Operator) + Change(Account, null, correlation: "c-2", who: Operator)
            + Change("Microsoft.Insights/diagnosticSettings/delete", correlation: "c-3", who: Operator);
        Assert.Empty((await WithPolicyAsync(log, null)).Alerts);
        Assert.Equal(
            ["storage-shared-key-on"],
            (await WithPolicyAsync(Change(Account, """{"properties":{"allowSharedKeyAccess":true}}""", who: Operator), null)).Ids);
        Assert.Equal(["role-elevated"], (await WithPolicyAsync(Change("Microsoft.Authorization/elevateAccess/action", who: Operator), null)).Ids);
    }

    [Theory]
    [InlineData("Start", "Success", 1)]
    [InlineData("Success", "Start", 1)]
    [InlineData("Start", null, 1)] // nobody saw how it ended
    [InlineData("Start", "Failed", 0)]
    [InlineData("Failed", "Start", 0)]
    [InlineData("Accept", "Success", 1)]
    public async Task A_change_is_several_entries_in_any_order_and_is_told_once_unless_it_failed(string first, string? second, int count)
    {
        const string weak = """{"properties":{"isVersioningEnabled":false}}""";
        var log = string.Concat(new[] { first, second, second }.OfType<string>()
            .Select(r => Change("Microsoft.Storage/storageAccounts/blobServices/write", r is "Start" or "Accept" ? weak : null, r)));
        Assert.Equal(Enumerable.Repeat("versioning-off", count), (await WithoutPolicyAsync(log)).Ids);
    }

    [Fact]
    public async Task A_vault_s_own_log_of_a_change_shows_what_it_weakened()
    {
        var patch = Key("VaultPatch", who: Operator).Replace("\"properties\":{", "\"properties\":{\"addedAccessPolicy\":{\"ObjectId\":\"x\"},\"vaultProperties\":{\"networkAcls\":{\"defaultAction\":\"Allow\"}},");
        Assert.Equal(["vault-changed", "vault-access-changed", "network-opened"], (await WithoutPolicyAsync(patch)).Ids);
    }

    [Fact]
    public async Task Many_broken_lines_are_an_alert_and_a_few_are_not()
    {
        Assert.Empty((await WithoutPolicyAsync(Change("x/y/z") + "broken\n")).Alerts);
        Assert.Equal(["log-unreadable"], (await WithoutPolicyAsync(string.Concat(Enumerable.Repeat("broken\n", 12)) + Change("x/y/z"))).Ids);
        Assert.Equal(["log-unreadable"], (await WithoutPolicyAsync("broken")).Ids);
    }

    [Fact]
    public void Every_detection_has_an_id_of_its_own_and_says_what_to_do()
    {
        Detection[] all = [.. LogDetections.All, .. PeopleDetections.All];
        Assert.Equal(all.Length, all.Select(d => d.Id).Distinct().Count());
        Assert.All(all, d =>
        {
            Assert.Matches("^[a-z]+(-[a-z]+)*$", d.Id);
            Assert.EndsWith(".", d.Rationale);
            Assert.EndsWith(".", d.FirstAction);
            Assert.EndsWith(".", d.Tuning);
        });
    }

    [Fact]
    public void The_catalogue_is_what_the_code_says()
    {
        var page = File.ReadAllText(Path.Combine(Vectors.Folder("."), "../../docs/detections.md"));
        Detection[] all = [.. LogDetections.All, .. PeopleDetections.All];
        var rows = all.Select(d => $"| `{d.Id}` | {d.Severity.ToString().ToLowerInvariant()} | {d.Rationale} | {d.FirstAction} | {d.Tuning} |");
        Assert.All(rows, r => Assert.Contains(r, page, StringComparison.Ordinal));
        Assert.Equal(all.Length, page.Split('\n').Count(l => l.StartsWith("| `", StringComparison.Ordinal) && l.Split('|').Length == 7));
    }
}

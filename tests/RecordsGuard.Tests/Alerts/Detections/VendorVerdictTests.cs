using System.Text.Json;
using CsCheck;
using RecordsGuard.Tests.Envelopes;

namespace RecordsGuard.Tests.Alerts.Detections;

/// <summary>
/// Every vendor's case of tests/vectors/azure-logs: the verdict its author expects of that rule is that of our detection
/// of the same thing; where ours differs, docs/detections.md says why.
/// </summary>
public sealed class VendorVerdictTests
{
    private const string Panther = "panther-labs+panther-analysis/rules";

    /// <summary>Which of ours answers for a rule. Rules that are not here are not about records, keys or evidence.</summary>
    private static readonly Dictionary<string, string> Ours = new()
    {
        ["ActionGroups.Deleted"] = "alert-route-deleted",
        ["AlertRules.Deleted"] = "alert-route-deleted",
        ["LogAnalyticsWorkspace.Deleted"] = "alert-route-deleted",
        ["DiagnosticSettings.Deleted"] = "diagnostic-settings-deleted",
        ["KeyVault.CertificateAccessed"] = "vault-secret-read",
        ["KeyVault.SecretAccessedOrRecovered"] = "vault-secret-read",
        ["KeyVault.Deleted"] = "vault-deleted",
        ["KeyVault.Purged"] = "vault-purged",
        ["KeyVault.KeyPurged"] = "vault-key-purged",
        ["ResourceGroup.Deleted"] = "resource-group-deleted",
        ["RoleAssignment.PrivilegedOrElevated"] = "role-assigned role-elevated",
        ["StorageAccount.Deleted"] = "storage-account-deleted",
        ["StorageAccount.SharedKeyAccessEnabled"] = "storage-shared-key-on",
        ["StorageAccount.KeyRegenerated"] = "storage-key-regenerated",
        ["StorageAccount.KeysListed"] = "storage-keys-listed",
        ["StorageAccount.PublicNetworkAccessEnabled"] = "network-opened",
        ["StorageAccount.VersioningDisabled"] = "versioning-off",
        ["StorageAccount.BlobSoftDeleteDisabled"] = "soft-delete-off",
        ["StorageAccount.ContainerSoftDeleteDisabled"] = "soft-delete-off",
        ["StorageAccount.HttpsOnlyDisabled"] = "transport-weakened",
        ["Storage.Blob.BulkDeletion"] = "storage-delete",
        ["Storage.Blob.BulkExtraction"] = "storage-read",
        ["Storage.Blob.CPKEncryptionDetected"] = "storage-foreign-key",
        ["Storage.Blob.Uploaded"] = "storage-write",
        ["Storage.BlobPermissionsModified"] = "storage-container-changed storage-container-opened",
        ["Storage.FileShareModified"] = "storage-share-written",
        ["Policy.Violation"] = "policy-violated",
        ["RecoveryServices.ProtectionContainerDeleted"] = "storage-backup-removed",
    };

    /// <summary>Where ours is another verdict; the reasons stand in docs/detections.md under these names.</summary>
    private static readonly Dictionary<string, bool> OursDiffers = new()
    {
        ["StorageAccount.PublicNetworkAccessEnabled: Different Operation"] = true, // a creation that is open at once
        ["Policy.Violation: AuditIfNotExists Policy Violation"] = false, // a network's
        ["RecoveryServices.ProtectionContainerDeleted: Protection Container Deleted Successfully"] = false, // a virtual machine's
        ["RecoveryServices.ProtectionContainerDeleted: Multiple Protection Containers Deleted - Mass Backup Destruction"] = false,
    };

    [Fact]
    public async Task Each_case_about_storage_or_vaults_gets_the_verdict_its_author_expects()
    {
        var wrong = new List<string>();
        var checkedCases = 0;
        await foreach (var (rule, test, expected, evaluated) in CasesAsync())
        {
            if (!Ours.TryGetValue(rule, out var ids))
            {
                continue;
            }

            checkedCases++;
            var verdict = evaluated.Ids.Intersect(ids.Split(' ')).Any();
            var wanted = OursDiffers.GetValueOrDefault($"{rule}: {test}", expected);
            if (verdict != wanted)
            {
                wrong.Add($"{rule}: {test}: {string.Join(' ', evaluated.Ids)}");
            }
        }

        Assert.Empty(wrong);
        Assert.Equal(90, checkedCases);
    }

    [Fact]
    public async Task A_case_about_anything_else_is_silent_unless_another_of_ours_is_about_it()
    {
        var told = new List<string>();
        await foreach (var (rule, test, _, evaluated) in CasesAsync())
        {
            if (!Ours.ContainsKey(rule))
            {
                told.AddRange(evaluated.Ids.Select(id => $"{rule}: {test}: {id}"));
            }
        }

        Assert.Equal(
        [
            "EventHub.Deleted: Different Resource Type: storage-account-deleted",
            "Network.NSGModifiedOrDeleted: Diagnostic Settings Modified: diagnostic-settings-changed",
        ],
        told);
    }

    [Fact]
    public void Where_ours_differs_the_reason_is_written()
    {
        var written = File.ReadAllText(Path.Combine(Vectors.Folder("."), "../../docs/detections.md"));
        Assert.All(OursDiffers.Keys, k => Assert.Contains(k, written, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Every_sample_file_is_read_and_only_the_line_that_is_no_JSON_is_told()
    {
        var broken = new List<string>();
        var entries = 0L;
        foreach (var file in Directory.GetFiles(Vectors.Folder("azure-logs"), "*.json*", SearchOption.AllDirectories))
        {
            var evaluated = await Evaluated.WithoutPolicyAsync(await File.ReadAllTextAsync(file, CancellationToken.None));
            Assert.True(evaluated.Counts.Entries > 0, file);
            entries += evaluated.Counts.Entries;
            broken.AddRange(evaluated.Broken.Select(b => $"{Path.GetFileName(file)}:{b.Line}"));
        }

        Assert.Equal(["log.json:1"], broken);
        Assert.Equal(273, entries);
    }

    [Fact]
    public void Whatever_is_done_to_a_line_nothing_throws_and_the_line_after_it_is_read()
    {
        var lines = Directory.GetFiles(Vectors.Folder("azure-logs"), "*.jsonl", SearchOption.AllDirectories).SelectMany(File.ReadAllLines).ToArray();
        string[] bits = ["\\ud800", "\\", "\"", "{", "}", "[", "]", "\n", "\0", ":", ",", "null", "\uFFFD", "9e999", "\\u0000"];
        Gen.Select(Gen.Int[0, lines.Length - 1].Select(i => lines[i]), Gen.Int[0, bits.Length - 1].Select(i => bits[i]), Gen.Int[0, 10_000], Gen.Int[0, 40]).Sample(
            (line, bit, at, cut) =>
            {
                at %= line.Length;
                var harmed = line[..at] + bit + line[Math.Min(line.Length, at + cut)..];
                var evaluated = Evaluated.WithoutPolicyAsync($"{harmed}\n{Evaluated.Blob()}\n").GetAwaiter().GetResult();
                Assert.Contains("storage-read", evaluated.Ids);
            },
            iter: 2_000);
    }

    [Fact]
    public async Task A_client_cannot_make_its_line_unreadable()
    {
        var evaluated = await Evaluated.WithoutPolicyAsync(Evaluated.Blob().Replace("\"statusText\"", "\"userAgentHeader\":\"\\ud800\",\"statusText\""));
        Assert.Equal(["storage-read"], evaluated.Ids);
    }

    [Theory]
    [InlineData("azure.impact.blob-ransomware-client-encryption-scope.jsonl", "vault-key-deleted vault-changed storage-encryption-changed")]
    [InlineData("azure.impact.blob-ransomware-cpek.jsonl", "storage-write")]
    [InlineData("azure.impact.blob-ransomware-individual-file-deletion.jsonl", "storage-delete")]
    [InlineData("azure.impact.blob-ransomware-service-storage-cmk.jsonl", "vault-key-deleted vault-deleted")]
    [InlineData("keyvault_logging_doc_vaultget.json", "vault-look")]
    [InlineData("managedhsm_logging_doc_backupcreate.json", "vault-key-copied")]
    [InlineData("monitor-blob-storage-reference.fragments.json", "storage-write")]
    [InlineData("log.jsonl", "storage-account-key")]
    [InlineData("log1.jsonl", "storage-account-key")]
    [InlineData("log3.jsonl", "resource-group-deleted")]
    [InlineData("log.json", "storage-account-key")]
    [InlineData("log-maximum.json", "vault-secret-read vault-secret-changed vault-secret-read")]
    [InlineData("log-minimum-2.json", "vault-secret-read")]
    [InlineData("azure_activity_log.jsonl", "")]
    [InlineData("activity_log_fixtures.json", "")]
    public async Task Records_of_techniques_and_documentation_are_understood(string name, string ids)
    {
        var file = Assert.Single(Directory.GetFiles(Vectors.Folder("azure-logs"), name, SearchOption.AllDirectories));
        Assert.Equal(ids, string.Join(' ', (await Evaluated.WithoutPolicyAsync(await File.ReadAllTextAsync(file, CancellationToken.None))).Ids));
    }

    private static async IAsyncEnumerable<(string Rule, string Test, bool Expected, Evaluated Evaluated)> CasesAsync()
    {
        foreach (var line in Directory.GetFiles(Path.Combine(Vectors.Folder("azure-logs"), Panther), "*", SearchOption.AllDirectories)
            .Order(StringComparer.Ordinal).SelectMany(File.ReadAllLines))
        {
            using var one = JsonDocument.Parse(line);
            var rule = one.RootElement.GetProperty("rule").GetString()!.Split('.', 3)[2];
            yield return (
                rule, one.RootElement.GetProperty("test").GetString()!, one.RootElement.GetProperty("expected").GetBoolean(),
                await Evaluated.WithoutPolicyAsync(one.RootElement.GetProperty("log").GetRawText()));
        }
    }
}

using static RecordsGuard.Tests.Alerts.Detections.Evaluated;

namespace RecordsGuard.Tests.Alerts.Detections;

/// <summary>Who may do what, where, from where; all else is told, even once.</summary>
public sealed class AllowListTests
{
    [Fact]
    public async Task What_the_policy_allows_is_silent_and_without_a_policy_the_same_is_told()
    {
        var log = Blob() + Blob(status: 206) + Blob("GetBlobProperties") + Key() + Key(key: "demo-index");
        Assert.Empty((await WithPolicyAsync(log, null)).Alerts);
        Assert.Equal(
            ["storage-read", "storage-read", "storage-look", "vault-key-used", "vault-key-used"],
            (await WithoutPolicyAsync(log)).Ids);
    }

    [Theory]
    [InlineData("DeleteBlob", "/strecords/records/demo/c1/r1", "10.0.1.5:1", "beyond-duty")]
    [InlineData("GetBlob", "/strecords/slips/demo/c1/r1", "10.0.1.5:1", "beyond-duty")]
    [InlineData("GetBlob", "/stlogs/records/demo", "10.0.1.5:1", "beyond-duty")]
    [InlineData("GetBlob", "/strecords/records/demo/c1/r1", "10.1.1.5:1", "outside-network")]
    [InlineData("GetBlob", "/strecords/records/demo/c1/r1", "fd01::1", "outside-network")]
    [InlineData("GetBlob", "/strecords/records/demo/c1/r1", "", "outside-network")]
    [InlineData("GetBlob", "/strecords/records/demo/c1/r1", "[fd00::9]:443", null)]
    [InlineData("getblob", "/StRecords/records/demo/c1/r1", "::ffff:10.0.1.5", null)]
    public async Task One_of_our_identities_does_its_duty_only_and_from_where_the_app_runs(
        string operation, string path, string caller, string? detection) =>
        Assert.Equal(detection is null ? [] : [detection], (await WithPolicyAsync(Blob(operation, path: path, caller: caller), null)).Ids);

    [Theory]
    [InlineData("GetBlob", 200, "storage-read")]
    [InlineData("GetBlob", 206, "storage-read")]
    [InlineData("ReadFile", 200, "storage-read")]
    [InlineData("QueryEntities", 200, "storage-read")]
    [InlineData("GetMessages", 200, "storage-read")]
    [InlineData("ListBlobs", 200, "storage-look")]
    [InlineData("PutBlob", 201, "storage-write")]
    [InlineData("InsertEntity", 204, "storage-write")]
    [InlineData("SomethingNew", 200, "storage-look")] // its category says that it reads
    [InlineData("DeleteBlob", 202, "storage-delete")]
    [InlineData("GetBlob", 403, "storage-attempt")]
    [InlineData("GetBlob", 404, "storage-attempt")]
    public async Task A_stranger_is_told_by_what_came_of_it(string operation, int status, string detection) =>
        Assert.Equal([detection], (await WithPolicyAsync(Blob(operation, status, who: "stranger", category: detection == "storage-write" ? "StorageWrite" : "StorageRead"), null)).Ids);

    [Theory]
    [InlineData("AccountKey", "key1(AA)", "storage-account-key")]
    [InlineData("Account Key", "key1(AA)", "storage-account-key")]
    [InlineData("SAS", "key1(AA),SasSignature(BB)", "storage-sas")]
    [InlineData("SAS Key", "key1(AA),SasSignature(BB)", "storage-sas")]
    [InlineData("DelegationSas", "SasSignature(BB)", "storage-sas")]
    [InlineData("Anonymous", null, "storage-anonymous")]
    [InlineData("TrustedAccess", null, "storage-read")]
    public async Task What_names_nobody_is_told_by_its_kind(string identity, string? token, string detection)
    {
        var alert = Assert.Single((await WithPolicyAsync(Blob(identity: identity, token: token), null)).Alerts);
        Assert.Equal((detection, token ?? (identity == "Anonymous" ? "anonymous" : identity)), (alert.Id, alert.Principal));
    }

    [Fact]
    public async Task A_browser_asking_what_it_may_ask_is_nothing() =>
        Assert.Empty((await WithoutPolicyAsync(Blob("BlobPreflightRequest", identity: "Anonymous"))).Alerts);

    [Fact]
    public async Task The_status_decides_and_not_what_Key_Vault_calls_success()
    {
        Assert.Equal(["vault-attempt"], (await WithoutPolicyAsync(Key("KeyUnwrap", 403))).Ids);
        var bySignature = Key("KeyPurge").Replace("\"httpStatusCode\":200,", "").Replace("\"resultType\"", "\"resultSignature\":\"Forbidden\",\"resultType\"");
        Assert.Equal(["vault-attempt"], (await WithoutPolicyAsync(bySignature)).Ids);
        Assert.Equal(["vault-key-purged"], (await WithoutPolicyAsync(Key("KeyPurge"))).Ids);
    }

    [Theory]
    [InlineData("Authentication", OurId)]
    [InlineData("KeyUnwrap", "")]
    public async Task The_challenge_that_asks_for_a_token_is_no_alert(string operation, string who) =>
        Assert.Empty((await WithoutPolicyAsync(Key(operation, 401, who).Replace("\"appid\":\"app\",", who.Length == 0 ? "" : "\"appid\":\"app\","))).Alerts);

    [Fact]
    public async Task A_token_that_the_vault_does_not_take_is_an_attempt() =>
        Assert.Equal(["vault-attempt"], (await WithoutPolicyAsync(Key("KeyUnwrap", 401))).Ids);

    [Theory]
    [InlineData("KeyUnwrap", "vault-key-used")]
    [InlineData("KeyDecrypt", "vault-key-used")]
    [InlineData("KeySign", "vault-key-used")]
    [InlineData("KeyDelete", "vault-key-deleted")]
    [InlineData("KeyBackup", "vault-key-copied")]
    [InlineData("KeyRestore", "vault-key-copied")]
    [InlineData("KeyImport", "vault-key-copied")]
    [InlineData("KeyRotate", "vault-key-changed")]
    [InlineData("KeyRotationPolicyUpdate", "vault-key-changed")]
    [InlineData("SecretGet", "vault-secret-read")]
    [InlineData("SecretPurge", "vault-secret-changed")]
    [InlineData("CertificatePurge", "vault-secret-changed")]
    [InlineData("VaultDelete", "vault-deleted")]
    [InlineData("VaultPatch", "vault-changed")]
    [InlineData("KeyList", "vault-look")]
    [InlineData("Unheard", "vault-changed")]
    public async Task The_vault_s_operations_have_their_meanings(string operation, string detection) =>
        Assert.Equal([detection], (await WithPolicyAsync(Key(operation, who: "a-managed-identity"), null)).Ids);

    [Fact]
    public async Task Azure_s_own_readers_of_a_vault_s_settings_are_quiet_and_only_there()
    {
        static string By(string line) => line.Replace("\"appid\":\"app\"", "\"appid\":\"509e4652-da8d-478d-a730-e9d4a1996ca4\"");
        Assert.Empty((await WithoutPolicyAsync(By(Key("VaultGet")))).Alerts);
        Assert.Equal(["vault-secret-read"], (await WithoutPolicyAsync(By(Key("SecretGet")))).Ids);
    }

    [Fact]
    public async Task A_line_that_comes_twice_is_told_once_and_two_lines_of_one_request_twice()
    {
        var line = Blob(who: "stranger");
        Assert.Single((await WithoutPolicyAsync(line + line)).Alerts);
        Assert.Equal(2, (await WithoutPolicyAsync(line + line.Replace("GetBlob", "GetBlobProperties"))).Alerts.Count);
    }

    [Fact]
    public async Task A_copy_is_three_lines_of_which_one_reads()
    {
        var log = Blob("CopyBlobSource", path: "https://strecords.blob.core.windows.net/records/demo/c1/r1?versionId=1", who: "stranger")
            + Blob("CopyBlobDestination", 202, path: "/stother/x", who: "stranger", category: "StorageWrite") + Blob("CopyBlob", 202, path: "/stother/x", who: "stranger", category: "StorageWrite");
        var told = await WithoutPolicyAsync(log);
        Assert.Equal(["storage-read", "storage-write", "storage-write"], told.Ids);
        Assert.Equal("strecords/records/demo/c1/r1", told.Alerts[0].Object);
    }

    [Fact]
    public async Task Many_in_a_quarter_of_an_hour_are_told_once_more_in_whatever_order_they_come()
    {
        var lines = Enumerable.Range(0, 20)
            .Select(i => Blob("DeleteBlob", 202, "stranger", path: $"/a/b/{i}", time: $"2026-03-02T10:{i % 14:00}:00Z")).Reverse();
        Assert.Single((await WithoutPolicyAsync(string.Concat(lines))).Ids, "storage-mass-delete");
        var slow = Enumerable.Range(0, 20).Select(i => Blob("DeleteBlob", 202, "stranger", path: $"/a/b/{i}", time: $"2026-03-02T{i:00}:00:00Z"));
        Assert.DoesNotContain("storage-mass-delete", (await WithoutPolicyAsync(string.Concat(slow))).Ids);
        var same = Enumerable.Range(0, 60).Select(i => Blob(who: "stranger", time: $"2026-03-02T10:{i % 14:00}:00Z"));
        Assert.DoesNotContain("storage-mass-read", (await WithoutPolicyAsync(string.Concat(same))).Ids);
    }

    [Fact]
    public async Task A_missing_status_is_taken_for_the_worse() =>
        Assert.Equal(["storage-read"], (await WithoutPolicyAsync(Blob(who: "x", text: "").Replace("\"statusCode\":200", "\"statusCode\":\"Unknown\""))).Ids);

    [Theory]
    [InlineData("""{"TimeGenerated":"2026-03-02T10:00:00Z","Category":"StorageRead","OperationName":"GetBlob","StatusCode":"200","StatusText":"Success","AuthenticationType":"OAuth","RequesterObjectId":"11111111-2222-3333-4444-555555555555","CallerIpAddress":"10.0.1.5:1","ObjectKey":"/strecords/records/demo/c/r","Type":"StorageBlobLogs","_ResourceId":"/subscriptions/s/resourcegroups/g/providers/microsoft.storage/storageaccounts/strecords"}""")]
    [InlineData("""{"TimeGenerated":"2026-03-02T10:00:00Z","Category":"AuditEvent","OperationName":"KeyUnwrap","ResultType":"Success","ResultSignature":"OK","httpStatusCode_d":200,"identity_claim_oid_g":"11111111-2222-3333-4444-555555555555","CallerIPAddress":"10.0.1.5","id_s":"https://kv.vault.azure.net/keys/demo-content/1","ResourceId":"/SUBSCRIPTIONS/S/RESOURCEGROUPS/G/PROVIDERS/MICROSOFT.KEYVAULT/VAULTS/KV","Type":"AzureDiagnostics"}""")]
    public async Task Rows_of_Log_Analytics_are_understood_like_the_lines_they_were_made_of(string row)
    {
        Assert.Empty((await WithPolicyAsync(row, null)).Alerts);
        var alert = Assert.Single((await WithoutPolicyAsync(row)).Alerts);
        Assert.Equal(OurId, alert.Principal);
        Assert.NotNull(alert.Time);
    }

    [Fact]
    public async Task An_alert_is_one_line_with_eight_names_in_their_order()
    {
        var line = Assert.Single((await WithoutPolicyAsync(Blob(request: "r-1"))).Alerts).ToJson();
        Assert.DoesNotContain('\n', line);
        using var json = System.Text.Json.JsonDocument.Parse(line);
        Assert.Equal(
            ["detection", "severity", "principal", "operation", "object", "time", "correlationId", "evidence"],
            json.RootElement.EnumerateObject().Select(p => p.Name));
        Assert.Equal("critical", json.RootElement.GetProperty("severity").GetString());
        Assert.Equal("r-1", json.RootElement.GetProperty("evidence").GetProperty("clientRequestId").GetString());
        Assert.Equal(1, json.RootElement.GetProperty("evidence").GetProperty("line").GetInt64());
    }
}

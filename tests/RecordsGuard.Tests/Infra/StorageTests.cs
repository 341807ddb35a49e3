using RecordsGuard.Retention.Purging;

namespace RecordsGuard.Tests.Infra;

[Collection(nameof(Deployments))]
public sealed class StorageTests(Deployments deployments)
{
    private const string BlobServices = "Microsoft.Storage/storageAccounts/blobServices";
    private const string Immutability = "Microsoft.Storage/storageAccounts/blobServices/containers/immutabilityPolicies";
    private const string Lifecycle = "Microsoft.Storage/storageAccounts/managementPolicies";

    /// <summary>Days by which a lifecycle rule, which runs once a day, may be late.</summary>
    private const int LifecycleLagDays = 4;

    private static int CopyDays => Certificate.UndoWindowDays - LifecycleLagDays;

    [Fact]
    public void Every_account_refuses_shared_keys() => Each(a => Assert.False(a.Flag("allowSharedKeyAccess")));

    [Fact]
    public void Every_account_refuses_anonymous_readers() => Each(a => Assert.False(a.Flag("allowBlobPublicAccess")));

    [Fact]
    public void Every_account_asks_for_https_and_TLS_1_2_or_newer() => Each(a =>
    {
        Assert.True(a.Flag("supportsHttpsTrafficOnly"));
        Assert.Equal("TLS1_2", a.Text("minimumTlsVersion"));
    });

    [Fact]
    public void Every_account_is_closed_to_networks_that_are_not_listed() =>
        Each(a => Assert.Equal("Deny", a.Text("networkAcls.defaultAction")));

    [Fact]
    public void No_account_has_local_users_SFTP_NFS_or_copies_to_other_tenants() => Each(a =>
    {
        Assert.False(a.Flag("isLocalUserEnabled"));
        Assert.False(a.Flag("isSftpEnabled"));
        Assert.False(a.Flag("isNfsV3Enabled"));
        Assert.False(a.Flag("isHnsEnabled"));
        Assert.False(a.Flag("allowCrossTenantReplication"));
    });

    [Fact]
    public void Every_account_is_encrypted_twice() => Each(a => Assert.True(a.Flag("encryption.requireInfrastructureEncryption")));

    [Fact]
    public void Platform_services_pass_the_firewall_where_Azure_Monitor_or_Event_Grid_writes_and_nowhere_else() => Each((d, a) =>
        Assert.Equal(
            d.Purpose(a.Name) switch
            {
                "logs" => "AzureServices, Logging, Metrics",
                "records" or "inbox" => "AzureServices",
                _ => "None",
            },
            a.Text("networkAcls.bypass")));

    [Fact]
    public void Every_container_is_private() => Assert.All(
        deployments.Every.SelectMany(d => d.OfType($"{BlobServices}/containers")),
        c => Assert.Equal("None", c.Text("publicAccess")));

    [Fact]
    public void Versions_and_deleted_blobs_are_kept_of_records_log_and_packages_and_of_nothing_else() => Each((d, a) =>
    {
        var purpose = d.Purpose(a.Name);
        var service = d.Of(purpose, BlobServices).Single();
        var kept = purpose is "records" or "audit" or "deploy";

        Assert.Equal(kept, service.Flag("isVersioningEnabled"));
        Assert.Equal(kept, service.Flag("deleteRetentionPolicy.enabled"));
        Assert.Equal(kept, service.Flag("containerDeleteRetentionPolicy.enabled"));
        if (kept)
        {
            Assert.Equal(CopyDays, service.Number("deleteRetentionPolicy.days"));
        }
    });

    [Fact]
    public void Plaintext_in_the_inbox_leaves_no_copy()
    {
        foreach (var deployment in deployments.Every)
        {
            var inbox = deployment.Of("inbox", BlobServices).Single();

            Assert.False(inbox.Flag("isVersioningEnabled"));
            Assert.False(inbox.Flag("deleteRetentionPolicy.enabled"));
            Assert.False(inbox.Flag("changeFeed.enabled"));
            Assert.Empty(deployment.Of("inbox", Immutability));
        }
    }

    [Fact]
    public void No_soft_deleted_blob_can_be_deleted_for_good() => Assert.All(
        deployments.Every.SelectMany(d => d.OfType(BlobServices)),
        s => Assert.False(s.Flag("deleteRetentionPolicy.allowPermanentDelete")));

    [Fact]
    public void The_undo_window_is_over_when_a_certificate_says_so()
    {
        foreach (var deployment in deployments.Every)
        {
            var records = Rule(deployment, "records");
            Assert.Equal(0, records.Days("version", "daysAfterCreationGreaterThan"));
            Assert.Equal(["records/", "quarantine/"], records.Prefixes);
            Assert.True(
                deployment.Of("records", BlobServices).Single().Number("deleteRetentionPolicy.days") + LifecycleLagDays
                    <= Certificate.UndoWindowDays);

            var slips = Rule(deployment, "slips");
            Assert.Equal(["slips/"], slips.Prefixes);
            Assert.True(slips.Days("baseBlob", "daysAfterCreationGreaterThan") + LifecycleLagDays <= Certificate.UndoWindowDays);
        }
    }

    [Fact]
    public void Nobody_can_alter_or_remove_slip_backups_tiles_and_resource_logs_before_their_time()
    {
        foreach (var deployment in deployments.Every)
        {
            var policies = deployment.OfType(Immutability).ToDictionary(
                p => p.Name.Split('/') is [var account, _, var container, _] ? $"{deployment.Purpose(account)}/{container}" : "",
                p => (Days: p.Number("immutabilityPeriodSinceCreationInDays"), Appendable: p.Flag("allowProtectedAppendWrites")));

            Assert.Equal((CopyDays, false), policies["slips/slips"]);
            Assert.Equal((3650, false), policies["audit/tiles"]);
            var logs = policies.Where(p => p.Key.StartsWith("logs/", StringComparison.Ordinal)).ToList();
            Assert.Equal(5, logs.Count);
            Assert.All(logs, p => Assert.Equal((730, true), p.Value));
            Assert.Equal(7, policies.Count);
        }
    }

    [Fact]
    public void What_must_last_cannot_be_deleted_while_its_lock_stands()
    {
        foreach (var deployment in deployments.Every)
        {
            var locked = deployment.OfType("Microsoft.Authorization/locks").Select(l =>
            {
                Assert.Equal("CanNotDelete", l.Text("level"));
                return l.Id.Split("/providers/")[1].Split('/')[2];
            }).ToList();

            Assert.Equal(
                ["audit", "logs", "records", "slips"],
                locked.Where(l => !l.Contains('-', StringComparison.Ordinal)).Select(deployment.Purpose).Order());
            Assert.Single(locked, l => l.StartsWith("rg-vault-", StringComparison.Ordinal));
        }
    }

    private void Each(Action<Resource> check) => Each((_, account) => check(account));

    private void Each(Action<Deployment, Resource> check)
    {
        foreach (var deployment in deployments.Every)
        {
            Assert.NotEmpty(deployment.Accounts);
            Assert.All(deployment.Accounts, a => check(deployment, a));
        }
    }

    private static LifecycleRule Rule(Deployment deployment, string purpose) =>
        new(Assert.Single(deployment.Of(purpose, Lifecycle).Single().At("policy.rules").EnumerateArray()));
}

namespace RecordsGuard.Tests.Infra;

[Collection(nameof(Deployments))]
public sealed class LogsTests(Deployments deployments)
{
    private static readonly string[] Services = ["blobServices", "queueServices", "tableServices"];

    [Fact]
    public void Every_blob_queue_and_table_service_logs_every_call_to_the_logs_account()
    {
        foreach (var deployment in deployments.Every)
        {
            var logs = deployment.Accounts.Single(a => deployment.Purpose(a.Name) == "logs");
            foreach (var account in deployment.Accounts.Where(a => a.Id != logs.Id))
            {
                Assert.All(Services, service =>
                {
                    var setting = Setting(deployment, $"{account.Id}/{service}/default");
                    Assert.Equal(["StorageDelete", "StorageRead", "StorageWrite"], Categories(setting));
                    Assert.Equal(logs.Id, setting.Text("storageAccountId"));
                });
            }
        }
    }

    [Fact]
    public void The_logs_accounts_own_calls_are_logged_where_it_cannot_reach()
    {
        foreach (var deployment in deployments.Every)
        {
            var logs = deployment.Accounts.Single(a => deployment.Purpose(a.Name) == "logs");
            Assert.All(Services, service =>
            {
                var setting = Setting(deployment, $"{logs.Id}/{service}/default");
                Assert.Equal(["StorageDelete", "StorageRead", "StorageWrite"], Categories(setting));
                Assert.EndsWith("/workspaces/rg-telemetry", setting.Text("workspaceId"), StringComparison.Ordinal);
                Assert.False(setting.Has("storageAccountId"));
            });
        }
    }

    [Fact]
    public void The_vault_logs_every_use_of_a_key()
    {
        foreach (var deployment in deployments.Every)
        {
            var setting = Setting(deployment, deployment.OfType("Microsoft.KeyVault/vaults").Single().Id);
            Assert.Equal(["AuditEvent"], Categories(setting));
            Assert.True(setting.Has("storageAccountId"));
        }
    }

    [Fact]
    public void The_Activity_log_is_exported_too()
    {
        foreach (var deployment in deployments.Every)
        {
            var setting = Setting(deployment, "/subscriptions/00000000-0000-0000-0000-000000000001");
            Assert.Contains("Administrative", Categories(setting));
            Assert.Contains("/storageAccounts/rglogs", setting.Text("storageAccountId"), StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Each_category_that_the_program_reads_has_its_container()
    {
        foreach (var deployment in deployments.Every)
        {
            Assert.Equal(
                [
                    "insights-activity-logs", "insights-logs-auditevent", "insights-logs-storagedelete",
                    "insights-logs-storageread", "insights-logs-storagewrite",
                ],
                deployment.Of("logs", "Microsoft.Storage/storageAccounts/blobServices/containers").Select(c => c.LastName).Order());
        }
    }

    [Fact]
    public void Somebody_is_told_when_logging_locks_rights_or_protection_are_changed()
    {
        string[] operations =
        [
            "Microsoft.Insights/diagnosticSettings/write", "Microsoft.Insights/diagnosticSettings/delete",
            "Microsoft.Authorization/locks/delete", "Microsoft.Authorization/roleAssignments/write",
            "Microsoft.Authorization/roleDefinitions/write", "Microsoft.Storage/storageAccounts/write",
            "Microsoft.Storage/storageAccounts/listKeys/action", "Microsoft.Storage/storageAccounts/blobServices/write",
            "Microsoft.Storage/storageAccounts/managementPolicies/write", "Microsoft.KeyVault/vaults/write",
            "Microsoft.Storage/storageAccounts/blobServices/containers/immutabilityPolicies/write",
            "Microsoft.Storage/storageAccounts/blobServices/containers/immutabilityPolicies/delete",
        ];
        foreach (var deployment in deployments.Every)
        {
            var watched = deployment.OfType("Microsoft.Insights/activityLogAlerts").Select(a =>
            {
                Assert.NotEmpty(a.At("actions.actionGroups").EnumerateArray());
                return a.At("condition.allOf").EnumerateArray()
                    .Single(c => c.GetProperty("field").GetString() == "operationName").GetProperty("equals").GetString();
            });
            Assert.Equal(operations.Order(), watched.Order());
        }
    }

    private static Resource Setting(Deployment deployment, string of) => deployment
        .OfType("Microsoft.Insights/diagnosticSettings")
        .Single(s => s.Id.Split("/providers/Microsoft.Insights/")[0] == of);

    private static IEnumerable<string?> Categories(Resource setting) => setting.At("logs").EnumerateArray()
        .Where(l => l.GetProperty("enabled").GetBoolean()).Select(l => l.GetProperty("category").GetString()).Order();
}

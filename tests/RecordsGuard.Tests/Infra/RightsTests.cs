namespace RecordsGuard.Tests.Infra;

[Collection(nameof(Deployments))]
public sealed class RightsTests(Deployments deployments)
{
    private const string Always = "always";
    private const string Rotating = "while keys are rotated";
    private const string Restoring = "while rows are restored";

    /// <summary>Calls that would undo what nothing of ours may undo, whatever the role and the place.</summary>
    private static readonly string[] Never =
    [
        "deleteBlobVersion", "permanentDelete", "immutableStorage", "tables/delete", "tables/write", "tableServices/write",
        "containers/delete", "containers/write", "queues/delete", "queues/write", "setAcl", "listKeys", "keys/delete", "purge",
        "keys/backup", "keys/import", "keys/decrypt", "entities/write", "modifyPermissions", "manageOwnership", "*",
    ];

    [Fact]
    public void A_deployment_gives_the_rights_on_the_list_and_no_other() =>
        Same(Rights.Allowed(Always), Rights.Of(deployments.LargeGroup));

    [Fact]
    public void A_rotation_adds_its_own_rights_and_no_other() =>
        Same(Rights.Allowed(Always, Rotating), Rights.Of(deployments.WhileRotating));

    [Fact]
    public void A_restore_adds_its_own_rights_and_no_other() =>
        Same(Rights.Allowed(Always, Restoring), Rights.Of(deployments.WhileRestoring));

    [Fact]
    public void One_app_of_several_duties_has_the_rights_of_all_of_them_and_no_other()
    {
        static Right AsOne(Right r) => r.Who switch
        {
            "inbox" => r,
            _ when r.Kind == "account" && r.Where.StartsWith('h') => r with { Who = "practice", Where = "hpractice" },
            _ when r.Where.StartsWith("deploy/", StringComparison.Ordinal) => r with { Who = "practice-deploy", Where = "deploy/practice" },
            _ => r with { Who = "practice" },
        };

        Same(Rights.Allowed(Always).Select(AsOne).ToHashSet(), Rights.Of(deployments.SmallPractice));
    }

    [Fact]
    public void Only_access_unwraps_content_keys()
    {
        foreach (var deployment in new[] { deployments.LargeGroup, deployments.WhileRestoring })
        {
            Assert.Equal(["access"], MayUnwrapContent(deployment));
        }
    }

    [Fact]
    public void Only_access_and_during_a_rotation_keys_unwraps_content_keys() =>
        Assert.Equal(["access", "keys"], MayUnwrapContent(deployments.WhileRotating));

    [Fact]
    public void Nobody_may_use_a_key_by_a_right_on_the_whole_vault() => Assert.All(
        deployments.Every.SelectMany(Rights.Of).Where(r => r.Kind == "vault"), r => Assert.Equal("read", r.Call));

    [Fact]
    public void No_role_of_ours_purges_versions_deletes_tables_or_changes_protection()
    {
        var actions = deployments.Every
            .SelectMany(d => d.OfType("Microsoft.Authorization/roleDefinitions"))
            .SelectMany(r => r.At("permissions").EnumerateArray())
            .SelectMany(p => p.GetProperty("actions").EnumerateArray().Concat(p.GetProperty("dataActions").EnumerateArray()))
            .Select(a => a.GetString()!)
            .Distinct()
            .ToList();

        Assert.NotEmpty(actions);
        Assert.All(actions, a => Assert.DoesNotContain(Never, n => a.Contains(n, StringComparison.OrdinalIgnoreCase)));
    }

    [Fact]
    public void Built_in_roles_are_given_on_an_apps_own_host_account_and_package_only() => Assert.All(
        deployments.Every.SelectMany(Rights.Of).Where(r => r.Call is Rights.BlobDataOwner or Rights.BlobDataContributor),
        r => Assert.Contains(
            (r.Call, r.Kind, r.Where),
            new[]
            {
                (Rights.BlobDataOwner, "account", $"h{r.Who}"),
                (Rights.BlobDataContributor, "container", $"deploy/{r.Who.Replace("-deploy", "", StringComparison.Ordinal)}"),
            }));

    [Fact]
    public void Sealed_records_are_deleted_by_disposition_alone_and_slip_backups_by_nobody()
    {
        var deleters = Rights.Of(deployments.LargeGroup).Where(r => r is { Kind: "container", Call: "delete" }).ToList();

        Assert.Equal(["disposition"], deleters.Where(r => r.Where == "records/records").Select(r => r.Who));
        Assert.DoesNotContain(deleters, r => r.Where.StartsWith("slips/", StringComparison.Ordinal));
        Assert.DoesNotContain(deleters, r => r.Where == "audit/tiles");
    }

    [Fact]
    public void Nobody_alters_an_audit_entry_and_only_the_sequencer_takes_one_away()
    {
        var pending = Rights.Of(deployments.LargeGroup).Where(r => r.Where == "audit/AuditPending").ToList();

        Assert.DoesNotContain(pending, r => r.Call is "update" or "write");
        Assert.Equal(["audit"], pending.Where(r => r.Call == "delete").Select(r => r.Who));
    }

    /// <summary>What docs/capacity.md counts with: a subscription takes 4,000 assignments.</summary>
    [Fact]
    public void A_practice_costs_four_assignments_and_four_more_while_its_keys_are_rotated()
    {
        Assert.Equal(4, ForNorth(deployments.LargeGroup));
        Assert.Equal(8, ForNorth(deployments.WhileRotating));
        Assert.Equal(151, Fixed(deployments.LargeGroup, 4));
        Assert.Equal(151, Fixed(deployments.WhileRotating, 8));
        Assert.Equal(86, Fixed(deployments.SmallPractice, 4));

        static int Fixed(Deployment deployment, int each)
        {
            var practices = deployment.OfType("Microsoft.KeyVault/vaults/keys").Count(k => k.LastName.EndsWith("-content", StringComparison.Ordinal));
            return deployment.OfType("Microsoft.Authorization/roleAssignments").Count - (each * practices);
        }

        static int ForNorth(Deployment deployment) => deployment.OfType("Microsoft.Authorization/roleAssignments")
            .Count(a => Rights.Scope(a).Contains("/keys/north-", StringComparison.Ordinal));
    }

    [Fact]
    public void Every_role_can_be_given_in_this_resource_group_only() => Assert.All(
        deployments.Every.SelectMany(d => d.OfType("Microsoft.Authorization/roleDefinitions")),
        r => Assert.EndsWith(
            "/resourceGroups/rg-rg-" + (r.Id.Contains("rg-rg-group", StringComparison.Ordinal) ? "group" : "practice"),
            Assert.Single(r.At("assignableScopes").EnumerateArray()).GetString(),
            StringComparison.Ordinal));

    [Fact]
    public void Every_right_is_a_managed_identitys()
    {
        var assignments = deployments.Every.SelectMany(d => d.OfType("Microsoft.Authorization/roleAssignments")).ToList();

        Assert.All(assignments, a => Assert.Equal("ServicePrincipal", a.Text("principalType")));
        Assert.All(assignments, a => Assert.StartsWith("[reference(", a.Text("principalId"), StringComparison.Ordinal));
        Assert.All(assignments, a => Assert.Contains("/providers/", Rights.Scope(a), StringComparison.Ordinal));
    }

    private static IEnumerable<string> MayUnwrapContent(Deployment deployment) => Rights.Of(deployment)
        .Where(r => r is { Kind: "key", Where: "{practice}-content", Call: "unwrap" }).Select(r => r.Who).Order();

    private static void Same(IReadOnlySet<Right> allowed, IReadOnlySet<Right> given)
    {
        Assert.True(
            allowed.SetEquals(given),
            $"Given and not allowed:\n  {string.Join("\n  ", given.Except(allowed).Select(r => r.ToString()).Order())}\n"
            + $"Allowed and not given:\n  {string.Join("\n  ", allowed.Except(given).Select(r => r.ToString()).Order())}");
    }
}

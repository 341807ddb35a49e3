using System.Text.Json.Nodes;

namespace RecordsGuard.Tests.Local.Vault;

public sealed class VaultKeyLifeTests : IAsyncLifetime
{
    private const string Ec = """{"kty":"EC","crv":"P-256"}""";

    private RunningVault vault = null!;

    public async ValueTask InitializeAsync() => vault = await RunningVault.StartAsync();

    public ValueTask DisposeAsync() => vault.DisposeAsync();

    [Fact]
    public async Task A_bundle_describes_the_key_and_never_its_private_half()
    {
        var reply = await vault.SendAsync(
            "POST", "/keys/kek/create", """{"kty":"RSA","key_size":3072,"key_ops":["wrapKey","unwrapKey"],"tags":{"practice":"p1"}}""");
        Assert.Equal(200, reply.Status);
        var key = reply.Body!["key"]!;
        Assert.Matches($"^{vault.Address}keys/kek/[0-9a-f]{{32}}$", (string?)key["kid"]);
        Assert.Equal("AQAB", (string?)key["e"]);
        Assert.Equal(512, ((string)key["n"]!).Length);
        Assert.Equal(["e", "key_ops", "kid", "kty", "n"], key.AsObject().Select(p => p.Key).Order());
        Assert.Equal("""["wrapKey","unwrapKey"]""", key["key_ops"]!.ToJsonString());
        Assert.Equal("p1", (string?)reply.Body["tags"]!["practice"]);
        Assert.Equal("Recoverable+Purgeable", (string?)reply.Body["attributes"]!["recoveryLevel"]);
    }

    [Theory]
    [InlineData("""{"kty":"oct-HSM"}""")]
    [InlineData("""{"kty":"DSA"}""")]
    [InlineData("""{"kty":"RSA","key_size":1024}""")]
    [InlineData("""{"kty":"EC","crv":"P-256K"}""")]
    [InlineData("""{"kty":"EC","key_ops":["wrapKey"]}""")]
    [InlineData("""{"kty":"EC","attributes":{"nbf":20,"exp":10}}""")]
    [InlineData("""{}""")]
    [InlineData("""{""")]
    public async Task A_key_that_the_service_would_not_make_is_refused(string body) =>
        Assert.Equal("BadParameter", (await vault.SendAsync("POST", "/keys/k/create", body)).Code);

    [Fact]
    public async Task Creating_under_an_existing_name_makes_a_new_version_and_keeps_the_old()
    {
        string first = (await vault.SendAsync("POST", "/keys/k/create", Ec)).Version;
        string second = (await vault.SendAsync("POST", "/keys/K/create", Ec)).Version;
        Assert.Equal(second, (await vault.SendAsync("GET", "/keys/k/")).Version);
        Assert.Equal(first, (await vault.SendAsync("GET", $"/keys/k/{first}")).Version);
        Assert.Equal(404, (await vault.SendAsync("GET", $"/keys/k/{new string('0', 32)}")).Status);
    }

    [Fact]
    public async Task Versions_come_in_pages_with_an_absolute_link()
    {
        var made = new List<string>();
        for (int i = 0; i < 5; i++)
        {
            made.Add((await vault.SendAsync("POST", "/keys/k/create", Ec)).Version);
        }

        var found = new List<string>();
        string? link = "/keys/k/versions?maxresults=2&api-version=2025-07-01";
        int pages = 0;
        for (; link is not null; pages++)
        {
            var page = (await vault.SendAsync("GET", link)).Body!;
            found.AddRange(page["value"]!.AsArray().Select(v => ((string)v!["kid"]!).Split('/')[^1]));
            link = (string?)page["nextLink"];
            Assert.StartsWith(vault.Address.ToString(), link ?? vault.Address.ToString(), StringComparison.Ordinal);
        }

        Assert.Equal(3, pages);
        Assert.Equal(made, found);
        Assert.Equal(400, (await vault.SendAsync("GET", "/keys/k/versions?maxresults=26&api-version=7.6")).Status);
    }

    [Fact]
    public async Task A_soft_deleted_name_cannot_be_used_until_it_is_recovered_or_purged()
    {
        string version = (await vault.SendAsync("POST", "/keys/k/create", Ec)).Version;
        var deleted = await vault.SendAsync("DELETE", "/keys/k");
        Assert.Equal($"{vault.Address}deletedkeys/k", (string?)deleted.Body!["recoveryId"]);
        Assert.Equal(90 * 86_400, (long)deleted.Body["scheduledPurgeDate"]! - (long)deleted.Body["deletedDate"]!);
        Assert.Equal(404, (await vault.SendAsync("GET", "/keys/k")).Status);

        var again = await vault.SendAsync("POST", "/keys/k/create", Ec);
        Assert.Equal((409, "Conflict", "ObjectIsDeletedButRecoverable"), (again.Status, again.Code, again.InnerCode));

        Assert.Equal(version, (await vault.SendAsync("POST", "/deletedkeys/k/recover")).Version);
        Assert.Equal(version, (await vault.SendAsync("GET", "/keys/k")).Version);
        Assert.Equal(404, (await vault.SendAsync("GET", "/deletedkeys/k")).Status);

        await vault.SendAsync("DELETE", "/keys/k");
        Assert.Equal(204, (await vault.SendAsync("DELETE", "/deletedkeys/k")).Status);
        Assert.Equal(404, (await vault.SendAsync("GET", "/deletedkeys/k")).Status);
        Assert.NotEqual(version, (await vault.SendAsync("POST", "/keys/k/create", Ec)).Version);
    }

    [Fact]
    public async Task A_deleted_key_is_gone_when_its_days_are_over()
    {
        await vault.SendAsync("POST", "/keys/k/create", Ec);
        await vault.SendAsync("DELETE", "/keys/k");
        vault.Time.Advance(TimeSpan.FromDays(91));
        vault.Token = vault.Tenant.IssueTo(
            RecordsGuard.Local.SignIn.LocalIdentities.App, RecordsGuard.Local.Vault.VaultDoor.Resource);
        Assert.Equal(404, (await vault.SendAsync("GET", "/deletedkeys/k")).Status);
        Assert.Equal(200, (await vault.SendAsync("POST", "/keys/k/create", Ec)).Status);
    }

    [Fact]
    public async Task Under_purge_protection_nobody_purges()
    {
        await using var guarded = await RunningVault.StartAsync(o => o with { PurgeProtection = true });
        var made = await guarded.SendAsync("POST", "/keys/k/create", Ec);
        Assert.Equal("Recoverable", (string?)made.Body!["attributes"]!["recoveryLevel"]);
        await guarded.SendAsync("DELETE", "/keys/k");
        Assert.Equal(403, (await guarded.SendAsync("DELETE", "/deletedkeys/k")).Status);
        Assert.Equal(200, (await guarded.SendAsync("GET", "/deletedkeys/k")).Status);
    }

    [Fact]
    public async Task Rotation_makes_a_like_version_that_expires_as_the_policy_says()
    {
        string first = (await vault.SendAsync("POST", "/keys/k/create", """{"kty":"EC","crv":"P-384","tags":{"a":"b"}}""")).Version;
        string policy = """{"lifetimeActions":[{"trigger":{"timeBeforeExpiry":"P30D"},"action":{"type":"Notify"}}],"attributes":{"expiryTime":"P90D"}}""";
        Assert.Equal("Notify", Action(await vault.SendAsync("GET", "/keys/k/rotationpolicy")));
        Assert.Equal("P90D", (string?)(await vault.SendAsync("PUT", "/keys/k/rotationpolicy", policy)).Body!["attributes"]!["expiryTime"]);
        Assert.Equal("Notify", Action(await vault.SendAsync("GET", "/keys/k/rotationpolicy")));

        var second = await vault.SendAsync("POST", "/keys/k/rotate");
        Assert.NotEqual(first, second.Version);
        Assert.Equal("P-384", (string?)second.Body!["key"]!["crv"]);
        Assert.Equal("b", (string?)second.Body["tags"]!["a"]);
        var attributes = second.Body["attributes"]!;
        Assert.Equal(90 * 86_400, (long)attributes["exp"]! - (long)attributes["created"]!);

        string hasty = """{"attributes":{"expiryTime":"P27D"}}""";
        Assert.Equal("BadParameter", (await vault.SendAsync("PUT", "/keys/k/rotationpolicy", hasty)).Code);
    }

    [Fact]
    public async Task Keys_outlive_a_restart_and_lie_in_files_of_their_owner()
    {
        await vault.SendAsync("POST", "/keys/k/create", """{"kty":"RSA"}""");
        var wrapped = await vault.SendAsync("POST", "/keys/k/wrapkey", """{"alg":"RSA-OAEP-256","value":"c2VjcmV0"}""");
        await vault.SendAsync("PATCH", "/keys/k", """{"tags":{"a":"b"}}""");
        await vault.RestartAsync();

        var unwrap = new JsonObject { ["alg"] = "RSA-OAEP-256", ["value"] = (string?)wrapped.Body!["value"] };
        Assert.Equal("c2VjcmV0", (string?)(await vault.SendAsync("POST", "/keys/k//unwrapkey", unwrap.ToJsonString())).Body!["value"]);
        Assert.Equal("b", (string?)(await vault.SendAsync("GET", "/keys/k")).Body!["tags"]!["a"]);

        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has no file modes.");
        Assert.All(
            vault.Keys.EnumerateFiles("*", SearchOption.AllDirectories),
            f => Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, f.UnixFileMode));
    }

    [Fact]
    public async Task What_a_kill_in_the_middle_of_a_create_leaves_behind_is_cleared_away()
    {
        string version = (await vault.SendAsync("POST", "/keys/k/create", Ec)).Version;
        string folder = Path.Combine(vault.Keys.FullName, "k");
        File.Copy(Path.Combine(folder, version + ".pkcs8"), Path.Combine(folder, new string('a', 32) + ".pkcs8"));
        await File.WriteAllTextAsync(Path.Combine(folder, "key.json.1.tmp"), "{", TestContext.Current.CancellationToken);
        Directory.CreateDirectory(Path.Combine(vault.Keys.FullName, "unborn"));
        File.Copy(Path.Combine(folder, version + ".pkcs8"), Path.Combine(vault.Keys.FullName, "unborn", version + ".pkcs8"));

        await vault.RestartAsync();
        Assert.Equal(version, (await vault.SendAsync("GET", "/keys/k")).Version);
        Assert.Equal(404, (await vault.SendAsync("GET", "/keys/unborn")).Status);
        Assert.Equal(2, vault.Keys.EnumerateFiles("*", SearchOption.AllDirectories).Count());
    }

    [Fact]
    public async Task Many_creates_of_one_name_at_once_lose_no_version()
    {
        var replies = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => vault.SendAsync("POST", "/keys/k/create", Ec)));
        await vault.RestartAsync();
        var listed = (await vault.SendAsync("GET", "/keys/k/versions")).Body!["value"]!.AsArray();
        Assert.Equal(
            replies.Select(r => r.Version).Order(), listed.Select(v => ((string)v!["kid"]!).Split('/')[^1]).Order());
    }

    private static string? Action(VaultReply reply) => (string?)reply.Body!["lifetimeActions"]![0]!["action"]!["type"];
}

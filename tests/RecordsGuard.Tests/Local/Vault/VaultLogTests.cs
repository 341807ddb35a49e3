using RecordsGuard.Local.SignIn;

namespace RecordsGuard.Tests.Local.Vault;

public sealed class VaultLogTests : IAsyncLifetime
{
    private RunningVault vault = null!;

    public async ValueTask InitializeAsync() => vault = await RunningVault.StartAsync();

    public ValueTask DisposeAsync() => vault.DisposeAsync();

    [Fact]
    public async Task An_unwrap_leaves_a_line_that_names_caller_key_and_the_callers_request_id()
    {
        var made = await vault.SendAsync("POST", "/keys/k/create", """{"kty":"RSA"}""");
        await vault.SendAsync("POST", $"/keys/k/{made.Version}/unwrapkey", """{"alg":"RSA-OAEP-256","value":"AAAA"}""");
        var line = vault.Logs.Lines[^1];
        Assert.Equal("KeyUnwrap", (string?)line["operationName"]);
        Assert.Equal("AuditEvent", (string?)line["category"]);
        Assert.Equal("Success", (string?)line["resultType"]);
        Assert.Equal("Bad Request", (string?)line["resultSignature"]);
        Assert.Equal(System.Text.Json.JsonValueKind.String, line["durationMs"]!.GetValueKind());
        Assert.Equal("11111111-2222-3333-4444-555555555555", (string?)line["correlationId"]);
        Assert.StartsWith("/SUBSCRIPTIONS/", (string?)line["resourceId"], StringComparison.Ordinal);
        Assert.Equal("127.0.0.1", (string?)line["callerIpAddress"]);
        var claim = line["identity"]!["claim"]!;
        Assert.Equal(LocalIdentities.App.ObjectId.ToString("D"), (string?)claim["oid"]);
        Assert.Equal(LocalIdentities.App.ApplicationId.ToString("D"), (string?)claim["appid"]);
        Assert.Equal(LocalIdentities.App.ResourceId, (string?)claim["xms_mirid"]);
        var properties = line["properties"]!;
        Assert.Equal(400, (int)properties["httpStatusCode"]!);
        Assert.Equal((string?)made.Body!["key"]!["kid"], (string?)properties["id"]);
        Assert.Equal("RSA-OAEP-256", (string?)properties["algorithm"]);
        Assert.True((bool)properties["isRbacAuthorized"]!);
    }

    [Fact]
    public async Task A_challenge_is_logged_as_authentication()
    {
        vault.Token = null;
        await vault.SendAsync("GET", "/keys/k");
        var line = Assert.Single(vault.Logs.Lines);
        Assert.Equal("Authentication", (string?)line["operationName"]);
        Assert.Equal(401, (int)line["properties"]!["httpStatusCode"]!);
    }

    [Fact]
    public async Task Every_request_passes_two_fault_points_that_carry_no_query()
    {
        vault.Faults.Arm(0);
        await vault.SendAsync("GET", "/keys/k");
        Assert.Equal(["before GET /keys/k", "after GET /keys/k"], vault.Faults.Disarm().Select(p => p.Point));
    }

    [Theory]
    [InlineData(1, 404)]
    [InlineData(2, 200)]
    public async Task A_kill_before_a_request_leaves_it_undone_and_a_kill_after_it_leaves_it_done(int at, int status)
    {
        vault.Faults.Kill = async _ => await Task.Yield();
        vault.Faults.Arm(at);
        await Assert.ThrowsAnyAsync<HttpRequestException>(() => vault.SendAsync("POST", "/keys/k/create", """{"kty":"EC"}"""));
        Assert.Equal(status, (await vault.SendAsync("GET", "/keys/k")).Status);
    }
}

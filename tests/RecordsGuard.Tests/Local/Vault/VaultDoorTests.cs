using RecordsGuard.Local;
using RecordsGuard.Local.Rights;
using RecordsGuard.Local.SignIn;
using RecordsGuard.Local.Vault;

namespace RecordsGuard.Tests.Local.Vault;

public sealed class VaultDoorTests : IAsyncLifetime
{
    private RunningVault vault = null!;

    public async ValueTask InitializeAsync() => vault = await RunningVault.StartAsync();

    public ValueTask DisposeAsync() => vault.DisposeAsync();

    [Fact]
    public async Task A_request_without_a_token_is_challenged_for_a_resource_that_is_a_parent_of_the_host()
    {
        vault.Token = null;
        var reply = await vault.SendAsync("POST", "/keys/k/create");
        Assert.Equal(401, reply.Status);
        Assert.Equal("Unauthorized", reply.Code);
        string challenge = reply.Headers.WwwAuthenticate.ToString();
        Assert.Contains($"authorization=\"https://login.localhost/{LocalTenants.DemoPractice:D}\"", challenge, StringComparison.Ordinal);
        Assert.Contains("resource=\"https://vault.localhost\"", challenge, StringComparison.Ordinal);
        Assert.EndsWith(".vault.localhost", vault.Address.Host, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_token_for_another_audience_is_refused()
    {
        vault.Token = vault.Tenant.IssueTo(LocalIdentities.App, "https://storage.azure.com");
        var reply = await vault.SendAsync("GET", "/keys");
        Assert.Equal(401, reply.Status);
        Assert.Contains("invalid_token", reply.Headers.WwwAuthenticate.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(true, false)]
    [InlineData(false, true)]
    public async Task An_expired_or_unsigned_token_is_refused(bool expired, bool unsigned)
    {
        vault.Token = vault.Tenant.IssueTo(
            LocalPeople.Find("owner-1")!,
            new() { Audience = VaultDoor.Resource, Expired = expired, Unsigned = unsigned });
        Assert.Equal(401, (await vault.SendAsync("GET", "/keys")).Status);
    }

    [Fact]
    public async Task A_token_that_expires_while_it_is_in_use_is_refused_from_then_on()
    {
        Assert.Equal(200, (await vault.SendAsync("GET", "/keys")).Status);
        vault.Time.Advance(TimeSpan.FromHours(1));
        Assert.Equal(401, (await vault.SendAsync("GET", "/keys")).Status);
    }

    [Fact]
    public async Task A_custodian_of_another_practice_does_not_come_in()
    {
        vault.Token = Person("imposter-custodian");
        Assert.Equal(401, (await vault.SendAsync("GET", "/keys")).Status);
    }

    [Fact]
    public async Task A_person_without_a_role_on_the_vault_is_forbidden_and_the_log_says_so()
    {
        vault.Token = Person("clinician-1");
        var reply = await vault.SendAsync("GET", "/keys/k");
        Assert.Equal((403, "Forbidden", "ForbiddenByRbac"), (reply.Status, reply.Code, reply.InnerCode));
        var line = Assert.Single(vault.Logs.Lines);
        Assert.Equal("Success", (string?)line["resultType"]);
        Assert.False((bool)line["properties"]!["isRbacAuthorized"]!);
        var claim = line["identity"]!["claim"]!;
        Assert.Equal(LocalPeople.Find("clinician-1")!.ObjectId.ToString("D"), (string?)claim["oid"]);
        Assert.Equal(LocalPeople.Find("clinician-1")!.UserName, (string?)claim["upn"]);
    }

    [Fact]
    public async Task Under_rights_an_identity_does_what_it_has_a_right_to_and_people_nothing()
    {
        var key = $"{LocalResourceIds.Vault}/keys/k";
        var rights = new LocalRights([new("access", key.ToLowerInvariant(), ["Microsoft.KeyVault/vaults/keys/unwrap/action"])]);
        await using var strict = await RunningVault.StartAsync(o => o with { Rights = rights });
        string Of(string name) => strict.Tenant.IssueTo(LocalIdentities.Duties.Single(d => d.Name == name), VaultDoor.Resource);
        async Task<VaultReply> AsAsync(string token, string method, string path)
        {
            strict.Token = token;
            return await strict.SendAsync(method, path, "{}");
        }

        Assert.Equal("KeyNotFound", (await AsAsync(Of("access"), "POST", "/keys/k/unwrapkey")).Code);
        foreach (var (token, method, path) in ((string, string, string)[])
        [
            (Of("access"), "POST", "/keys/k2/unwrapkey"), (Of("access"), "POST", "/keys/k/decrypt"), (Of("access"), "GET", "/keys/k"),
            (Of("access"), "GET", "/keys"), (Of("ingest"), "POST", "/keys/k/unwrapkey"),
            (strict.Tenant.IssueTo(LocalIdentities.App, VaultDoor.Resource), "POST", "/keys/k/unwrapkey"),
            (strict.Tenant.IssueTo(LocalPeople.Owner, new() { Audience = VaultDoor.Resource }), "GET", "/keys"),
        ])
        {
            var reply = await AsAsync(token, method, path);
            Assert.Equal((403, "Forbidden", "ForbiddenByRbac"), (reply.Status, reply.Code, reply.InnerCode));
        }
    }

    [Fact]
    public async Task The_owner_comes_in_around_the_app()
    {
        vault.Token = Person("owner-1");
        Assert.Equal(200, (await vault.SendAsync("GET", "/keys")).Status);
    }

    [Fact]
    public async Task Throttling_on_request_answers_429_so_many_times()
    {
        vault.Throttle(2, TimeSpan.FromSeconds(1.5));
        for (int i = 0; i < 2; i++)
        {
            var reply = await vault.SendAsync("GET", "/keys");
            Assert.Equal((429, "Throttled"), (reply.Status, reply.Code));
            Assert.Equal(TimeSpan.FromSeconds(2), reply.Headers.RetryAfter!.Delta);
        }

        Assert.Equal(200, (await vault.SendAsync("GET", "/keys")).Status);
    }

    [Fact]
    public async Task Throttling_can_be_asked_for_at_the_port()
    {
        Assert.Equal(204, (await vault.SendAsync("POST", LocalVault.ThrottlePath + "?requests=1&seconds=3&api-version=x")).Status);
        Assert.Equal(429, (await vault.SendAsync("GET", "/keys")).Status);
        Assert.Equal(200, (await vault.SendAsync("GET", "/keys")).Status);
        Assert.Equal(400, (await vault.SendAsync("POST", LocalVault.ThrottlePath + "?requests=many")).Status);
    }

    [Theory]
    [InlineData("/keys?api%2Dversion=7.6", 200)]
    [InlineData("/keys?api-version=2025-07-01", 200)]
    [InlineData("/keys?api-version=1.0", 400)]
    [InlineData("/keys?no-api=1", 400)]
    public async Task An_api_version_is_required(string path, int status) =>
        Assert.Equal(status, (await vault.SendAsync("GET", path)).Status);

    [Fact]
    public async Task The_callers_request_id_comes_back_beside_the_vaults_own()
    {
        var reply = await vault.SendAsync("GET", "/keys/none");
        Assert.Equal("KeyNotFound", reply.Code);
        Assert.Equal(["11111111-2222-3333-4444-555555555555"], reply.Headers.GetValues("x-ms-client-request-id"));
        Assert.True(Guid.TryParse(reply.Headers.GetValues("x-ms-request-id").Single(), out _));
    }

    private string Person(string name) =>
        vault.Tenant.IssueTo(LocalPeople.Find(name)!, new() { Audience = VaultDoor.Resource });
}

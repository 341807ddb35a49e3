using Microsoft.Extensions.Time.Testing;
using RecordsGuard.Local.SignIn;

namespace RecordsGuard.Tests.Local.SignIn;

public sealed class LocalTenantTests : IDisposable
{
    private const string Storage = "https://storage.azure.com";

    private readonly TemporaryFolder folder = new();
    private readonly FakeTimeProvider time = new(DateTimeOffset.Parse("2031-05-06T07:08:09Z"));

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task A_token_outlives_a_restart_of_the_tenant()
    {
        string token = Load().IssueTo(LocalIdentities.App, Storage);
        var check = Assert.IsType<LocalTokenCheck.Valid>(await Load().ValidateAsync(token, Storage, Storage + "/"));
        Assert.Equal(LocalIdentities.App.ObjectId, check.Token.ObjectId);
        Assert.Equal(LocalTenants.DemoPractice, check.Token.TenantId);
        Assert.Equal(LocalIdentities.App.ApplicationId.ToString("D"), check.Token.AppId);
        Assert.Equal(Storage, check.Token.Audience);
        Assert.Equal(time.GetUtcNow().AddHours(1), check.Token.ExpiresAt);
        Assert.True(check.Token.IsApp);
        Assert.Equal(LocalIdentities.App.ResourceId, check.Token.Claims["xms_mirid"].GetString());
        Assert.Equal($"https://sts.windows.net/{LocalTenants.DemoPractice:D}/", check.Token.Claims["iss"].GetString());
    }

    [Fact]
    public async Task A_persons_token_is_read_as_a_persons()
    {
        var tenant = Load();
        var person = LocalPeople.Find("clinician-x")!;
        var check = await tenant.ValidateAsync(tenant.IssueTo(person), LocalTenant.AppAudience);
        var token = Assert.IsType<LocalTokenCheck.Valid>(check).Token;
        Assert.Equal((person.ObjectId, person.TenantId, false), (token.ObjectId, token.TenantId, token.IsApp));
        Assert.Equal(["clinician"], token.Roles);
    }

    [Fact]
    public async Task A_persons_token_for_storage_is_what_Azures_resources_get()
    {
        var tenant = Load();
        var person = LocalPeople.Find("clinician-1")!;
        var check = await tenant.ValidateAsync(tenant.IssueTo(person, new() { Audience = Storage }), Storage);
        var token = Assert.IsType<LocalTokenCheck.Valid>(check).Token;
        Assert.False(token.IsApp);
        Assert.Empty(token.Roles);
        Assert.Equal(LocalClaims.StsIssuer(person.TenantId), token.Claims["iss"].GetString());
        Assert.Equal(person.UserName, token.Claims["upn"].GetString());
    }

    [Fact]
    public async Task A_token_that_was_changed_by_one_letter_is_refused()
    {
        var tenant = Load();
        string token = tenant.IssueTo(LocalPeople.Find("owner-1")!);
        string[] parts = token.Split('.');
        parts[1] = parts[1][..^5] + (parts[1][^5] == 'A' ? 'B' : 'A') + parts[1][^4..];
        Assert.IsType<LocalTokenCheck.Refused>(await tenant.ValidateAsync(string.Join('.', parts), LocalTenant.AppAudience));
        Assert.IsType<LocalTokenCheck.Refused>(await tenant.ValidateAsync("not a token", LocalTenant.AppAudience));
    }

    [Fact]
    public async Task A_token_of_another_tenants_key_is_refused()
    {
        using var elsewhere = new TemporaryFolder();
        var stranger = LocalTenant.Load(elsewhere.Directory, new("http://127.0.0.1:7071"), time);
        string token = stranger.IssueTo(LocalIdentities.App, Storage);
        Assert.IsType<LocalTokenCheck.Refused>(await Load().ValidateAsync(token, Storage));
    }

    [Fact]
    public async Task A_valid_token_for_another_audience_is_refused_also_the_second_time()
    {
        var tenant = Load();
        string token = tenant.IssueTo(LocalIdentities.App, Storage + "/");
        Assert.IsType<LocalTokenCheck.Valid>(await tenant.ValidateAsync(token, Storage, Storage + "/"));
        Assert.IsType<LocalTokenCheck.Refused>(await tenant.ValidateAsync(token, Storage));
    }

    [Fact]
    public void Names_and_ids_are_nobodys_twice()
    {
        Assert.Distinct(LocalPeople.All.Select(p => p.Name));
        Assert.Distinct(LocalPeople.All.Select(p => p.ObjectId).Append(LocalIdentities.App.ObjectId));
    }

    private LocalTenant Load() => LocalTenant.Load(folder.Directory, new("http://127.0.0.1:7071"), time);
}

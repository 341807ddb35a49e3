using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Authentication.JwtBearer;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Protocols;
using Microsoft.IdentityModel.Protocols.OpenIdConnect;
using Microsoft.IdentityModel.Tokens;
using RecordsGuard.Local.SignIn;

namespace RecordsGuard.Tests.Local.SignIn;

public sealed class SignInRoutesTests : IAsyncLifetime
{
    private RunningTenant running = null!;

    public async ValueTask InitializeAsync() => running = await RunningTenant.StartAsync();

    public ValueTask DisposeAsync() => running.DisposeAsync();

    [Fact]
    public async Task A_persons_token_has_the_shape_of_Entra_IDs()
    {
        var custodian = LocalPeople.Find("custodian-1")!;
        var token = new JsonWebToken(await GetAsync("/.local/token?person=custodian-1"));
        Assert.Equal("RS256", token.Alg);
        Assert.Equal(running.Tenant.SigningKey.Kid, token.Kid);
        Assert.Equal(running.Tenant.Issuer(custodian.TenantId), token.Issuer);
        Assert.Equal(["api://recordsguard"], token.Audiences);
        Assert.Equal(TimeSpan.FromHours(1), token.ValidTo - token.ValidFrom);
        Assert.Equal("2.0", token.GetPayloadValue<string>("ver"));
        Assert.Equal(custodian.ObjectId.ToString("D"), token.GetPayloadValue<string>("oid"));
        Assert.Equal(custodian.TenantId.ToString("D"), token.GetPayloadValue<string>("tid"));
        Assert.Equal(["custodian"], token.GetPayloadValue<string[]>("roles"));
        Assert.Equal("custodian-1", token.GetPayloadValue<string>("name"));
        Assert.All(
            (string[])["sub", "preferred_username", "uti", "azp", "iat", "nbf", "exp"],
            c => Assert.True(token.TryGetPayloadValue<object>(c, out _), c));
        Assert.False(token.TryGetPayloadValue<object>("idtyp", out _));
        var second = new JsonWebToken(await GetAsync("/.local/token?person=custodian-1"));
        Assert.NotEqual(token.GetPayloadValue<string>("uti"), second.GetPayloadValue<string>("uti"));
        Assert.Equal(token.Subject, second.Subject);
    }

    [Fact]
    public async Task A_token_for_nobody_is_refused_with_the_names_there_are()
    {
        using var response = await running.Client.GetAsync("/.local/token?person=nobody", TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.NotFound, response.StatusCode);
        string text = await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        Assert.All(LocalPeople.All, p => Assert.Contains(p.Name, text, StringComparison.Ordinal));
    }

    [Fact]
    public async Task The_people_are_listed()
    {
        var people = await running.Client.GetFromJsonAsync<JsonArray>("/.local/people", TestContext.Current.CancellationToken);
        Assert.Equal(LocalPeople.All.Select(p => p.Name), people!.Select(p => (string)p!["name"]!));
        var imposter = people!.Single(p => (string?)p!["name"] == "imposter-custodian")!;
        Assert.Equal(LocalTenants.OtherPractice.ToString("D"), (string?)imposter["tenant"]);
        Assert.Equal("""["custodian"]""", imposter["roles"]!.ToJsonString());
    }

    [Theory]
    [InlineData("person=clinician-1", true)]
    [InlineData("person=clinician-x", true)]
    [InlineData("person=clinician-1&expired=true", false)]
    [InlineData("person=clinician-1&unsigned=true", false)]
    [InlineData("person=clinician-1&audience=api://other", false)]
    public async Task Ordinary_JwtBearer_configuration_reads_discovery_and_keys_and_judges_tokens(string query, bool good)
    {
        var options = new JwtBearerOptions
        {
            Authority = $"{running.Tenant.Host}.local/common/v2.0",
            RequireHttpsMetadata = false,
            Audience = "api://recordsguard",
        };
        new JwtBearerPostConfigureOptions().PostConfigure("Bearer", options);
        var configuration = await options.ConfigurationManager!.GetConfigurationAsync(TestContext.Current.CancellationToken);
        Assert.Equal(running.Tenant.IssuerTemplate, configuration.Issuer);

        var parameters = options.TokenValidationParameters.Clone();
        parameters.ValidAudience = options.Audience;
        parameters.ValidIssuers = LocalTenants.All.Select(
            t => configuration.Issuer.Replace("{tenantid}", t.ToString("D"), StringComparison.Ordinal));
        parameters.IssuerSigningKeys = configuration.SigningKeys;
        var result = await new JsonWebTokenHandler().ValidateTokenAsync(await GetAsync("/.local/token?" + query), parameters);
        Assert.Equal(good, result.IsValid);
    }

    [Fact]
    public async Task A_tenants_own_discovery_document_names_its_own_issuer()
    {
        var manager = new ConfigurationManager<OpenIdConnectConfiguration>(
            $"{running.Tenant.Host}.local/{LocalTenants.DemoPractice:D}/v2.0/.well-known/openid-configuration",
            new OpenIdConnectConfigurationRetriever(),
            new HttpDocumentRetriever { RequireHttps = false });
        var configuration = await manager.GetConfigurationAsync(TestContext.Current.CancellationToken);
        Assert.Equal(running.Tenant.Issuer(LocalTenants.DemoPractice), configuration.Issuer);
        Assert.IsType<RsaSecurityKey>(Assert.Single(configuration.SigningKeys), exactMatch: false);
    }

    [Fact]
    public async Task A_foreign_sites_name_for_loopback_gets_no_token()
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/.local/token?person=owner-1");
        request.Headers.Host = "evil.example";
        using var response = await running.Client.SendAsync(request, TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.Forbidden, response.StatusCode);
    }

    private Task<string> GetAsync(string path) => running.Client.GetStringAsync(path, TestContext.Current.CancellationToken);
}

using System.Net;
using Azure.Core;
using Azure.Identity;
using Microsoft.IdentityModel.JsonWebTokens;
using RecordsGuard.Local.SignIn;

namespace RecordsGuard.Tests.Local.SignIn;

/// <summary>Alone, because Azure.Identity finds App Service's endpoint through the process's environment.</summary>
[CollectionDefinition(nameof(ManagedIdentityTests), DisableParallelization = true)]
[Collection(nameof(ManagedIdentityTests))]
public sealed class ManagedIdentityTests : IAsyncLifetime
{
    private RunningTenant running = null!;

    public async ValueTask InitializeAsync()
    {
        running = await RunningTenant.StartAsync();
        Environment.SetEnvironmentVariable("IDENTITY_ENDPOINT", new Uri(running.Tenant.Host, SignInRoutes.IdentityPath).ToString());
        Environment.SetEnvironmentVariable("IDENTITY_HEADER", RunningTenant.IdentityHeader);
    }

    public ValueTask DisposeAsync()
    {
        Environment.SetEnvironmentVariable("IDENTITY_ENDPOINT", null);
        Environment.SetEnvironmentVariable("IDENTITY_HEADER", null);
        return running.DisposeAsync();
    }

    [Theory]
    [InlineData("https://storage.azure.com")]
    [InlineData("https://vault.localhost")]
    public async Task Azure_Identity_gets_the_apps_token_over_loopback(string resource)
    {
        string client = LocalIdentities.App.ApplicationId.ToString("D");
        var credential = new ManagedIdentityCredential(ManagedIdentityId.FromUserAssignedClientId(client));
        var answer = await credential.GetTokenAsync(
            new TokenRequestContext([resource + "/.default"]), TestContext.Current.CancellationToken);
        var token = new JsonWebToken(answer.Token);
        Assert.Equal([resource], token.Audiences);
        Assert.Equal($"https://sts.windows.net/{LocalTenants.DemoPractice:D}/", token.Issuer);
        Assert.Equal(LocalIdentities.App.ObjectId.ToString("D"), token.GetPayloadValue<string>("oid"));
        Assert.Equal("app", token.GetPayloadValue<string>("idtyp"));
        Assert.Equal(token.ValidTo, answer.ExpiresOn.UtcDateTime, TimeSpan.FromSeconds(2));
        Assert.IsType<LocalTokenCheck.Valid>(await running.Tenant.ValidateAsync(answer.Token, resource));
    }

    [Theory]
    [InlineData(RunningTenant.IdentityHeader, "recordsguard")]
    [InlineData(RunningTenant.AnotherHeader, "ingest")]
    public async Task Each_app_gets_tokens_of_its_own_identity_and_of_no_other(string header, string name)
    {
        LocalIdentity[] all = [LocalIdentities.App, .. LocalIdentities.Duties, LocalIdentities.Operator];
        foreach (var identity in all)
        {
            using var request = new HttpRequestMessage(
                HttpMethod.Get,
                $"{SignInRoutes.IdentityPath}?api-version=2019-08-01&resource=https://vault.localhost&client_id={identity.ApplicationId:D}");
            request.Headers.Add(SignInRoutes.IdentityHeader, header);
            using var response = await running.Client.SendAsync(request, TestContext.Current.CancellationToken);
            var body = await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);

            Assert.Equal(identity.Name == name ? HttpStatusCode.OK : HttpStatusCode.BadRequest, response.StatusCode);
            Assert.Equal(identity.Name == name, body.Contains(identity.ApplicationId.ToString("D"), StringComparison.Ordinal));
        }
    }

    [Theory]
    [InlineData("?api-version=2019-08-01&resource=https://vault.localhost", "wrong", 401)]
    [InlineData("?api-version=2017-09-01&resource=https://vault.localhost", RunningTenant.IdentityHeader, 400)]
    [InlineData("?api-version=2019-08-01&resource=https://graph.microsoft.com", RunningTenant.IdentityHeader, 400)]
    [InlineData("?api-version=2019-08-01&resource=https://vault.localhost&client_id=other", RunningTenant.IdentityHeader, 400)]
    [InlineData("?api-version=2019-08-01&resource=https://vault.localhost", RunningTenant.IdentityHeader, 200)]
    public async Task The_endpoint_answers_only_who_knows_the_header_and_asks_for_ours(string query, string header, int status)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, SignInRoutes.IdentityPath + query);
        request.Headers.Add(SignInRoutes.IdentityHeader, header);
        using var response = await running.Client.SendAsync(request, TestContext.Current.CancellationToken);
        Assert.Equal((HttpStatusCode)status, response.StatusCode);
    }
}

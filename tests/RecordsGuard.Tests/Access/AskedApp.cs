using System.Net;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using RecordsGuard.Access.Policy;
using RecordsGuard.Alerts;
using RecordsGuard.Audit;
using RecordsGuard.Envelopes;
using RecordsGuard.Tests.Attacks;
using RecordsGuard.Tests.Functions;
using RecordsGuard.Tests.Retention;

namespace RecordsGuard.Tests.Access;

/// <summary>What somebody was answered.</summary>
internal sealed record Asked(int Status, string Text)
{
    public string? Problem => Json.TryGetProperty("type", out var type) ? type.GetString()!.Split(':')[^1] : null;

    public JsonElement Json => JsonDocument.Parse(Text.StartsWith('{') ? Text : "{}").RootElement;

    public string Id => Json.GetProperty("id").GetString()!;
}

/// <summary>The whole app over HTTP on the fakes of a practice, and people who ask it: <c>2 clinician,security</c>.</summary>
internal sealed class AskedApp : IAsyncDisposable
{
    private readonly WebApplication app;
    private readonly HttpClient http;

    private AskedApp(PracticeUnderTest practice, WebApplication app)
    {
        Practice = practice;
        this.app = app;
        http = new(new SocketsHttpHandler { UseProxy = false }) { BaseAddress = new Uri(app.Urls.Single()) };
    }

    public PracticeUnderTest Practice { get; }

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public static async Task<AskedApp> StartAsync() => await StartAsync(await PracticeUnderTest.OpenAsync());

    public static async Task<AskedApp> StartAsync(
        PracticeUnderTest practice, IKeyVault? vault = null, ILogStore? log = null, AccessPolicy? policy = null) =>
        new(practice, await AppOnFakes.StartAsync(practice, vault, log, policy));

    /// <summary>The bytes of a 200.</summary>
    public async Task<byte[]> BytesAsync(string who, string path, string json)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, $"/api/practices/demo{path}");
        request.Headers.Add(SaidSignIn.TenantHeader, Practice.Tenant.ToString());
        request.Headers.Add(SaidSignIn.PersonHeader, who.Split(' ')[0]);
        request.Headers.Add(SaidSignIn.RolesHeader, who.Split(' ')[1]);
        request.Content = new StringContent(json, Encoding.UTF8, "application/json");
        using var answer = await http.SendAsync(request, Stop);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        return await answer.Content.ReadAsByteArrayAsync(Stop);
    }

    /// <param name="who">A number and roles, such as <c>2 clinician,security</c>.</param>
    /// <param name="path">Below the practice.</param>
    public Task<Asked> AskAsync(
        string who, string method, string path, string? json = null, string? purpose = null, string? range = null, Guid? tenant = null) =>
        AskAtAsync(who, method, $"/practices/demo{path}", json, purpose, range, tenant);

    /// <inheritdoc cref="AskAsync"/>
    /// <param name="path">Below <c>/api</c>.</param>
    public Task<Asked> AskAtAsync(
        string who, string method, string path, string? json = null, string? purpose = null, string? range = null, Guid? tenant = null) =>
        SendAsync(who, method, path, json is null ? null : new StringContent(json, Encoding.UTF8, "application/json"), purpose, range, tenant);

    /// <param name="path">Below <c>/api</c>.</param>
    public async Task<Asked> SendAsync(
        string who, string method, string path, HttpContent? content, string? purpose = null, string? range = null, Guid? tenant = null,
        params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(new(method), $"/api{path}");
        foreach (var (name, value) in headers)
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }

        request.Headers.Add(SaidSignIn.TenantHeader, (tenant ?? Practice.Tenant).ToString());
        request.Headers.Add(SaidSignIn.PersonHeader, who.Split(' ')[0]);
        request.Headers.Add(SaidSignIn.RolesHeader, who.Split(' ')[1]);
        if (purpose is not null)
        {
            request.Headers.Add("Purpose-Of-Use", purpose);
        }

        if (range is not null)
        {
            request.Headers.Add("Range", range);
        }

        request.Content = content;
        using var answer = await http.SendAsync(request, Stop);
        return new((int)answer.StatusCode, await answer.Content.ReadAsStringAsync(Stop));
    }

    public async Task<Alert?> AlertAsync(string detection) =>
        (await Practice.App.Desk.ListAsync(Practice.Id, Stop)).FirstOrDefault(a => a.Detection == detection);

    public async ValueTask DisposeAsync()
    {
        http.Dispose();
        await app.DisposeAsync();
    }
}

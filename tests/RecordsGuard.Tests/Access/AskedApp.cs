using System.Net;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using RecordsGuard.Alerts;
using RecordsGuard.App;
using RecordsGuard.Audit;
using RecordsGuard.Envelopes;
using RecordsGuard.Records;
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

    public static async Task<AskedApp> StartAsync()
    {
        var practice = await PracticeUnderTest.OpenAsync();
        var builder = WebApplication.CreateBuilder(new WebApplicationOptions { Args = [.. HeadSettings.ArgumentsOf(RecordsGuard.App.Duties.All)] });
        builder.Logging.ClearProviders();
        RecordsGuardApp.AddServices(builder);
        builder.WebHost.ConfigureKestrel(k => k.Listen(IPAddress.Loopback, 0));
        builder.Services.AddSingleton<TimeProvider>(practice.Time);
        builder.Services.AddSingleton<IRecordStore>(practice.Rows);
        builder.Services.AddSingleton<IBlobStore>(practice.Blobs);
        builder.Services.AddSingleton<IKeyVault>(practice.Vault);
        builder.Services.AddSingleton<ILogStore>(practice.Log);
        builder.Services.AddSingleton<IWorkQueue>(practice.Queue);
        builder.Services.AddSingleton<IReadOnlyList<IAlertRoute>>([practice.Route]);
        builder.Services.AddAuthentication(SaidSignIn.Name).AddScheme<AuthenticationSchemeOptions, SaidSignIn>(SaidSignIn.Name, null);
        var app = builder.Build();
        RecordsGuardApp.MapRoutes(app);
        await app.StartAsync(Stop);
        return new(practice, app);
    }

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
    public async Task<Asked> AskAsync(
        string who, string method, string path, string? json = null, string? purpose = null, string? range = null, Guid? tenant = null)
    {
        using var request = new HttpRequestMessage(new(method), $"/api/practices/demo{path}");
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

        request.Content = json is null ? null : new StringContent(json, Encoding.UTF8, "application/json");
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

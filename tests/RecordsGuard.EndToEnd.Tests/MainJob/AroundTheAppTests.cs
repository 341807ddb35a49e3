using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using RecordsGuard.Azure;
using RecordsGuard.EndToEnd.Tests.Stack;
using RecordsGuard.Local.SignIn;
using RecordsGuard.Local.Storage;
using RecordsGuard.Local.Vault;
using RecordsGuard.Records;

namespace RecordsGuard.EndToEnd.Tests.MainJob;

/// <summary>
/// What is done around the app, by whoever goes to storage or vault directly. All of it is done before any of it is looked
/// for: the logs take a minute each time.
/// </summary>
public sealed class Intrusions(SharedStack shared) : IAsyncLifetime
{
    private RunningStack Stack => shared.Stack;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    /// <summary>A record whose blob somebody read with the account key.</summary>
    public string Read { get; private set; } = "";

    /// <summary>A record that its clinician read, and whose key slip a thief unwrapped.</summary>
    public string Unwrapped { get; private set; } = "";

    /// <summary>A record whose blob a thief removed.</summary>
    public string Removed { get; private set; } = "";

    /// <summary>The app goes on with its work, and so does its log: somebody reads a record.</summary>
    internal Func<Task> Meanwhile { get; private set; } = () => Task.CompletedTask;

    public async ValueTask InitializeAsync()
    {
        var chart = await Chart.NewAsync(Stack);
        (Read, Unwrapped, Removed) = (await chart.RecordAsync(), await chart.RecordAsync(), await chart.RecordAsync());
        (await chart.ReadAsync(Unwrapped)).Is(200);
        await Stack.Stores.Seen(StorageAccounts.Records).GetBlobContainerClient("records")
            .GetBlobClient($"demo/{chart.Client}/{Read}").DownloadContentAsync(Stop);
        await UnwrapAsync(chart);
        await RemoveAsync(chart);
        Meanwhile = async () => (await chart.ReadAsync(Unwrapped)).Is(200);
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private async Task UnwrapAsync(Chart chart)
    {
        var slip = JsonDocument.Parse((await Stack.Stores.RowAsync(Table.Clients, $"demo|{chart.Client}", $"record|{Unwrapped}"))!.GetString("Body"))
            .RootElement.GetProperty("slip").GetString()!.Split('.');
        var version = Array.Find(slip, p => p.Length == 32 && p.All(char.IsAsciiHexDigit));
        await AskAsync(VaultDoor.Resource, new(
            HttpMethod.Post, $"{Stack.Services.GetProperty("vault").GetString()}/keys/demo-content/{version}/unwrapkey?api-version=7.4")
        {
            Content = new StringContent($$"""{"alg":"RSA-OAEP-256","value":"{{slip[^1]}}"}""", Encoding.UTF8, new MediaTypeHeaderValue("application/json")),
        });
    }

    private Task RemoveAsync(Chart chart) => AskAsync(StorageGate.Resource, new(
        HttpMethod.Delete,
        new Uri(new(Stack.Services.GetProperty("blob").GetString()!), $"/{StorageAccounts.Records}/records/demo/{chart.Client}/{Removed}"))
    {
        Headers = { { "x-ms-version", "2025-07-05" } },
    });

    /// <summary>With the app's own identity, and without an audit entry.</summary>
    private async Task AskAsync(string resource, HttpRequestMessage request)
    {
        using var http = new HttpClient(LoopbackTransport.CreateHandler(Stack.Services.GetProperty("authorityFile").GetString()));
        using (request)
        {
            request.Headers.Authorization = new("Bearer", Stack.StolenToken(LocalIdentities.App, resource));
            request.Headers.Add("x-ms-client-request-id", Guid.NewGuid().ToString());
            using var answer = await http.SendAsync(request, Stop);
            Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync(Stop));
        }
    }
}

/// <summary>No silent access, also around the app: who goes to storage or vault directly is in their logs, and those are looked at.</summary>
public sealed class AroundTheAppTests(SharedStack shared, Intrusions done) : IClassFixture<Intrusions>
{
    private static readonly TimeSpan LogsTakeTheirTime = TimeSpan.FromMinutes(2);

    private readonly RunningStack stack = shared.Stack;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Reading_a_record_s_blob_with_the_account_key_is_an_alert()
    {
        var delivery = await ToldAsync(d => d.Detection == "storage-account-key" && Says(d, done.Read));
        Assert.Equal("demo", delivery.Alert.GetProperty("practice").GetString());
        Assert.Equal("critical", delivery.Alert.GetProperty("severity").GetString(), ignoreCase: true);
        await ListedAsync("storage-account-key");
    }

    [Fact]
    public async Task A_thief_of_the_app_s_identity_who_unwraps_without_an_audit_entry_is_an_alert_and_an_honest_read_is_none()
    {
        var delivery = await ToldAsync(d => d.Detection == "audit-entry-missing" && Says(d, "KeyUnwrap local/keys/demo-content"));
        Assert.Equal(LocalIdentities.App.ObjectId.ToString(), delivery.Alert.GetProperty("person").GetString());
        Assert.DoesNotContain(shared.Webhook.Deliveries, d => d.Detection is "audit-entry-unfit" or "audit-entry-repeated" && Says(d, done.Unwrapped));
    }

    [Fact]
    public async Task A_thief_of_the_app_s_identity_who_removes_a_record_s_blob_without_a_purge_is_an_alert()
    {
        var delivery = await ToldAsync(d => d.Detection == "audit-entry-missing" && Says(d, done.Removed));

        // One alert with the thief's other deed, which may have been the last.
        JsonElement[] deeds = [delivery.Alert, .. delivery.Alert.TryGetProperty("before", out var before) ? before.EnumerateArray() : []];
        var removal = Assert.Single(deeds, d => d.GetProperty("because").GetString()!.Contains(done.Removed, StringComparison.Ordinal));
        Assert.Equal(done.Removed, removal.GetProperty("record").GetString());
    }

    private static bool Says(Delivery delivery, string text) => delivery.Text.Contains(text, StringComparison.Ordinal);

    /// <summary>The watch is run until the logs have told it; each time the app goes on with its work, and so does its log.</summary>
    private async Task<Delivery> ToldAsync(Func<Delivery, bool> fits)
    {
        var custodian = await stack.PersonAsync("custodian-1");
        await Until.TrueAsync(
            async () =>
            {
                if (shared.Webhook.Deliveries.Any(fits))
                {
                    return true;
                }

                await done.Meanwhile();
                (await custodian.PostAsync("/api/admin/run/WatchResourceLogs")).Is(202);
                await Task.Delay(TimeSpan.FromSeconds(2), Stop);
                return shared.Webhook.Deliveries.Any(fits);
            },
            "the alert", LogsTakeTheirTime);
        return shared.Webhook.Deliveries.First(fits);
    }

    private async Task ListedAsync(string detection)
    {
        var security = await stack.PersonAsync("security-1");
        var alerts = (await security.GetAsync("/api/alerts")).Is(200).Json.GetProperty("alerts").EnumerateArray();
        Assert.Contains(alerts, a => a.GetProperty("detection").GetString() == detection);
    }
}

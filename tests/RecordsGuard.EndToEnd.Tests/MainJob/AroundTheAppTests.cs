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

/// <summary>No silent access, also around the app: who goes to storage or vault directly is in their logs, and those are looked at.</summary>
public sealed class AroundTheAppTests(SharedStack shared)
{
    private static readonly TimeSpan LogsTakeTheirTime = TimeSpan.FromMinutes(2);

    private readonly RunningStack stack = shared.Stack;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Reading_a_record_s_blob_with_the_account_key_is_an_alert()
    {
        var chart = await Chart.NewAsync(stack);
        var record = await chart.RecordAsync();
        await stack.Stores.Seen(StorageAccounts.Records).GetBlobContainerClient("records")
            .GetBlobClient($"demo/{chart.Client}/{record}").DownloadContentAsync(Stop);

        var delivery = await ToldAsync(d => d.Detection == "storage-account-key" && Says(d, record));
        Assert.Equal("demo", delivery.Alert.GetProperty("practice").GetString());
        Assert.Equal("critical", delivery.Alert.GetProperty("severity").GetString(), ignoreCase: true);
        await ListedAsync("storage-account-key");
    }

    [Fact]
    public async Task A_thief_of_the_app_s_identity_who_unwraps_without_an_audit_entry_is_an_alert_and_an_honest_read_is_none()
    {
        var chart = await Chart.NewAsync(stack);
        var record = await chart.RecordAsync();
        (await chart.ReadAsync(record)).Is(200);
        using var vault = new HttpClient(LoopbackTransport.CreateHandler(stack.Services.GetProperty("authorityFile").GetString()));
        vault.DefaultRequestHeaders.Authorization = new("Bearer", stack.StolenToken(LocalIdentities.App, VaultDoor.Resource));
        var request = Guid.NewGuid().ToString();
        var slip = JsonDocument.Parse((await stack.Stores.RowAsync(Table.Clients, $"demo|{chart.Client}", $"record|{record}"))!.GetString("Body"))
            .RootElement.GetProperty("slip").GetString()!.Split('.');
        using var unwrap = new HttpRequestMessage(
            HttpMethod.Post, $"{stack.Services.GetProperty("vault").GetString()}/keys/demo-content/{Version(slip)}/unwrapkey?api-version=7.4")
        {
            Content = new StringContent($$"""{"alg":"RSA-OAEP-256","value":"{{slip[^1]}}"}""", Encoding.UTF8, new MediaTypeHeaderValue("application/json")),
        };
        unwrap.Headers.Add("x-ms-client-request-id", request);
        using var answer = await vault.SendAsync(unwrap, Stop);
        Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync(Stop));

        var delivery = await ToldAsync(
            d => d.Detection == "audit-entry-missing" && Says(d, "KeyUnwrap local/keys/demo-content"), async () => (await chart.ReadAsync(record)).Is(200));
        Assert.Equal(LocalIdentities.App.ObjectId.ToString(), delivery.Alert.GetProperty("person").GetString());
        Assert.DoesNotContain(shared.Webhook.Deliveries, d => d.Detection is "audit-entry-unfit" or "audit-entry-repeated" && Says(d, record));
    }

    [Fact]
    public async Task A_thief_of_the_app_s_identity_who_removes_a_record_s_blob_without_a_purge_is_an_alert()
    {
        var chart = await Chart.NewAsync(stack);
        var record = await chart.RecordAsync();
        using var storage = new HttpClient(LoopbackTransport.CreateHandler(stack.Services.GetProperty("authorityFile").GetString()));
        using var removal = new HttpRequestMessage(
            HttpMethod.Delete,
            new Uri(new(stack.Services.GetProperty("blob").GetString()!), $"/{StorageAccounts.Records}/records/demo/{chart.Client}/{record}"));
        removal.Headers.Authorization = new("Bearer", stack.StolenToken(LocalIdentities.App, StorageGate.Resource));
        removal.Headers.Add("x-ms-version", "2025-07-05");
        removal.Headers.Add("x-ms-client-request-id", Guid.NewGuid().ToString());
        using var answer = await storage.SendAsync(removal, Stop);
        Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync(Stop));

        var other = await chart.RecordAsync();
        var delivery = await ToldAsync(d => d.Detection == "audit-entry-missing" && Says(d, record), async () => (await chart.ReadAsync(other)).Is(200));
        Assert.Contains("DeleteBlob", delivery.Alert.GetProperty("because").GetString(), StringComparison.Ordinal);
    }

    private static bool Says(Delivery delivery, string text) => delivery.Text.Contains(text, StringComparison.Ordinal);

    private static string Version(string[] slip) => Array.Find(slip, p => p.Length == 32 && p.All(char.IsAsciiHexDigit))!;

    /// <summary>The watch is run until the logs have told it; each time the app goes on with its work, and so does its log.</summary>
    private async Task<Delivery> ToldAsync(Func<Delivery, bool> fits, Func<Task>? meanwhile = null)
    {
        var custodian = await stack.PersonAsync("custodian-1");
        await Until.TrueAsync(
            async () =>
            {
                await (meanwhile?.Invoke() ?? Task.CompletedTask);
                (await custodian.PostAsync("/api/admin/run/WatchResourceLogs")).Is(202);
                await Task.Delay(TimeSpan.FromSeconds(1), Stop);
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

using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using RecordsGuard.EndToEnd.Tests.Local;
using RecordsGuard.EndToEnd.Tests.Stack;
using RecordsGuard.Local;
using RecordsGuard.Records;

namespace RecordsGuard.EndToEnd.Tests.Crashes;

/// <summary>A local stack as a real process, the requests of its people, and the storage behind it.</summary>
internal sealed class StackUnderTest : IAsyncDisposable
{
    /// <summary>So that nothing hangs. A run waits for the kill while its batch is gathered: a minute was too little under load.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);

    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(200);

    private readonly Dictionary<string, string> tokens = [];
    private readonly Together sweep;

    private StackUnderTest(LocalProcess local, BehindTheProxy storage)
    {
        Local = local;
        Storage = storage;
        sweep = new(SweepAndDrainAsync);
    }

    public LocalProcess Local { get; }

    public BehindTheProxy Storage { get; }

    /// <summary>The tokens that were used.</summary>
    public IReadOnlyCollection<string> Tokens => tokens.Values;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public static async Task<StackUnderTest> StartAsync(
        DirectoryInfo data, DirectoryInfo app, IReadOnlyDictionary<string, string>? environment = null)
    {
        await SeededFolder.FillAsync(data);
        var local = await LocalProcess.StartAsync(data, environment ?? new Dictionary<string, string>(), $"--app={app.FullName}");
        return new(local, new(data, await local.GetAsync("/.local/services")));
    }

    public ValueTask DisposeAsync() => Local.DisposeAsync();

    /// <summary>One request; an array of bytes is sent in chunks, anything else with its length.</summary>
    /// <param name="person">Null: nobody.</param>
    public async Task<HttpResponseMessage> SendAsync(
        string? person, HttpMethod method, string path, HttpContent? body = null, params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(method, path) { Content = body };
        request.Headers.Authorization = person is null ? null : new AuthenticationHeaderValue("Bearer", await TokenAsync(person));
        request.Headers.TransferEncodingChunked = body is ByteArrayContent and not StringContent;
        foreach (var (name, value) in headers)
        {
            if (!request.Headers.TryAddWithoutValidation(name, value))
            {
                body!.Headers.TryAddWithoutValidation(name, value);
            }
        }

        return await Local.Http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, Stop);
    }

    public Task<HttpResponseMessage> PostAsync(string person, string path, object body) =>
        SendAsync(person, HttpMethod.Post, path, new StringContent(JsonSerializer.Serialize(body), Encoding.UTF8, "application/json"));

    /// <summary>The JSON of an answer that must be a success.</summary>
    public async Task<JsonElement> JsonOfAsync(string person, string path, object body)
    {
        using var answer = await PostAsync(person, path, body);
        return await JsonAsync(answer);
    }

    /// <summary>A client of clinician-1.</summary>
    /// <param name="lastService">Long ago: the client's records may be destroyed today.</param>
    public async Task<string> RegisterAsync(string lastService)
    {
        using var answer = await PostAsync("front-desk-1", "/api/practices/demo/clients", new
        {
            name = "Ada Example",
            chartNumber = "C-1",
            birthDate = "1970-01-01",
            jurisdiction = "US-CA",
            profession = "psychologist",
            assignedClinicians = new[] { "clinician-1" },
            lastService,
        });
        return (await JsonAsync(answer)).GetProperty("id").GetString()!;
    }

    public Task<HttpResponseMessage> UploadAsync(string client, byte[] content, string idempotencyKey, string fileName = "notes.bin") => SendAsync(
        "clinician-1", HttpMethod.Post, $"/api/practices/demo/clients/{client}/records", new ByteArrayContent(content),
        ("Content-Type", "application/octet-stream"), ("Record-Class", "client-record"), ("Idempotency-Key", idempotencyKey),
        ("Content-Disposition", $"attachment; filename*=UTF-8''{Uri.EscapeDataString(fileName)}"));

    public async Task<string> UploadedAsync(string client, byte[] content)
    {
        using var answer = await UploadAsync(client, content, Guid.NewGuid().ToString());
        return (await JsonAsync(answer)).GetProperty("id").GetString()!;
    }

    public Task<HttpResponseMessage> ReadAsync(string person, string client, string record) => SendAsync(
        person, HttpMethod.Get, $"/api/practices/demo/clients/{client}/records/{record}/content", null, ("Purpose-Of-Use", "TREAT"));

    /// <summary>The custodian has the nightly sweep run; true once that is answered.</summary>
    public async Task<bool> StartSweepAsync()
    {
        using var answer = await TryAsync(() => PostAsync("custodian-1", "/api/admin/run/NightlySweep", new { }));
        return answer is { IsSuccessStatusCode: true };
    }

    /// <summary>A sweep that begins after this was called has come to its end: one visits what all runs left.</summary>
    public Task SweptAsync() => sweep.RunAsync();

    /// <param name="orElse">Also ends the wait.</param>
    public Task DrainedAsync(string queue, Func<Task<bool>>? orElse = null) => UntilAsync(
        $"the queue {queue} is empty",
        async () => await Storage.WaitingAsync(queue) == 0 || (orElse is not null && await orElse()));

    /// <summary>How often the app was started again.</summary>
    public async Task<int> RestartsAsync() => (await Local.GetAsync("/.local/app")).GetProperty("restarts").GetInt32();

    /// <summary>Returns when the old process is gone; the next request waits for the new one.</summary>
    public async Task KillAppAsync() => (await Local.Http.PostAsync("/.local/app/kill", null, Stop)).EnsureSuccessStatusCode();

    /// <summary>Counts from now on the points where the app can die, and kills it at one of them unless 0.</summary>
    public async Task ArmAsync(int killAt) =>
        (await Local.Http.PostAsync($"/.local/faults?killAt={killAt}", null, Stop)).EnsureSuccessStatusCode();

    /// <summary>Holds the operation of this trace at its n-th point, or, if 0, nowhere.</summary>
    public Task ParkAsync(string trace, int at) => ParkAsync($"trace={trace}&at={at}");

    /// <summary>Holds the next run of a queue's function whose message contains this.</summary>
    public Task ParkAsync(string function, string message, int at) =>
        ParkAsync($"function={function}&message={Uri.EscapeDataString(message)}&at={at}");

    /// <summary>How many points were reached, and who is held: by trace or message.</summary>
    public async Task<(int Reached, HashSet<string> Held)> HeldAsync()
    {
        var state = await Local.GetAsync("/.local/faults");
        return (state.GetProperty("reached").GetInt32(), [.. state.GetProperty("held").EnumerateArray().Select(h => h.GetString()!)]);
    }

    /// <summary>The points reached, in order; the last one is where the app died, if it did. Who was held goes on, without a connection.</summary>
    public async Task<List<FaultPoint>> DisarmAsync()
    {
        using var answer = await Local.Http.DeleteAsync("/.local/faults", Stop);
        return JsonSerializer.Deserialize<List<FaultPoint>>(await answer.Content.ReadAsStringAsync(Stop), JsonSerializerOptions.Web)!;
    }

    /// <summary>A dozen runs wait at once for what has two processors to itself.</summary>
    public Task UntilAsync(string what, Func<Task<bool>> reached) => Until.TrueAsync(reached, what, Patience, Poll);

    public static async Task<JsonElement> JsonAsync(HttpResponseMessage answer)
    {
        var text = await answer.Content.ReadAsStringAsync(Stop);
        Assert.True(answer.IsSuccessStatusCode, $"{(int)answer.StatusCode}: {text}");
        using var json = JsonDocument.Parse(text);
        return json.RootElement.Clone();
    }

    /// <summary>Null if the connection broke before an answer.</summary>
    public static async Task<HttpResponseMessage?> TryAsync(Func<Task<HttpResponseMessage>> request)
    {
        try
        {
            return await request();
        }
        catch (HttpRequestException)
        {
            return null;
        }
    }

    /// <summary>The answer's JSON if it is a success, else null.</summary>
    public static async Task<JsonElement?> TryJsonAsync(Func<Task<HttpResponseMessage>> request)
    {
        using var answer = await TryAsync(request);
        try
        {
            return answer is { IsSuccessStatusCode: true } ? await JsonAsync(answer) : null;
        }
        catch (Exception e) when (e is HttpRequestException or IOException)
        {
            return null;
        }
    }

    private async Task SweepAndDrainAsync()
    {
        await UntilAsync("the sweep is started", StartSweepAsync);
        await DrainedAsync(WorkQueues.Sweep);
    }

    private async Task ParkAsync(string place) =>
        (await Local.Http.PostAsync($"/.local/faults/park?{place}", null, Stop)).EnsureSuccessStatusCode();

    private async Task<string> TokenAsync(string person)
    {
        if (!tokens.TryGetValue(person, out var token))
        {
            token = tokens[person] = await Local.Http.GetStringAsync($"/.local/token?person={person}", Stop);
        }

        return token;
    }
}

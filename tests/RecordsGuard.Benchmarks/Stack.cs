using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;
using Azure.Data.Tables;
using RecordsGuard.Local;
using RecordsGuard.Local.Storage;

namespace RecordsGuard.Benchmarks;

/// <summary>RecordsGuard.Local as a process with a data folder of its own, and the app's process that it started.</summary>
internal sealed class Stack : IAsyncDisposable
{
    private readonly Process local;
    private readonly HttpClient http = new(new SocketsHttpHandler { UseProxy = false });

    private Stack(Process local) => this.local = local;

    public DirectoryInfo Data { get; } = Directory.CreateTempSubdirectory("recordsguard-benchmark-");

    /// <summary>The host's proxy.</summary>
    public Uri Proxy => http.BaseAddress!;

    /// <summary>The app's own port, around the host's proxy.</summary>
    public Uri App => new($"http://127.0.0.1:{AppEnvironment["FUNCTIONS_CUSTOMHANDLER_PORT"]}");

    public int AppId { get; private set; }

    /// <summary>What the host told the app: addresses, and where a managed identity gets its tokens.</summary>
    public Dictionary<string, string> AppEnvironment { get; private set; } = [];

    public string AuthorityFile => AppEnvironment["RecordsGuard__Trust__AuthorityFile"];

    public static async Task<Stack> StartAsync()
    {
        var dotnet = Path.GetFullPath(Path.Combine(RuntimeEnvironment.GetRuntimeDirectory(), "..", "..", "..", "dotnet"));
        var start = new ProcessStartInfo(dotnet) { RedirectStandardOutput = true };
        var stack = new Stack(new() { StartInfo = start });
        foreach (var argument in (string[])[typeof(LocalPorts).Assembly.Location, "--port=0", $"--data={stack.Data.FullName}"])
        {
            start.ArgumentList.Add(argument);
        }

        start.Environment["RecordsGuard__Uploads__MaxBytes"] = $"{10L << 30}";
        stack.local.Start();
        while (await stack.local.StandardOutput.ReadLineAsync() is { } line && !line.StartsWith("Ctrl+C", StringComparison.Ordinal))
        {
            if (line.Contains("Address ", StringComparison.Ordinal))
            {
                stack.http.BaseAddress = new Uri(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1]);
            }
        }

        _ = stack.local.StandardOutput.ReadToEndAsync();
        using var app = JsonDocument.Parse(await stack.http.GetStringAsync("/.local/app"));
        stack.AppId = app.RootElement.GetProperty("pid").GetInt32();
        stack.AppEnvironment = (await File.ReadAllTextAsync($"/proc/{stack.AppId}/environ")).Split('\0', StringSplitOptions.RemoveEmptyEntries)
            .Select(v => v.Split('=', 2)).ToDictionary(v => v[0], v => v[1]);
        return stack;
    }

    /// <summary>Tables of the account of the log, at Azurite itself: around the proxy and its rights.</summary>
    public async Task<TableServiceClient> TablesAsync()
    {
        using var services = JsonDocument.Parse(await http.GetStringAsync("/.local/services"));
        var account = StorageAccounts.Audit;
        return new(
            new Uri($"{services.RootElement.GetProperty("azurite").GetProperty("table").GetString()}/{account}"),
            new TableSharedKeyCredential(account, StorageAccounts.Load(Data).Key(account)),
            new TableClientOptions
            {
                Transport = AzuriteConnection.CreateTransport(LocalCertificates.Load(new(Path.Combine(Data.FullName, "certificates"))).Server),
            });
    }

    public Task<string> TokenAsync(string person) => http.GetStringAsync($"/.local/token?person={person}");

    /// <summary>A client of the practice <c>demo</c>, assigned to clinician-1.</summary>
    public async Task<string> RegisterAsync()
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/practices/demo/clients")
        {
            Content = new StringContent(
                """
                {"name":"Bench Mark","chartNumber":"B-1","birthDate":"1970-06-10","jurisdiction":"US-CA",
                 "profession":"psychologist","assignedClinicians":["clinician-1"],"lastService":"2018-03-15"}
                """,
                Encoding.UTF8, "application/json"),
        };
        request.Headers.Authorization = new("Bearer", await TokenAsync("front-desk-1"));
        using var answer = await http.SendAsync(request);
        answer.EnsureSuccessStatusCode();
        using var json = JsonDocument.Parse(await answer.Content.ReadAsStringAsync());
        return json.RootElement.GetProperty("id").GetString()!;
    }

    public async ValueTask DisposeAsync()
    {
        using (var kill = Process.Start("bash", ["-c", $"kill -TERM {local.Id}"]))
        {
            await local.WaitForExitAsync();
        }

        local.Dispose();
        http.Dispose();
        Data.Delete(recursive: true);
    }
}

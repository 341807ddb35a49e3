using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography;
using RecordsGuard.Local;

namespace RecordsGuard.Benchmarks;

/// <summary>
/// Design §12, second row: one record of 64 MiB through the app, against the same bytes by the SDK alone. Azurite stands
/// behind Local's https proxy for everybody; then storage that costs next to nothing takes its place.
/// </summary>
internal static class TransferBenchmark
{
    private const int Length = 64 << 20;
    private const int WarmUp = 2;
    private const int Pairs = 15;

    private static readonly byte[] Bytes = RandomNumberGenerator.GetBytes(Length);

    public static async Task RunAsync()
    {
        await using var stack = await Stack.StartAsync();
        foreach (var name in (string[])["IDENTITY_ENDPOINT", "IDENTITY_HEADER"])
        {
            Environment.SetEnvironmentVariable(name, stack.AppEnvironment[name]);
        }

        Console.WriteLine($"one record of {Length >> 20} MiB, median of {Pairs} alternating rounds");
        var client = await stack.RegisterAsync();
        using var direct = await RecordsOverHttp.OpenAsync(stack, stack.App, client);
        using var proxied = await RecordsOverHttp.OpenAsync(stack, stack.Proxy, client);
        Rounds.Print(
            await RunAsync(direct, proxied, new(new(stack.AppEnvironment["RecordsGuard__Storage__Records"]), stack.AuthorityFile)),
            "Azurite; upload >= 0.85, download >= 0.6", allocations: false);

        await using var storage = await MemoryStorage.StartAsync(stack.Data);
        using var app = await StartAppAsync(stack, storage.Account);
        using var toMemory = await RecordsOverHttp.OpenAsync(stack, new($"http://127.0.0.1:{app.Port}"), client);
        Rounds.Print(
            await RunAsync(toMemory, null, new(storage.Account, stack.AuthorityFile)), "storage in memory; >= 0.9", allocations: false);
    }

    private static async Task<IReadOnlyList<Rounds.Result>> RunAsync(RecordsOverHttp app, RecordsOverHttp? proxied, OtherWays others)
    {
        await others.UploadAsync("plain", Stream());
        await others.UploadEncryptedAsync("encrypted", Stream());
        var record = await app.UploadAsync(Stream());

        var rounds = new Rounds(Length, WarmUp, Pairs);
        var upload = rounds.Add("upload: BlobClient, from a stream", () => others.UploadAsync("plain", Stream()));
        rounds.Add("upload: BlobClient, from memory, one request", () => others.UploadAsync("whole", new MemoryStream(Bytes)), upload);
        rounds.Add("upload: client-side encryption V2", () => others.UploadEncryptedAsync("encrypted", Stream()), upload);
        rounds.Add("upload: the app's own port", () => app.UploadAsync(Stream()), upload);
        if (proxied is not null)
        {
            rounds.Add("upload: through the host's proxy", () => proxied.UploadAsync(Stream()), upload);
        }

        var download = rounds.Add("download: BlobClient", () => others.DownloadAsync("plain"));
        rounds.Add("download: client-side encryption V2", () => others.DownloadEncryptedAsync("encrypted"), download);
        rounds.Add("download: the app's own port", () => app.DownloadAsync(record, System.IO.Stream.Null), download);
        if (proxied is not null)
        {
            rounds.Add("download: through the host's proxy", () => proxied.DownloadAsync(record, System.IO.Stream.Null), download);
        }

        return await rounds.RunAsync();
    }

    private static Content Stream() => new(Bytes, Length);

    /// <summary>Another process of the app, told the same but for where sealed records lie.</summary>
    private static async Task<AppProcess> StartAppAsync(Stack stack, Uri records)
    {
        var executable = Path.Combine(new LocalOptions().App.FullName, "RecordsGuard.Functions");
        var start = new ProcessStartInfo(executable) { WorkingDirectory = Path.GetDirectoryName(executable), RedirectStandardOutput = true };
        var port = LocalPorts.FreePort();
        start.Environment.Clear();
        foreach (var (name, value) in stack.AppEnvironment)
        {
            start.Environment[name] = value;
        }

        start.Environment["FUNCTIONS_CUSTOMHANDLER_PORT"] = port.ToString(CultureInfo.InvariantCulture);
        start.Environment["RecordsGuard__Storage__Records"] = records.ToString();
        var process = Process.Start(start)!;
        _ = process.StandardOutput.ReadToEndAsync();
        using var http = new HttpClient(new SocketsHttpHandler { UseProxy = false });
        for (; ; await Task.Delay(TimeSpan.FromMilliseconds(25), TimeProvider.System))
        {
            try
            {
                using var answer = await http.GetAsync(new Uri($"http://127.0.0.1:{port}/"));
                return new(process, port);
            }
            catch (HttpRequestException) when (!process.HasExited)
            {
                // Not yet.
            }
        }
    }

    private sealed record AppProcess(Process Process, int Port) : IDisposable
    {
        public void Dispose()
        {
            Process.Kill();
            Process.Dispose();
        }
    }
}

using System.Diagnostics;
using System.Globalization;
using Spectre.Console;

namespace RecordsGuard.Local.Storage;

/// <summary>
/// Blob, Queue and Table storage on this machine: Azurite as a child process on loopback, https only. It keeps
/// metadata in memory for up to 5 s, so it is never killed while it can still save; it ends by itself when this
/// process does, however that comes about (azurite/run.js).
/// </summary>
internal sealed class Azurite : IAsyncDisposable
{
    private static readonly TimeSpan StartLimit = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan StopLimit = TimeSpan.FromSeconds(20);

    private readonly Process process;
    private readonly IAnsiConsole console;
    private readonly TimeProvider time;
    private readonly TaskCompletionSource ready = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Task watch;
    private volatile string lastWords = "";
    private volatile bool stopping;

    private Azurite(Process process, IAnsiConsole console, TimeProvider time)
    {
        this.process = process;
        this.console = console;
        this.time = time;
        watch = WatchAsync();
    }

    public int ProcessId => process.Id;

    /// <summary>Completes when Azurite has ended, whatever the reason; a crash has been told on the console by then.</summary>
    public Task Ended => watch;

    /// <summary>Installs Azurite if need be, starts it and returns when all three services answer.</summary>
    public static async Task<Azurite> StartAsync(
        AzuriteInstallation installation,
        LocalPorts ports,
        DirectoryInfo data,
        LocalCertificates certificates,
        StorageAccounts accounts,
        IAnsiConsole console,
        TimeProvider time,
        CancellationToken cancellationToken)
    {
        var azurite = await installation.EnsureAsync(cancellationToken);
        var location = Path.Combine(data.FullName, "azurite");
        var start = new ProcessStartInfo("node", [installation.RunScript, azurite, .. Options(ports, location, certificates)])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["AZURITE_ACCOUNTS"] = accounts.ForAzurite;

        var result = new Azurite(AzuriteInstallation.StartNode(start), console, time);
        try
        {
            await result.ready.Task.WaitAsync(StartLimit, time, cancellationToken);
            return result;
        }
        catch
        {
            await result.DisposeAsync();
            throw;
        }
    }

    /// <summary>Lets Azurite save and end. May be called twice.</summary>
    public async Task StopAsync()
    {
        stopping = true;
        process.StandardInput.Close();
        try
        {
            await watch.WaitAsync(StopLimit, time);
        }
        catch (TimeoutException)
        {
            console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"Azurite did not end within {StopLimit.TotalSeconds} s and is killed; its last seconds of writes may be lost."));
            process.Kill();
            await watch;
        }
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        process.Dispose();
    }

    private static IEnumerable<string> Options(LocalPorts ports, string location, LocalCertificates certificates)
    {
        foreach (var (service, port) in new[] { ("blob", ports.AzuriteBlob), ("queue", ports.AzuriteQueue), ("table", ports.AzuriteTable) })
        {
            // Longer than any client keeps an idle connection: a connection that Azurite closes while a request is on
            // its way is an error that the caller cannot tell from a lost write.
            yield return $"--{service}Host=127.0.0.1";
            yield return string.Create(CultureInfo.InvariantCulture, $"--{service}Port={port}");
            yield return $"--{service}KeepAliveTimeout=3600";
        }

        yield return $"--location={location}";
        yield return $"--cert={certificates.ServerCertificateFile}";
        yield return $"--key={certificates.ServerKeyFile}";
        yield return "--oauth=basic";
        yield return "--silent";
        yield return "--disableTelemetry";
        yield return "--skipApiVersionCheck";
    }

    private async Task WatchAsync()
    {
        await Task.WhenAll(ReadAsync(process.StandardOutput), ReadAsync(process.StandardError));
        await process.WaitForExitAsync();
        if (!stopping)
        {
            var sentence = string.Create(CultureInfo.InvariantCulture, $"Azurite, the local storage, ended unexpectedly with code {process.ExitCode}{(lastWords.Length > 0 ? $": {lastWords}" : ".")}");
            if (!ready.TrySetException(new InvalidOperationException(sentence)))
            {
                console.WriteLine(sentence);
            }
        }
    }

    private async Task ReadAsync(StreamReader output)
    {
        while (await output.ReadLineAsync() is { } line)
        {
            if (line == "recordsguard: ready")
            {
                ready.TrySetResult();
            }
            else if (line.Contains("error", StringComparison.OrdinalIgnoreCase))
            {
                lastWords = line;
            }
        }
    }
}

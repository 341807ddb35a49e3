using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Text.Json;
using RecordsGuard.Local;

namespace RecordsGuard.EndToEnd.Tests.Local;

/// <summary>RecordsGuard.Local as a person starts it: one process, free ports, a data folder of its own.</summary>
internal sealed class LocalProcess : IAsyncDisposable
{
    private readonly Process process;
    private readonly List<string> lines = [];

    private LocalProcess(Process process) => this.process = process;

    public HttpClient Http { get; } = new(new SocketsHttpHandler { UseProxy = false });

    public int Id => process.Id;

    public int ExitCode => process.ExitCode;

    /// <summary>Every line it has written so far, also to standard error.</summary>
    public IReadOnlyList<string> Output
    {
        get
        {
            lock (lines)
            {
                return [.. lines];
            }
        }
    }

    public static Task<LocalProcess> StartAsync(DirectoryInfo data, params string[] options) =>
        StartAsync(data, new Dictionary<string, string>(), options);

    /// <summary>Returns when the banner is complete.</summary>
    /// <param name="environment">Set beside what it inherits.</param>
    public static async Task<LocalProcess> StartAsync(
        DirectoryInfo data, IReadOnlyDictionary<string, string> environment, params string[] options)
    {
        var dotnet = Path.GetFullPath(Path.Combine(RuntimeEnvironment.GetRuntimeDirectory(), "..", "..", "..", "dotnet"));
        var start = new ProcessStartInfo(
            dotnet, [typeof(LocalPorts).Assembly.Location, "--port=0", $"--data={data.FullName}", .. options])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        // Apps that are killed after seconds: what makes later calls faster, or the process harder to attack, only delays the start.
        start.Environment["DOTNET_TieredPGO"] = "0";
        start.Environment["DOTNET_TC_CallCountThreshold"] = "3E8"; // hexadecimal: a thousand instead of thirty
        start.Environment["DOTNET_EnableWriteXorExecute"] = "0";
        foreach (var (name, value) in environment)
        {
            start.Environment[name] = value;
        }

        var local = new LocalProcess(Process.Start(start)!);
        _ = local.KeepAsync(local.process.StandardError);
        while (await local.process.StandardOutput.ReadLineAsync() is { } line)
        {
            local.Keep(line);
            if (line.Contains("Address ", StringComparison.Ordinal))
            {
                local.Http.BaseAddress = new Uri(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1]);
            }

            if (line.StartsWith("Ctrl+C", StringComparison.Ordinal))
            {
                _ = local.KeepAsync(local.process.StandardOutput);
                return local;
            }
        }

        throw new InvalidOperationException(string.Join('\n', local.Output));
    }

    public async Task<JsonElement> GetAsync(string path)
    {
        using var json = JsonDocument.Parse(await Http.GetStringAsync(path));
        return json.RootElement.Clone();
    }

    /// <summary>This process's own descendants, from /proc.</summary>
    public List<int> Descendants()
    {
        var parents = Directory.EnumerateDirectories("/proc")
            .Select(d => int.TryParse(Path.GetFileName(d), out var pid) ? pid : 0)
            .Where(pid => pid > 0)
            .Select(pid => (Pid: pid, Parent: Parent(pid)))
            .ToLookup(p => p.Parent, p => p.Pid);
        var found = new List<int>();
        for (var wave = new List<int> { Id }; wave.Count > 0;)
        {
            wave = [.. wave.SelectMany(p => parents[p])];
            found.AddRange(wave);
        }

        return found;
    }

    public Task KillAsync() => EndAsync("-KILL");

    public Task TerminateAsync() => EndAsync("-TERM");

    public async ValueTask DisposeAsync()
    {
        if (!process.HasExited)
        {
            await TerminateAsync();
        }

        process.Dispose();
        Http.Dispose();
    }

    private async Task KeepAsync(StreamReader reader)
    {
        while (await reader.ReadLineAsync() is { } line)
        {
            Keep(line);
        }
    }

    private void Keep(string line)
    {
        lock (lines)
        {
            lines.Add(line);
        }
    }

    private async Task EndAsync(string signal)
    {
        using var kill = Process.Start("bash", ["-c", $"kill {signal} {Id}"]); // the shell's own: a bare Debian has no program of that name
        await process.WaitForExitAsync().WaitAsync(TimeSpan.FromSeconds(60));
    }

    private static int Parent(int pid)
    {
        try
        {
            return int.Parse(File.ReadAllText($"/proc/{pid}/stat").Split(") ").Last().Split(' ')[1]);
        }
        catch (IOException)
        {
            return 0;
        }
    }
}

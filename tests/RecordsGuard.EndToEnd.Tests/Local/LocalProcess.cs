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

    /// <summary>Returns when the banner is complete.</summary>
    public static async Task<LocalProcess> StartAsync(DirectoryInfo data, params string[] options)
    {
        var dotnet = Path.GetFullPath(Path.Combine(RuntimeEnvironment.GetRuntimeDirectory(), "..", "..", "..", "dotnet"));
        var local = new LocalProcess(Process.Start(new ProcessStartInfo(
            dotnet, [typeof(LocalPorts).Assembly.Location, "--port=0", $"--data={data.FullName}", .. options])
        {
            RedirectStandardOutput = true,
        })!);
        while (await local.process.StandardOutput.ReadLineAsync() is { } line)
        {
            local.lines.Add(line);
            if (line.Contains("Address ", StringComparison.Ordinal))
            {
                local.Http.BaseAddress = new Uri(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1]);
            }

            if (line.StartsWith("Ctrl+C", StringComparison.Ordinal))
            {
                _ = local.process.StandardOutput.ReadToEndAsync();
                return local;
            }
        }

        throw new InvalidOperationException(string.Join('\n', local.lines));
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

    private async Task EndAsync(string signal)
    {
        using var kill = Process.Start("kill", [signal, $"{Id}"]);
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

using System.Diagnostics;
using System.Globalization;

namespace RecordsGuard.Local.Host;

/// <summary>How to start one process: what the host makes of host.json and of its own environment.</summary>
internal sealed record HandlerCommand(
    string Executable, IReadOnlyList<string> Arguments, string WorkingDirectory, IReadOnlyDictionary<string, string> Environment);

/// <summary>
/// One run of the app's process. It runs on a leash (leash.mjs): when this process is gone, even by kill -9, so is the app.
/// </summary>
internal sealed class HandlerProcess : IDisposable
{
    private const string PidLine = "leash: ";

    private readonly Process leash;
    private readonly TaskCompletionSource<int> pid = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private HandlerProcess(Process leash, Action<bool, string> line)
    {
        this.leash = leash;
        _ = PumpAsync(leash.StandardOutput, text => line(false, text));
        _ = PumpAsync(leash.StandardError, text => line(true, text));
        Exited = leash.WaitForExitAsync();
    }

    /// <summary>The app's own process id.</summary>
    public int Id { get; private set; }

    /// <summary>Done when the process is gone; what it wrote last may still be on its way.</summary>
    public Task Exited { get; }

    public int ExitCode => leash.ExitCode;

    /// <param name="line">Called for each line the process writes; true for standard error.</param>
    public static async Task<HandlerProcess> StartAsync(HandlerCommand command, Action<bool, string> line)
    {
        var start = new ProcessStartInfo("node")
        {
            WorkingDirectory = command.WorkingDirectory,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.ArgumentList.Add(Path.Combine(AppContext.BaseDirectory, "Host", "leash.mjs"));
        start.ArgumentList.Add(command.Executable);
        command.Arguments.ToList().ForEach(start.ArgumentList.Add);
        start.Environment.Clear();
        foreach (var (name, value) in command.Environment)
        {
            start.Environment[name] = value;
        }

        var process = new HandlerProcess(Process.Start(start)!, line);
        var first = await Task.WhenAny(process.pid.Task, process.Exited);
        process.Id = first == process.pid.Task ? await process.pid.Task : 0;
        return process;
    }

    /// <summary>SIGKILL to the app's process alone, as the host does on a timeout.</summary>
    public void Kill()
    {
        if (Id == 0 || Exited.IsCompleted)
        {
            return;
        }

        try
        {
            using var app = Process.GetProcessById(Id);
            app.Kill();
        }
        catch (Exception e) when (e is ArgumentException or InvalidOperationException)
        {
            // It is gone already.
        }
    }

    /// <summary>Asks the process to end (SIGTERM) and kills it when it has not after <paramref name="grace"/>.</summary>
    public async Task StopAsync(TimeSpan grace, TimeProvider time)
    {
        try
        {
            await leash.StandardInput.WriteLineAsync("stop");
            await leash.StandardInput.FlushAsync();
            await Exited.WaitAsync(grace, time);
        }
        catch (Exception e) when (e is IOException or InvalidOperationException or TimeoutException)
        {
            Kill();
            await Exited;
        }
    }

    public void Dispose() => leash.Dispose();

    private async Task PumpAsync(StreamReader reader, Action<string> line)
    {
        while (await reader.ReadLineAsync() is { } text)
        {
            if (!pid.Task.IsCompleted && text.StartsWith(PidLine, StringComparison.Ordinal))
            {
                pid.TrySetResult(int.Parse(text.AsSpan(PidLine.Length), CultureInfo.InvariantCulture));
                continue;
            }

            line(text);
        }
    }
}

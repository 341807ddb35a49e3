using System.Diagnostics;
using System.Globalization;

namespace RecordsGuard.Tests.Local.Host;

/// <summary>leash.mjs: what it runs does not outlive its starter, even one that is killed with -9.</summary>
public sealed class LeashTests
{
    private static readonly string Leash = Path.Combine(AppContext.BaseDirectory, "Host", "leash.mjs");

    // The starter holds the other end of the leash's standard input, and dies without a word.
    private const string Starter = """
        import { spawn } from 'node:child_process';
        const leash = spawn(process.execPath, [process.argv[2], process.execPath, '-e', 'setInterval(() => {}, 1000)'], { stdio: ['pipe', 'inherit', 'inherit'] });
        process.stdout.write(`starter: ${leash.pid}\n`);
        """;

    [Fact]
    public async Task A_starter_killed_with_9_leaves_no_process_behind()
    {
        using var folder = new StandInApp();
        folder.Write("starter.mjs", Starter);
        using var starter = Process.Start(new ProcessStartInfo("node", [Path.Combine(folder.Folder, "starter.mjs"), Leash])
        {
            RedirectStandardOutput = true,
        })!;
        var pids = new List<int>();
        while (pids.Count < 2)
        {
            var line = await starter.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken);
            pids.Add(int.Parse(line!.Split(": ")[1], CultureInfo.InvariantCulture));
        }

        Assert.All(pids, pid => Assert.True(Processes.Alive(pid)));
        starter.Kill();

        await Processes.UntilAsync(() => !pids.Exists(Processes.Alive));
    }

    [Fact]
    public async Task A_command_that_does_not_exist_is_said_on_standard_error()
    {
        using var leash = Process.Start(new ProcessStartInfo("node", [Leash, "no-such-command"])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;

        var error = await leash.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        await leash.WaitForExitAsync(TestContext.Current.CancellationToken);

        Assert.Contains("no-such-command", error, StringComparison.Ordinal);
        Assert.Equal(127, leash.ExitCode);
    }
}

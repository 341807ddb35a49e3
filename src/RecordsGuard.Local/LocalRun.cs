using System.Runtime.InteropServices;
using Spectre.Console;

namespace RecordsGuard.Local;

/// <summary>One run of the program, from the first word to the last: 0 if it was asked to stop, 1 if it could not go on.</summary>
internal static class LocalRun
{
    public static async Task<int> RunAsync(LocalOptions options, CancellationToken cancellationToken)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var asked = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        void Ask(PosixSignalContext signal)
        {
            signal.Cancel = true;
            asked.TrySetResult();
            stop.Cancel();
        }

        using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Ask);
        using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Ask);
        using var hangUp = PosixSignalRegistration.Create(PosixSignal.SIGHUP, Ask);
        try
        {
            await using var stack = await LocalStack.StartAsync(options, Say, AnsiConsole.Console, TimeProvider.System, stop.Token);
            LocalBanner.Say(stack, options, Say);
            await Task.WhenAny(asked.Task, stack.Broken);
            if (!asked.Task.IsCompleted)
            {
                await Console.Error.WriteLineAsync(await stack.Broken);
                return 1;
            }

            Say("Stopping …");
        }
        catch (Exception) when (asked.Task.IsCompleted)
        {
            Say("Stopped before everything was up.");
        }
        catch (Exception e)
        {
            await Console.Error.WriteLineAsync(e.Message);
            if (e is not LocalFailure)
            {
                Keep(options, e);
            }

            return 1;
        }

        return 0;
    }

    private static void Say(string line) => Console.Out.WriteLine(line);

    // The person gets a sentence; whoever looks for the cause finds it here.
    private static void Keep(LocalOptions options, Exception exception)
    {
        var folder = Directory.CreateDirectory(Path.Combine(options.Data.FullName, "logs"));
        File.AppendAllText(Path.Combine(folder.FullName, "local.log"), $"{exception}\n");
    }
}

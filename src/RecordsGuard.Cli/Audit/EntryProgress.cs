using Spectre.Console;

namespace RecordsGuard.Cli;

/// <summary>A bar on stderr while entries go by; nothing where stderr is no terminal.</summary>
internal static class EntryProgress
{
    public static async Task<T> ShowAsync<T>(string what, Func<Action<long, long>?, Task<T>> run)
    {
        if (Console.IsErrorRedirected)
        {
            return await run(null);
        }

        var console = AnsiConsole.Create(new() { Out = new AnsiConsoleOutput(Console.Error) });
        return await console.Progress()
            .Columns(new TaskDescriptionColumn(), new ProgressBarColumn(), new PercentageColumn(), new RemainingTimeColumn())
            .StartAsync(async context =>
            {
                var bar = context.AddTask(what);
                return await run((done, all) => (bar.MaxValue, bar.Value) = (all, done));
            });
    }
}

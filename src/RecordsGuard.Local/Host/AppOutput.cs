using System.Globalization;
using System.Threading.Channels;

namespace RecordsGuard.Local.Host;

internal enum OutputLevel
{
    Information,
    Warning,
    Error,
}

/// <summary>What the app and the host say: to the console with a prefix, and to a log file with the time.</summary>
internal sealed class AppOutput : IAsyncDisposable
{
    private readonly Channel<(string Source, OutputLevel Level, string Text)> lines =
        Channel.CreateUnbounded<(string, OutputLevel, string)>(new() { SingleReader = true });

    private readonly TimeProvider time;
    private readonly Action<string> console;
    private readonly Task writer;

    /// <param name="file">Appended to; its folder is created.</param>
    public AppOutput(string file, Action<string> console, TimeProvider time)
    {
        this.time = time;
        this.console = console;
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        writer = WriteAsync(file);
    }

    public void App(OutputLevel level, string text) => lines.Writer.TryWrite(("app", level, text));

    public void Host(OutputLevel level, string text) => lines.Writer.TryWrite(("host", level, text));

    public async ValueTask DisposeAsync()
    {
        lines.Writer.TryComplete();
        await writer;
    }

    private async Task WriteAsync(string path)
    {
        await using var file = new StreamWriter(new FileStream(path, FileMode.Append, FileAccess.Write, FileShare.ReadWrite));
        await foreach (var (source, level, text) in lines.Reader.ReadAllAsync())
        {
            var mark = level switch { OutputLevel.Error => "error", OutputLevel.Warning => "warn ", _ => "info " };
            console($"{source,-4} {(level == OutputLevel.Information ? "|" : mark.Trim() + ":")} {text}");
            await file.WriteLineAsync($"{time.GetUtcNow().ToString("O", CultureInfo.InvariantCulture)} {source,-4} {mark} {text}");
            if (!lines.Reader.TryPeek(out _))
            {
                await file.FlushAsync();
            }
        }
    }
}

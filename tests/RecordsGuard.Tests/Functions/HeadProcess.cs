using System.Diagnostics;
using System.Globalization;
using RecordsGuard.Local;
using RecordsGuard.Local.Host;

namespace RecordsGuard.Tests.Functions;

/// <summary>The head as the host starts it: a process with an environment.</summary>
internal sealed class HeadProcess : IAsyncDisposable
{
    private readonly HandlerProcess process;

    private HeadProcess(HandlerProcess process, int port)
    {
        this.process = process;
        Http = new(new SocketsHttpHandler { UseProxy = false }) { BaseAddress = new Uri($"http://127.0.0.1:{port}") };
    }

    public HttpClient Http { get; }

    private static string Executable => Path.Combine(new LocalOptions().App.FullName, "RecordsGuard.Functions");

    public static async Task<HeadProcess> StartAsync(
        int port, Action<Dictionary<string, string>>? change = null, Action<string>? line = null)
    {
        var environment = new Dictionary<string, string>(HandlerCommands.Environment(HeadSettings.Environment))
        {
            ["FUNCTIONS_CUSTOMHANDLER_PORT"] = port.ToString(CultureInfo.InvariantCulture),
        };
        change?.Invoke(environment);
        var head = new HeadProcess(
            await HandlerProcess.StartAsync(new(Executable, [], Path.GetDirectoryName(Executable)!, environment), (_, text) => line?.Invoke(text)), port);
        for (var tries = 0; tries < 400; tries++)
        {
            try
            {
                using var answer = await head.Http.GetAsync("/");
                return head;
            }
            catch (HttpRequestException)
            {
                await Task.Delay(25);
            }
        }

        await head.DisposeAsync();
        throw new InvalidOperationException("The head did not come up.");
    }

    public static async Task<(int ExitCode, string Output, string Error)> RunAsync(Action<IDictionary<string, string?>> change)
    {
        var start = new ProcessStartInfo(Executable) { RedirectStandardOutput = true, RedirectStandardError = true };
        change(start.Environment);
        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEndAsync();
        var error = await process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        return (process.ExitCode, await output, error);
    }

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        await process.StopAsync(TimeSpan.FromSeconds(5), TimeProvider.System);
        process.Dispose();
    }
}

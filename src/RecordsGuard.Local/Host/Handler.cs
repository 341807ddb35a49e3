namespace RecordsGuard.Local.Host;

/// <summary>
/// The app's process for as long as the host runs: started, watched, and started again on the same port when it dies.
/// A crash counts as an error; a kill on purpose (a function's time-out, a fault point) does not.
/// </summary>
internal sealed class Handler(
    HandlerCommand command, HandlerDescription description, int port, AppOutput output, TimeProvider time) : IAsyncDisposable
{
    private static readonly TimeSpan PollEvery = TimeSpan.FromMilliseconds(25);
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(5);

    private readonly Lock gate = new();
    private readonly HttpClient http = new(new SocketsHttpHandler { UseProxy = false, AllowAutoRedirect = false });
    private readonly ErrorBudget errors = new(time);
    private readonly TaskCompletionSource gaveUp = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private TaskCompletionSource ready = NotReady();
    private HandlerProcess? current;
    private HandlerProcess? killed;
    private bool stopping;
    private Task running = Task.CompletedTask;

    public Uri Address { get; } = new($"http://127.0.0.1:{port}");

    /// <summary>The app's own process id; null between two runs.</summary>
    public int? ProcessId
    {
        get
        {
            lock (gate)
            {
                return current?.Id;
            }
        }
    }

    /// <summary>How often the app was started again, for whatever reason.</summary>
    public int Restarts { get; private set; }

    /// <summary>Done when the third error has ended the host.</summary>
    public Task GaveUp => gaveUp.Task;

    public void Start() => running = RunAsync();

    /// <summary>Waits until the app answers. Requests that come earlier wait here.</summary>
    /// <exception cref="LocalFailure">The host has given up.</exception>
    public Task ReadyAsync(CancellationToken cancellationToken)
    {
        lock (gate)
        {
            return ready.Task.WaitAsync(cancellationToken);
        }
    }

    /// <summary>SIGKILL, and a fresh start that counts as no error. Returns when the process is gone, before it is back.</summary>
    public async Task KillAsync()
    {
        HandlerProcess? process;
        lock (gate)
        {
            process = current;
            if (process is null)
            {
                return;
            }

            killed = process;
            Unready();
        }

        process.Kill();
        await process.Exited;
    }

    public async ValueTask DisposeAsync()
    {
        HandlerProcess? process;
        lock (gate)
        {
            stopping = true;
            process = current;
        }

        if (process is not null)
        {
            await process.StopAsync(Grace, time);
        }

        await running;
        http.Dispose();
    }

    private async Task RunAsync()
    {
        while (true)
        {
            var process = await HandlerProcess.StartAsync(command, Line);
            lock (gate)
            {
                current = process;
                if (stopping)
                {
                    process.Kill();
                }
            }

            var watched = BecomeReadyAsync(process);
            await process.Exited;
            await watched;
            var exitCode = process.ExitCode;
            process.Dispose();
            lock (gate)
            {
                current = null;
                Unready();
                if (stopping)
                {
                    Fail("The host is stopping.");
                    return;
                }
            }

            if (!ReferenceEquals(killed, process))
            {
                output.Host(OutputLevel.Error, $"The app ended by itself with code {exitCode}.");
                if (!errors.Spend())
                {
                    output.Host(OutputLevel.Error, "That was the third error: the host shuts down.");
                    lock (gate)
                    {
                        Fail("The app failed three times; its last words are in logs/ in the data folder.");
                    }

                    gaveUp.TrySetResult();
                    return;
                }
            }

            Restarts++;
        }
    }

    // Any HTTP answer counts, whatever its status.
    private async Task BecomeReadyAsync(HandlerProcess process)
    {
        using var limit = new CancellationTokenSource(description.InitializationTimeout, time);
        while (!process.Exited.IsCompleted)
        {
            try
            {
                using var answer = await http.GetAsync(Address, HttpCompletionOption.ResponseHeadersRead, limit.Token);
                lock (gate)
                {
                    if (ReferenceEquals(current, process) && !ReferenceEquals(killed, process))
                    {
                        ready.TrySetResult();
                    }
                }

                return;
            }
            catch (HttpRequestException)
            {
                await Task.WhenAny(process.Exited, Task.Delay(PollEvery, time, CancellationToken.None));
            }
            catch (OperationCanceledException)
            {
                output.Host(OutputLevel.Error, $"The app did not answer within {description.InitializationTimeout}.");
                process.Kill();
                return;
            }
        }
    }

    private void Line(bool error, string text) => output.App(
        !error ? OutputLevel.Information
        : !description.StdErrIsErrorsOnly && text.Contains("warn", StringComparison.OrdinalIgnoreCase) ? OutputLevel.Warning
        : OutputLevel.Error,
        text);

    // Nobody waits for an app that will not come. The exception is looked at, in case nobody does wait.
    private void Fail(string sentence)
    {
        ready.TrySetException(new LocalFailure(sentence));
        _ = ready.Task.Exception;
    }

    private void Unready()
    {
        if (ready.Task.IsCompleted)
        {
            ready = NotReady();
        }
    }

    private static TaskCompletionSource NotReady() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}

namespace RecordsGuard.EndToEnd.Tests.Stack;

/// <summary>What several want at once is done once: who asks before it has begun takes part in it, who asks later waits for the next.</summary>
internal sealed class Together(Func<Task> act)
{
    private readonly Lock gate = new();
    private readonly SemaphoreSlim one = new(1);
    private Task? next;

    public Task RunAsync()
    {
        lock (gate)
        {
            return next ??= NextAsync();
        }
    }

    private async Task NextAsync()
    {
        await Task.Yield(); // so that it is the next one before it begins
        await one.WaitAsync(TestContext.Current.CancellationToken);
        try
        {
            lock (gate)
            {
                next = null;
            }

            await act();
        }
        finally
        {
            one.Release();
        }
    }
}

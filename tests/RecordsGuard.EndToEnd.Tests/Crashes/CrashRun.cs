namespace RecordsGuard.EndToEnd.Tests.Crashes;

/// <summary>One run of an operation whose app may die in the middle, on a client of its own.</summary>
internal abstract class CrashRun(StackUnderTest stack)
{
    protected StackUnderTest Stack => stack;

    protected BehindTheProxy Storage => stack.Storage;

    /// <summary>
    /// What the operation needs to be there. It also warms the app up: a client is registered and a small record uploaded,
    /// so that what a process asks the vault only once has been asked.
    /// </summary>
    public abstract Task PrepareAsync();

    /// <summary>The operation, once. Returns when nothing of it is under way any more, or soon after the app has died.</summary>
    /// <param name="died">Whether the app has died since.</param>
    public abstract Task ActAsync(Func<Task<bool>> died);

    /// <summary>
    /// The app is up again: repeats what a person or the host repeats until it is done, then checks the promises.
    /// Nothing is under way when it returns.
    /// </summary>
    public abstract Task FinishAsync();

    /// <summary>Null if the connection broke before an answer.</summary>
    protected static async Task<HttpResponseMessage?> TryAsync(Func<Task<HttpResponseMessage>> request)
    {
        try
        {
            return await request();
        }
        catch (HttpRequestException)
        {
            return null;
        }
    }

    /// <summary>The answer's JSON if it is a success, else null.</summary>
    protected static async Task<System.Text.Json.JsonElement?> TryJsonAsync(Func<Task<HttpResponseMessage>> request)
    {
        using var answer = await TryAsync(request);
        try
        {
            return answer is { IsSuccessStatusCode: true } ? await StackUnderTest.JsonAsync(answer) : null;
        }
        catch (Exception e) when (e is HttpRequestException or IOException)
        {
            return null;
        }
    }

    protected Task DrainedAsync(string queue, Func<Task<bool>>? died = null) => stack.UntilAsync(
        $"the queue {queue} is empty",
        async () => await Storage.WaitingAsync(queue) == 0 || (died is not null && await died()));
}

namespace RecordsGuard.Fakes;

/// <summary>What a fake does at once, as a task: a failure is in the task, as it is with a service, and not thrown at the caller.</summary>
internal static class Answer
{
    public static Task<T> Of<T>(Func<T> call)
    {
        try
        {
            return Task.FromResult(call());
        }
        catch (Exception e)
        {
            return Task.FromException<T>(e);
        }
    }

    public static Task Of(Action call) => Of(() =>
    {
        call();
        return true;
    });
}

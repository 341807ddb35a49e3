using System.Runtime.CompilerServices;
using Azure;
using RecordsGuard.Records;

namespace RecordsGuard.Azure;

/// <summary>
/// Where Azure's exceptions stop. Everything that a call throws becomes <see cref="StoreUnavailableException"/>, also
/// a time-out of the SDK's own, which looks like a cancellation; the caller's cancellation passes.
/// </summary>
internal static class StoreCall
{
    public static async Task<T> RunAsync<T>(string what, Func<Task<T>> call, CancellationToken cancel)
    {
        try
        {
            return await call();
        }
        catch (Exception e)
        {
            cancel.ThrowIfCancellationRequested();
            throw Unavailable(what, e);
        }
    }

    public static async IAsyncEnumerable<T> ListAsync<T>(
        string what, IAsyncEnumerable<T> items, [EnumeratorCancellation] CancellationToken cancel)
    {
        await using var each = items.GetAsyncEnumerator(cancel);
        while (await RunAsync(what, () => each.MoveNextAsync().AsTask(), cancel))
        {
            yield return each.Current;
        }
    }

    public static StoreUnavailableException Unavailable(string what, Exception e) =>
        e is StoreUnavailableException known ? known : new($"{what} failed: {Reason(e)}.", e);

    public static string Reason(Exception e) => e switch
    {
        RequestFailedException { Status: > 0 } failed => $"{failed.Status} {failed.ErrorCode}",
        OperationCanceledException => "no answer in time",
        _ => e.GetType().Name,
    };
}

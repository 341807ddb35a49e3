using RecordsGuard.Audit;
using RecordsGuard.Records;

namespace RecordsGuard.Azure;

/// <summary><see cref="StoreCall"/> for the audit log's ports, whose exception says so.</summary>
internal static class LogCall
{
    public static async Task<T> RunAsync<T>(string what, Func<Task<T>> call, CancellationToken cancel)
    {
        try
        {
            return await StoreCall.RunAsync(what, call, cancel);
        }
        catch (StoreUnavailableException e)
        {
            throw new AuditUnavailableException(e);
        }
    }
}

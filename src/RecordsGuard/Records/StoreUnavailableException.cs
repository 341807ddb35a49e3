namespace RecordsGuard.Records;

/// <summary>
/// Storage did not answer, or refused for a reason that may pass. The call may have been carried out. Callers answer
/// 503; the next try, or the reconciler, finishes the work.
/// </summary>
public sealed class StoreUnavailableException(string message, Exception? inner = null) : Exception(message, inner);

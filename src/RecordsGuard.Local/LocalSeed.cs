namespace RecordsGuard.Local;

/// <summary>What a fresh local stack holds before anyone signs in: practices, and with <c>--demo</c> something to see.</summary>
internal static class LocalSeed
{
    /// <summary>Called once the app is ready, at every start; MUST change nothing that is there already.</summary>
    public static Task RunAsync(LocalEndpoints endpoints, LocalOptions options, CancellationToken cancellationToken)
    {
        _ = (endpoints, options, cancellationToken);
        return Task.CompletedTask;
    }
}

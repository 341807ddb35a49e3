using RecordsGuard.Records;

namespace RecordsGuard.Envelopes;

/// <summary>
/// Opens index keys from their rows. Each call is one unwrap in the vault, whose log line carries the audit entry that
/// explains it; nothing is cached, so the vault's log tells every listing.
/// </summary>
public sealed class IndexKeys(IRecordStore store, IKeyVault vault)
{
    public static string KekOf(PracticeId practice) => $"{practice}-index";

    /// <summary>The practice's index key, or null if there is no such practice. The caller disposes it.</summary>
    /// <param name="cause">The audit entry's id.</param>
    public async Task<IndexKey?> OpenPracticeAsync(PracticeId practice, string cause, CancellationToken cancel) =>
        await store.ReadPracticeAsync(practice, cancel) is { } facts
            ? await IndexKey.UnwrapAsync(KeySlip.Parse(facts.IndexKey), vault, KekOf(practice), cause, cancel)
            : null;

    /// <summary>The client's index key, or null if the directory has no such client. The caller disposes it.</summary>
    public async Task<IndexKey?> OpenClientAsync(PracticeId practice, ClientId client, string cause, CancellationToken cancel)
    {
        if (await store.ReadDirectoryAsync(practice, client, cancel) is not { } directory)
        {
            return null;
        }

        using var key = await OpenPracticeAsync(practice, cause, cancel);
        return key?.UnwrapClient(directory.IndexKey, practice, client);
    }
}

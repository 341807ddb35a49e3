using RecordsGuard.Envelopes;
using RecordsGuard.Records;

namespace RecordsGuard.Retention.Backup;

/// <summary>
/// Rows in the slip backup, sealed. Objects are created and never changed; the platform removes each when its fixed life is
/// over. Writing takes no right to read.
/// </summary>
public sealed class BackupStore(IBlobStore blobs, PublicKeys publicKeys, IKeyVault vault)
{
    /// <summary>What one Put Blob takes, which is all that who may only create may send.</summary>
    private const int MaxBytes = 4 * 1024 * 1024;

    /// <summary>Of an object's rows before they are sealed, if none of them is larger than a row may be.</summary>
    public const int MaxRowBytes = MaxBytes / 2;

    /// <summary>Durable when it returns. One of that name that exists stays as it is.</summary>
    /// <returns>SHA-256 of what was sent.</returns>
    public async Task<string> WriteAsync(string name, IEnumerable<BackedRow> rows, string cause, CancellationToken cancel)
    {
        using var lines = new MemoryStream();
        foreach (var row in rows)
        {
            lines.Write(row.ToLine());
        }

        var kek = await publicKeys.OfSlipBackupAsync(cancel);
        var bytes = SealedBackup.Seal(lines.ToArray(), name, kek.Key);
        await WritePlainAsync(name, bytes, cause, cancel);
        return BackupManifest.Digest(bytes);
    }

    /// <summary>In the clear: what says nothing of anybody.</summary>
    public async Task WritePlainAsync(string name, byte[] bytes, string cause, CancellationToken cancel)
    {
        using var content = new MemoryStream(bytes, writable: false);
        await blobs.CreateAsync(Container.Slips, name, content, cause, cancel);
    }

    /// <summary>Null if there is none.</summary>
    /// <exception cref="StoreUnavailableException">The store stopped answering.</exception>
    public async Task<byte[]?> ReadAsync(string name, string cause, CancellationToken cancel)
    {
        if (await blobs.LookAsync(Container.Slips, name, cause, cancel) is not { Version: { Length: <= MaxBytes } version })
        {
            return null;
        }

        try
        {
            await using var content = await blobs.OpenAsync(Container.Slips, name, version, 0, version.Length, cause, cancel);
            if (content is null)
            {
                return null;
            }

            var bytes = new byte[version.Length];
            await content.ReadExactlyAsync(bytes, cancel);
            return bytes;
        }
        catch (IOException e)
        {
            throw new StoreUnavailableException("The store stopped answering.", e);
        }
    }

    /// <summary>The rows of an object, for one unwrap.</summary>
    /// <exception cref="EnvelopeException">It does not open, or not in this place.</exception>
    /// <exception cref="InvalidDataException">It opens, and holds no rows.</exception>
    public async Task<IReadOnlyList<BackedRow>> OpenAsync(byte[] bytes, string name, string cause, CancellationToken cancel) =>
        [.. BackedRow.Read(await SealedBackup.OpenAsync(bytes, name, vault, cause, cancel))];

    public IAsyncEnumerable<BlobItem> ListAsync(string prefix, CancellationToken cancel) => blobs.ListAsync(Container.Slips, prefix, cancel);
}

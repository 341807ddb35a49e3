using RecordsGuard.Records;

namespace RecordsGuard.Envelopes;

/// <summary>Content that lies sealed in a blob.</summary>
/// <param name="Name">The blob's, and its row's backup's.</param>
/// <param name="Until">The slip is committed before this instant, or not at all: see <see cref="WrappingKey"/>.</param>
public sealed record StoredContent(string Name, SealedContent Content, KeySlip Slip, BlobVersion Blob, DateTimeOffset Until)
{
    /// <summary>To be asked right before the commit.</summary>
    /// <exception cref="StoreUnavailableException">A rotation counts on no slip being committed that late.</exception>
    public void RequireCurrent(TimeProvider time)
    {
        ArgumentNullException.ThrowIfNull(time);
        if (time.GetUtcNow() >= Until)
        {
            throw new StoreUnavailableException("It took too long from wrapping the key to committing the row.");
        }
    }
}

/// <summary>Seals content into blobs. Until a row holds the slip that this gives, or its backup does, the blob is unreadable.</summary>
public sealed class ContentStore(IBlobStore blobs, PublicKeys publicKeys)
{
    /// <summary><c>practice/client/record</c>.</summary>
    public static string NameOf(AssociatedData associated)
    {
        ArgumentNullException.ThrowIfNull(associated);
        return $"{associated.Practice}/{associated.Client}/{associated.Record}";
    }

    /// <summary>
    /// Seals to a fresh blob. The data key is wrapped with the practice's content KEK; where there is no practice, with the
    /// backup's. What the plaintext throws passes as it is.
    /// </summary>
    /// <exception cref="StoreUnavailableException">Nothing can be said of the blob but that no row will name it.</exception>
    public async Task<StoredContent> SealAsync(
        Container container, AssociatedData associated, Stream plaintext, string cause, CancellationToken cancel)
    {
        var name = NameOf(associated);
        using var key = DataKey.New();
        await using var sealing = Sealing.Begin(plaintext, key, associated);
        var blob = await blobs.CreateAsync(container, name, sealing.Stream, cause, cancel)
            ?? throw new StoreUnavailableException("A fresh blob name was taken.");
        var kek = associated.Practice == PracticeId.None
            ? await publicKeys.OfSlipBackupAsync(cancel)
            : await publicKeys.OfContentAsync(associated.Practice, cancel);
        return new(name, sealing.Content, KeySlip.Wrap(key, kek.Key), blob, kek.Until);
    }
}

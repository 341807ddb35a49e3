using System.Text;
using RecordsGuard.Records;

namespace RecordsGuard.Envelopes;

/// <summary>Content that lies sealed in a blob.</summary>
/// <param name="Name">The blob's, and its slip backup's.</param>
public sealed record StoredContent(string Name, SealedContent Content, KeySlip Slip, BlobVersion Blob);

/// <summary>
/// Seals content into blobs. Until a row holds the slip that this gives, the blob is unreadable but for the backup.
/// </summary>
public sealed class ContentStore(IBlobStore blobs, PublicKeys publicKeys)
{
    /// <summary><c>practice/client/record</c>.</summary>
    public static string NameOf(AssociatedData associated)
    {
        ArgumentNullException.ThrowIfNull(associated);
        return $"{associated.Practice}/{associated.Client}/{associated.Record}";
    }

    /// <summary>Seals to a fresh blob, then writes the slip to the backup. What the plaintext throws passes as it is.</summary>
    /// <param name="kek">The key to wrap the data key with, such as <c>{practice}-content</c>.</param>
    /// <exception cref="StoreUnavailableException">Nothing can be said of the blob but that no row will name it.</exception>
    public async Task<StoredContent> SealAsync(
        Container container, AssociatedData associated, string kek, Stream plaintext, string cause, CancellationToken cancel)
    {
        var name = NameOf(associated);
        using var key = DataKey.New();
        await using var sealing = Sealing.Begin(plaintext, key, associated);
        var blob = await blobs.CreateAsync(container, name, sealing.Stream, cause, cancel)
            ?? throw new StoreUnavailableException("A fresh blob name was taken.");
        var slip = KeySlip.Wrap(key, await publicKeys.GetAsync(kek, cancel));
        var backup = SealedSlip.Seal(slip, associated, await publicKeys.GetAsync(PublicKeys.SlipBackup, cancel));
        using var bytes = new MemoryStream(Encoding.UTF8.GetBytes(backup));
        await blobs.CreateAsync(Container.Slips, name, bytes, cause, cancel);
        return new(name, sealing.Content, slip, blob);
    }
}

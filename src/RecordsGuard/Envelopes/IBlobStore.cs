using RecordsGuard.Records;

namespace RecordsGuard.Envelopes;

/// <summary>The containers; each may lie in an account of its own.</summary>
public enum Container
{
    /// <summary>Sealed records, <c>practice/client/record</c>.</summary>
    Records,

    /// <summary>Backups of key slips, sealed under a KEK of their own, write-once.</summary>
    Slips,
}

/// <summary>
/// What pins one state of one blob. Version ids are null where the store keeps no versions, and in listings.
/// </summary>
public sealed record BlobVersion(string ETag, string? VersionId, long Length);

/// <summary>One blob of a listing.</summary>
public sealed record BlobItem(string Name, BlobVersion Version, DateTimeOffset LastModified);

/// <summary>
/// Blobs that are written once and read by range. Every call carries the id of the audit entry that explains it
/// (<c>x-ms-client-request-id</c>).
/// </summary>
public interface IBlobStore
{
    /// <summary>
    /// Creates the blob from a stream of unknown length, in constant memory. Until it returns nothing is visible; a
    /// stream that throws leaves nothing. Null if a blob of that name exists: it is left as it was.
    /// </summary>
    /// <exception cref="StoreUnavailableException">Nobody knows whether it was created.</exception>
    Task<BlobVersion?> CreateAsync(Container container, string name, Stream content, string cause, CancellationToken cancel);

    /// <summary>
    /// The bytes from <paramref name="offset"/> on, <paramref name="length"/> of them, of exactly this version; null if
    /// it is gone or changed. By a version id it is found for as long as the store keeps it, also after the blob was
    /// overwritten or deleted. The stream throws <see cref="IOException"/> if the store stops answering, and then may
    /// have given some of the bytes, each of them right.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The range is not within the version's length.</exception>
    Task<Stream?> OpenAsync(
        Container container, string name, BlobVersion version, long offset, long length, string cause, CancellationToken cancel);

    /// <summary>
    /// Deletes the current blob if it is still this version (told by its ETag). True if it is gone now, false if it is
    /// another. Never deletes a version or a soft-deleted copy. May be called twice.
    /// </summary>
    Task<bool> DeleteAsync(Container container, string name, BlobVersion version, string cause, CancellationToken cancel);

    /// <summary>The current blobs, in ordinal order of the name.</summary>
    IAsyncEnumerable<BlobItem> ListAsync(Container container, string prefix, CancellationToken cancel);
}

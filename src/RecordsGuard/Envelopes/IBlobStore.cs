using RecordsGuard.Records;

namespace RecordsGuard.Envelopes;

/// <summary>The containers; each may lie in an account of its own.</summary>
public enum Container
{
    /// <summary>Sealed records, <c>practice/client/record</c>.</summary>
    Records,

    /// <summary>Backups of rows, key slips among them, sealed under a KEK of their own, write-once.</summary>
    Slips,

    /// <summary>Files on their way in, in the clear, under whatever names others gave them. It keeps no versions.</summary>
    Inbox,

    /// <summary>Sealed files from the inbox that could not become records, named as records are.</summary>
    Quarantine,
}

/// <summary>
/// What pins one state of one blob. Version ids are null where the store keeps no versions, and in listings.
/// </summary>
public sealed record BlobVersion(string ETag, string? VersionId, long Length);

/// <summary>A blob as others left it.</summary>
/// <param name="Busy">Leased, or a copy into it is under way: somebody is not done with it.</param>
/// <param name="Growing">Of a type that is written bit by bit (append, page): being there does not mean complete.</param>
/// <param name="Metadata">Names without regard to case.</param>
public sealed record BlobLook(
    BlobVersion Version, DateTimeOffset LastModified, bool Busy, bool Growing, string ContentType,
    IReadOnlyDictionary<string, string> Metadata);

/// <summary>Leave to create one blob, for whoever holds the address.</summary>
/// <param name="Address">https, with the signature: a secret.</param>
/// <param name="SignatureHash">SHA-256 of the signature in upper-case hex: what Azure's resource logs call it by.</param>
public sealed record CreationGrant(Uri Address, DateTimeOffset From, DateTimeOffset Until, string SignatureHash);

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
    /// it is gone, changed, or of another length than <paramref name="version"/> says. By a version id it is found for as long as the store keeps it, also after the blob was
    /// overwritten or deleted. The stream throws <see cref="IOException"/> if the store stops answering, and then may
    /// have given some of the bytes, each of them right.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The range is not within the version's length.</exception>
    Task<Stream?> OpenAsync(
        Container container, string name, BlobVersion version, long offset, long length, string cause, CancellationToken cancel);

    /// <summary>
    /// Deletes the current blob if it is still this version (told by its ETag). True if it is gone now, false if it is
    /// another. Never deletes a version or a soft-deleted copy; snapshots only in the inbox. May be called twice.
    /// </summary>
    Task<bool> DeleteAsync(Container container, string name, BlobVersion version, string cause, CancellationToken cancel);

    /// <summary>The current blob without its content; null if there is none.</summary>
    Task<BlobLook?> LookAsync(Container container, string name, string cause, CancellationToken cancel);

    /// <summary>
    /// An address at which one Put Blob may create this blob until <paramref name="life"/> has passed (at most an hour):
    /// nothing can be read there, overwritten or removed. Nothing is created by asking.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The life is none, or over an hour.</exception>
    Task<CreationGrant> GrantCreationAsync(
        Container container, string name, TimeSpan life, string cause, CancellationToken cancel);

    /// <summary>The current blobs, in ordinal order of the name.</summary>
    IAsyncEnumerable<BlobItem> ListAsync(Container container, string prefix, CancellationToken cancel);
}

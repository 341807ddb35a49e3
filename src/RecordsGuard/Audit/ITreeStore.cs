namespace RecordsGuard.Audit;

/// <summary>The containers of the tree; they differ in who may do what there.</summary>
public enum TreePart
{
    /// <summary>Tiles and entry bundles: created once, never changed or removed.</summary>
    Tiles,

    /// <summary>Batches on their way into the tree: created once, removed when their tiles are written.</summary>
    Staging,

    /// <summary>The head, the published checkpoint and the lease: replaced.</summary>
    Head,
}

/// <summary>A small blob as it was read.</summary>
public sealed record TreeBlob(ReadOnlyMemory<byte> Bytes, string ETag);

/// <summary>Where the Merkle tree lies. Small blobs, whole in memory; every call is one blob.</summary>
public interface ITreeStore
{
    /// <summary>Null if there is none.</summary>
    /// <exception cref="AuditUnavailableException">The store did not answer; so for all that follow.</exception>
    Task<TreeBlob?> ReadAsync(TreePart part, string name, CancellationToken cancel);

    /// <summary>
    /// Creates a blob of <see cref="TreePart.Tiles"/> or <see cref="TreePart.Staging"/>, durable when it returns. One that
    /// exists with the same bytes is no error. False if it exists with others: it is left as it was.
    /// </summary>
    Task<bool> CreateAsync(TreePart part, string name, ReadOnlyMemory<byte> bytes, CancellationToken cancel);

    /// <summary>
    /// Compare-and-swap of a blob of <see cref="TreePart.Head"/>.
    /// </summary>
    /// <param name="etag">As it was read; null if there must be none.</param>
    /// <returns>The new ETag, or null if the blob is another by now (which may be our own doing: read it).</returns>
    Task<string?> SwapAsync(string name, ReadOnlyMemory<byte> bytes, string? etag, CancellationToken cancel);

    /// <summary>Removes a blob of <see cref="TreePart.Staging"/>. One that is gone already is no error.</summary>
    Task RemoveAsync(string name, CancellationToken cancel);

    /// <summary>The names in <see cref="TreePart.Staging"/>, in ordinal order.</summary>
    IAsyncEnumerable<string> ListStagedAsync(CancellationToken cancel);

    /// <summary>
    /// The one lease there is. It keeps two sequencers from working at once where it can; what they do is right also
    /// when it fails, because only <see cref="SwapAsync"/> decides.
    /// </summary>
    /// <param name="length">15 to 60 seconds, then it ends by itself.</param>
    /// <returns>What to renew and release it with, or null if somebody else has it.</returns>
    Task<string?> AcquireLeaseAsync(TimeSpan length, CancellationToken cancel);

    /// <summary>From now on as long again. False if it ended and is somebody else's.</summary>
    Task<bool> RenewLeaseAsync(string lease, CancellationToken cancel);

    /// <summary>A lease that is not ours any more is no error.</summary>
    Task ReleaseLeaseAsync(string lease, CancellationToken cancel);
}

using RecordsGuard.Audit.Tree;

namespace RecordsGuard.Audit.Verifying;

/// <summary>A log as anybody may read it: at an address, in a folder, in memory.</summary>
/// <param name="Checkpoint">The signed note, or null if there is none.</param>
/// <param name="Tiles">Hash tiles and entry bundles.</param>
/// <param name="Partials">
/// The partial tiles kept of a tile, where that can be listed: a folder tells, an address does not.
/// </param>
public sealed record PublishedLog(
    Func<CancellationToken, Task<ReadOnlyMemory<byte>?>> Checkpoint, TileReader Tiles, Func<TileId, IEnumerable<TileId>>? Partials = null);

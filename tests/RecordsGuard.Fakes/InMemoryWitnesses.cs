using RecordsGuard.Audit.Witnessing;

namespace RecordsGuard.Fakes;

/// <summary>Witnesses by address, each of them reached at once or not at all.</summary>
public sealed class InMemoryWitnesses : IWitnessDoor
{
    /// <summary>What a witness answers; an address without one does not answer.</summary>
    public Dictionary<Uri, Func<ReadOnlyMemory<byte>, CancellationToken, Task<CosignAnswer>>> Doors { get; } = [];

    public async Task<CosignAnswer?> AddAsync(Uri witness, ReadOnlyMemory<byte> body, CancellationToken cancel)
    {
        cancel.ThrowIfCancellationRequested();
        return Doors.TryGetValue(witness, out var answer) ? await answer(body, cancel) : null;
    }
}

namespace RecordsGuard.Audit.Witnessing;

/// <summary>The way to a witness.</summary>
public interface IWitnessDoor
{
    /// <summary>Posts a body of <c>add-checkpoint</c>. May be repeated: a witness remembers what it saw.</summary>
    /// <param name="witness">The submission prefix.</param>
    /// <returns>Whatever it answered, or null: it did not, within a time limit of the adapter's.</returns>
    Task<CosignAnswer?> AddAsync(Uri witness, ReadOnlyMemory<byte> body, CancellationToken cancel);
}

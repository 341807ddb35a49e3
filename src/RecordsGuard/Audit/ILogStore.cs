namespace RecordsGuard.Audit;

/// <summary>
/// Where audit entries become durable before they are in the tree. Writers only insert; nothing changes an entry; the
/// sequencer takes away those that are in the log.
/// </summary>
public interface ILogStore
{
    /// <summary>
    /// Durable when it returns. Repeating an append with the same bytes succeeds and changes nothing, so that a call
    /// whose answer was lost can be made again.
    /// </summary>
    /// <exception cref="AuditUnavailableException">It could not be made durable, or nobody knows.</exception>
    /// <exception cref="InvalidOperationException">The key holds other bytes.</exception>
    /// <exception cref="ArgumentException">The entry is malformed, or over <see cref="PendingEntry.MaxBytes"/>.</exception>
    Task AppendAsync(PendingEntry entry, CancellationToken cancel);

    /// <summary>The entries of one shard (0 to 15) in ordinal order of their key.</summary>
    /// <exception cref="AuditUnavailableException">The store stopped answering.</exception>
    IAsyncEnumerable<PendingEntry> ReadAsync(int shard, CancellationToken cancel);

    /// <summary>Takes entries away. One that is gone already is no error; may be called twice, and be cut off half-way.</summary>
    /// <exception cref="AuditUnavailableException">Nobody knows which are gone.</exception>
    Task RemoveAsync(IReadOnlyList<PendingEntry> entries, CancellationToken cancel);
}

/// <summary>An entry on its way into the log.</summary>
/// <param name="Shard">0 to <see cref="Shards"/> - 1.</param>
/// <param name="Key"><c>writer-sequence</c>: the writer's 32 lower-case hex digits, a hyphen, 16 such digits.</param>
/// <param name="Bytes">The canonical bytes, at most <see cref="MaxBytes"/>.</param>
public sealed record PendingEntry(int Shard, string Key, ReadOnlyMemory<byte> Bytes)
{
    public const int Shards = 16;

    public const int MaxBytes = 60 * 1024;

    /// <summary>In the shard of its writer, which is the first digit of the writer's id.</summary>
    /// <exception cref="ArgumentException">Over <see cref="MaxBytes"/>, or with free text.</exception>
    public static PendingEntry Of(AuditEntry entry)
    {
        ArgumentNullException.ThrowIfNull(entry);
        return Of(entry, entry.ToBytes());
    }

    /// <param name="bytes">The entry's own, at hand already.</param>
    internal static PendingEntry Of(AuditEntry entry, ReadOnlyMemory<byte> bytes)
    {
        var key = $"{entry.Writer:N}-{entry.Sequence:x16}";
        var pending = new PendingEntry(Convert.ToInt32(key[..1], 16), key, bytes);
        pending.Check();
        return pending;
    }

    /// <exception cref="ArgumentException">The shard, the key or the length is not as described above.</exception>
    public void Check()
    {
        if (Shard is < 0 or >= Shards || Bytes.Length is 0 or > MaxBytes || Key.Length != 49 || Key[32] != '-'
            || !Key.All(c => char.IsAsciiHexDigitLower(c) || c == '-') || Key.Count(c => c == '-') != 1)
        {
            throw new ArgumentException("Not a well-formed pending entry.");
        }
    }
}

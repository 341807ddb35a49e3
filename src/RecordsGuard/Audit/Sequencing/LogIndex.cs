using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;
using RecordsGuard.Audit.Tree;

namespace RecordsGuard.Audit.Sequencing;

/// <summary>
/// What the rows of the index say (docs/formats/audit-log.md, "Index"): where an entry is, by its id; which entries
/// concern a client, by time, with their bytes; how far a writer has come. One client's entries are one range of one
/// partition: a thousand of them are one answer of the table.
/// </summary>
internal sealed class LogIndex(ILogIndex rows)
{
    private const char End = '~';

    /// <summary>The rows of a batch, always the same for the same batch, in the same order.</summary>
    public static List<IndexRow> RowsOf(StagedBatch batch)
    {
        var rows = new List<IndexRow>((2 * batch.Entries.Count) + 1);
        for (var i = 0; i < batch.Entries.Count; i++)
        {
            var entry = batch.Entries[i].Entry;
            var index = batch.From + i;
            rows.Add(new(Shard(entry.Id.ToString()), $"e|{entry.Id}|{index:x16}", default));
            if (entry.Event.Client is { Length: > 0 } client)
            {
                rows.Add(new(ShardOf(client), $"c|{Plain(client)}|{entry.Time.ToUnixTimeMilliseconds():x16}|{index:x16}", batch.Entries[i].Pending.Bytes));
            }
        }

        foreach (var (writer, last) in batch.Entries.GroupBy(e => e.Writer).Select(g => (g.Key, g.MaxBy(e => e.Entry.Sequence)!)))
        {
            // Newest first: the numbers count down.
            rows.Add(new(
                Shard(writer), $"w|{writer}|{long.MaxValue - last.Entry.Sequence:x16}|{batch.From:x16}",
                WriterState.After(last).ToBytes()));
        }

        rows.Sort((a, b) => string.CompareOrdinal(a.Partition, b.Partition) is not 0 and var order ? order : string.CompareOrdinal(a.Key, b.Key));
        return rows;
    }

    /// <summary>Where entries of this id are: one place, or none yet; several only if ids were forged.</summary>
    public IAsyncEnumerable<long> FindAsync(AuditEntryId id, CancellationToken cancel) =>
        PrefixAsync(Shard(id.ToString()), $"e|{id}|", int.MaxValue, cancel).Select(IndexOf);

    /// <summary>The entries of one client with their places, in order of their time, from a moment on and before another.</summary>
    /// <param name="client">The pseudonym.</param>
    public IAsyncEnumerable<(long Index, ReadOnlyMemory<byte> Entry)> OfClientAsync(string client, DateTimeOffset from, DateTimeOffset to, CancellationToken cancel)
    {
        var prefix = $"c|{Plain(client)}|";
        return rows.ListAsync(
            ShardOf(client), $"{prefix}{from.ToUnixTimeMilliseconds():x16}", $"{prefix}{to.ToUnixTimeMilliseconds():x16}", int.MaxValue, cancel)
            .Select(r => (IndexOf(r), r.Value));
    }

    /// <summary>How far the writer had come; at its beginning if it is unknown.</summary>
    public async Task<WriterState> WriterAsync(string writer, CancellationToken cancel)
    {
        await foreach (var row in PrefixAsync(Shard(writer), $"w|{writer}|", 1, cancel))
        {
            return WriterState.Parse(row);
        }

        return WriterState.New;
    }

    public Task AddAsync(StagedBatch batch, CancellationToken cancel) => rows.AddAsync(RowsOf(batch), cancel);

    private IAsyncEnumerable<IndexRow> PrefixAsync(string partition, string prefix, int most, CancellationToken cancel) =>
        rows.ListAsync(partition, prefix, prefix + End, most, cancel);

    private static long IndexOf(IndexRow row) =>
        long.Parse(row.Key.AsSpan(row.Key.LastIndexOf('|') + 1), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture);

    /// <summary>The first digit of a random id.</summary>
    private static string Shard(string id) => id[..1];

    /// <summary>Pseudonyms are random hex; whatever else an entry may say there gets a shard too.</summary>
    private static string ShardOf(string client) => char.IsAsciiHexDigitLower(client[0]) ? client[..1] : "0";

    /// <summary>Without the separator and the character that no key of a table may have.</summary>
    private static string Plain(string text) => text[..Math.Min(text.Length, 64)].Replace('|', '_').Replace('/', '_');
}

/// <summary>How far a writer has come in the log.</summary>
/// <param name="Next">The number that its next entry has.</param>
/// <param name="Last">SHA-256 of its last entry; zeros before the first.</param>
internal readonly record struct WriterState(long Next, ReadOnlyMemory<byte> Last)
{
    public static WriterState New { get; } = new(0, new byte[AuditEntry.HashLength]);

    public static WriterState After(SequencedEntry entry) =>
        new(checked(entry.Entry.Sequence + 1), SHA256.HashData(entry.Pending.Bytes.Span));

    public byte[] ToBytes()
    {
        var bytes = new byte[sizeof(long) + AuditEntry.HashLength];
        BinaryPrimitives.WriteInt64BigEndian(bytes, Next);
        Last.CopyTo(bytes.AsMemory(sizeof(long)));
        return bytes;
    }

    /// <exception cref="LogBrokenException">Not such a row.</exception>
    public static WriterState Parse(IndexRow row) => row.Value.Length == sizeof(long) + AuditEntry.HashLength
        ? new(BinaryPrimitives.ReadInt64BigEndian(row.Value.Span), row.Value[sizeof(long)..])
        : throw new LogBrokenException(LogFault.HeadMalformed, row.Key);
}

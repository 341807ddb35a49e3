using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace RecordsGuard.Records;

/// <summary>
/// One row. <paramref name="Body"/> is JSON text of the shape that <paramref name="Kind"/> names; its exact characters
/// are what <see cref="Hash"/> covers, so nothing reformats them.
/// </summary>
/// <param name="Key">The row key. Partitions and keys hold no <c>/ \ # ?</c> and no control character.</param>
/// <param name="Version">1 when inserted, one more with each replacement.</param>
/// <param name="ETag">The store's own version of the row; empty on a row not read from a store.</param>
public sealed record Row(string Partition, string Key, string Kind, long Version, string Body, string ETag)
{
    /// <summary>In UTF-16 units: what one property of a table row holds (64 KiB).</summary>
    public const int MaxBody = 32_000;

    /// <summary>A row to insert.</summary>
    public static Row New(string partition, string key, string kind, string body) =>
        new(partition, key, kind, 1, body, "");

    /// <summary>The same row, one version on.</summary>
    public Row Next(string body, string? kind = null) =>
        this with { Version = checked(Version + 1), Body = body, Kind = kind ?? Kind };

    /// <summary>
    /// SHA-256 over the length-prefixed (u32, big-endian) UTF-8 of partition, key and kind, the version (u64,
    /// big-endian), and the length-prefixed body: what a change's audit entry names (docs/formats/audit-entry.md).
    /// </summary>
    public byte[] Hash()
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        Append(hash, Partition);
        Append(hash, Key);
        Append(hash, Kind);
        Span<byte> version = stackalloc byte[8];
        BinaryPrimitives.WriteInt64BigEndian(version, Version);
        hash.AppendData(version);
        Append(hash, Body);
        return hash.GetHashAndReset();
    }

    private static void Append(IncrementalHash hash, string text)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        Span<byte> length = stackalloc byte[4];
        BinaryPrimitives.WriteInt32BigEndian(length, bytes.Length);
        hash.AppendData(length);
        hash.AppendData(bytes);
    }
}

/// <summary>One change of a commit.</summary>
public abstract record RowChange
{
    private RowChange(Row row) => Row = row;

    public Row Row { get; }

    /// <summary>Conflicts if a row of that key exists.</summary>
    public sealed record Insert(Row NewRow) : RowChange(NewRow);

    /// <summary>Conflicts unless the stored row still has <see cref="Row.ETag"/>; the row carries the next version.</summary>
    public sealed record Replace(Row NextRow) : RowChange(NextRow);

    /// <summary>Conflicts unless the stored row still has <see cref="Row.ETag"/>.</summary>
    public sealed record Remove(Row OldRow) : RowChange(OldRow);
}

public static class RowChanges
{
    /// <summary>
    /// What an audit entry says of a commit before it happens: for each changed row its table, partition and key, the
    /// version and the hash it will have (a removed row: the hash it had).
    /// </summary>
    public static IEnumerable<KeyValuePair<string, string>> Describe(this IEnumerable<RowChange> changes, Table table) =>
        changes.SelectMany(c => new KeyValuePair<string, string>[]
        {
            new("row", $"{table}/{c.Row.Partition}/{c.Row.Key}"),
            new("rowVersion", c is RowChange.Remove ? $"-{c.Row.Version}" : $"{c.Row.Version}"),
            new("rowHash", Convert.ToHexStringLower(c.Row.Hash())),
        });
}

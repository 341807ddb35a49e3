using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using RecordsGuard.Records;

namespace RecordsGuard.Retention.Backup;

/// <summary>
/// A row as a backup keeps it: exactly what its hash covers, one line of JSON (docs/formats/backup.md §2).
/// </summary>
public sealed record BackedRow(Table Table, Row Row)
{
    /// <summary>As audit entries name rows.</summary>
    public string Name => NameOf(Table, Row.Partition, Row.Key);

    public static string NameOf(Table table, string partition, string key) => $"{table}/{partition}/{key}";

    public byte[] ToLine() =>
    [
        .. JsonSerializer.SerializeToUtf8Bytes(
            new BackedRowJson(Table.ToString(), Row.Partition, Row.Key, Row.Kind, Row.Version, Row.Body), BackupJson.Lines.BackedRowJson),
        (byte)'\n',
    ];

    /// <exception cref="InvalidDataException">These are no lines of rows.</exception>
    public static IEnumerable<BackedRow> Read(ReadOnlyMemory<byte> lines)
    {
        while (!lines.IsEmpty)
        {
            var end = lines.Span.IndexOf((byte)'\n');
            if (end < 0)
            {
                throw new InvalidDataException("A backup that ends in the middle of a row.");
            }

            yield return Parse(lines.Span[..end]);
            lines = lines[(end + 1)..];
        }
    }

    private static BackedRow Parse(ReadOnlySpan<byte> line)
    {
        try
        {
            return JsonSerializer.Deserialize(line, BackupJson.Lines.BackedRowJson) is { } row && Enum.TryParse<Table>(row.Table, out var table)
                ? new(table, new(row.Partition, row.Key, row.Kind, row.Version, row.Body, ""))
                : throw new InvalidDataException("A line of a backup that is no row.");
        }
        catch (JsonException e)
        {
            throw new InvalidDataException("A line of a backup that is no row.", e);
        }
    }
}

internal sealed record BackedRowJson(string Table, string Partition, string Key, string Kind, long Version, string Body);

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, RespectNullableAnnotations = true, RespectRequiredConstructorParameters = true)]
[JsonSerializable(typeof(BackedRowJson))]
[JsonSerializable(typeof(BackupManifest))]
[JsonSerializable(typeof(IReadOnlyList<ReportLine>))]
internal sealed partial class BackupJson : JsonSerializerContext
{
    /// <summary>Bodies are JSON themselves: without this every quotation mark in them would take six bytes.</summary>
    public static BackupJson Lines => field ??= new(new JsonSerializerOptions(Default.GeneratedSerializerOptions!)
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    });
}

using System.Text.Json;
using System.Text.Json.Serialization;
using RecordsGuard.Records;

namespace RecordsGuard.Alerts.Watching;

/// <summary>How far one exported file has been looked at.</summary>
/// <param name="Told">Before it, every line was judged and its alerts are stored.</param>
/// <param name="Joined">Before it, every read and unwrap was joined with the audit log.</param>
internal sealed record LogCursor(long Told, long Joined);

/// <summary>
/// How far the files of one category have been looked at: one row, which moves only after the alerts are stored. Who dies
/// before that looks at the same lines again, and the alerts know their evidence already.
/// </summary>
internal sealed class LogCursors
{
    /// <summary>No practice's: their ids begin with a letter.</summary>
    public const string Partition = ".logs";

    private readonly Dictionary<string, LogCursor> files;
    private readonly string category;
    private readonly Row? row;

    private LogCursors(string category, Row? row, LogCursorsBody body)
    {
        (this.category, this.row, LastLine) = (category, row, body.LastLine);
        files = new(body.Files, StringComparer.Ordinal);
    }

    /// <summary>When a line of this category was last seen.</summary>
    public DateTimeOffset? LastLine { get; set; }

    public static async Task<LogCursors> ReadAsync(IRecordStore store, string category, CancellationToken cancel)
    {
        var row = await store.ReadAsync(Table.Alerts, Partition, category, cancel);
        return new(category, row, row is null ? new([], null) : JsonSerializer.Deserialize(row.Body, LogCursorsJson.Default.LogCursorsBody)!);
    }

    public LogCursor Of(string file) => files.GetValueOrDefault(file) ?? new(0, 0);

    public void Move(string file, LogCursor cursor) => files[file] = cursor;

    /// <summary>If somebody else moved them meanwhile, theirs stay: the same lines will be looked at once more.</summary>
    /// <param name="still">The files that are listed still; the others will not come again.</param>
    public async Task SaveAsync(IRecordStore store, IReadOnlySet<string> still, CancellationToken cancel)
    {
        var body = JsonSerializer.Serialize(
            new LogCursorsBody(files.Where(f => still.Contains(f.Key)).ToDictionary(), LastLine), LogCursorsJson.Default.LogCursorsBody);
        if (row?.Body != body)
        {
            RowChange change = row is null
                ? new RowChange.Insert(Row.New(Partition, category, RowKinds.LogCursors, body))
                : new RowChange.Replace(row.Next(body));
            await store.CommitAsync(Table.Alerts, Partition, [change], cancel);
        }
    }
}

internal sealed record LogCursorsBody(Dictionary<string, LogCursor> Files, DateTimeOffset? LastLine);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(LogCursorsBody))]
internal sealed partial class LogCursorsJson : JsonSerializerContext;

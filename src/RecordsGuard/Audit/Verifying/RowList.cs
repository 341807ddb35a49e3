using System.Globalization;

namespace RecordsGuard.Audit.Verifying;

/// <summary>A row of a table as an auditor sees it: which, which version, and the hash of all of it. Nothing it says.</summary>
/// <param name="Row"><c>table/partition/key</c>, as entries name rows.</param>
/// <param name="Hash">64 lower-case hex digits: docs/formats/audit-entry.md, "Row hash".</param>
public sealed record ListedRow(string Row, long Version, string Hash);

/// <summary>
/// The rows of a practice, as they were listed (docs/formats/audit-verification.md, "Row list").
/// </summary>
/// <param name="From">When the listing began: what changed since may or may not be in it.</param>
/// <param name="Practices">All rows of these are here.</param>
/// <param name="Entry">The audit entry written after the last row was read: a log that has it has all that the rows show.</param>
public sealed record RowList(DateTimeOffset From, IReadOnlyList<string> Practices, IReadOnlyList<ListedRow> Rows, AuditEntryId Entry)
{
    private const string FirstWord = "recordsguard-rows/1";
    private const string LastWord = "end";
    private const char Tab = '\t';

    public static string FirstLine(DateTimeOffset from, IEnumerable<string> practices) =>
        string.Create(CultureInfo.InvariantCulture, $"{FirstWord}\t{from.ToUnixTimeMilliseconds()}\t{string.Join(',', practices)}\n");

    public static string Line(ListedRow row)
    {
        ArgumentNullException.ThrowIfNull(row);
        return string.Create(CultureInfo.InvariantCulture, $"{row.Row}\t{row.Version}\t{row.Hash}\n");
    }

    public static string LastLine(long rows, AuditEntryId entry) =>
        string.Create(CultureInfo.InvariantCulture, $"{LastWord}\t{rows}\t{entry}\n");

    /// <exception cref="FormatException">Not such a list, or one that was cut off.</exception>
    public static async Task<RowList> ReadAsync(TextReader text, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(text);
        if ((await text.ReadLineAsync(cancel))?.Split(Tab) is not [FirstWord, var from, var practices])
        {
            throw new FormatException("Not a list of rows.");
        }

        var rows = new List<ListedRow>();
        while (await text.ReadLineAsync(cancel) is { } line)
        {
            switch (line.Split(Tab))
            {
                case [LastWord, var count, var id] when AuditEntryId.TryParse(id, out var entry) && Number(count) == rows.Count:
                    return new(DateTimeOffset.FromUnixTimeMilliseconds(Number(from)), practices.Split(','), rows, entry);
                case [var row, var version, var hash] when hash.Length == 2 * AuditEntry.HashLength:
                    rows.Add(new(row, Number(version), hash));
                    break;
                default:
                    throw new FormatException("Not a list of rows.");
            }
        }

        throw new FormatException("A list of rows that was cut off.");
    }

    private static long Number(string text) => long.Parse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture);
}

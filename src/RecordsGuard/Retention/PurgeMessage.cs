using System.Globalization;
using RecordsGuard.Records;

namespace RecordsGuard.Retention;

/// <summary>A hint that a record may be due for its purge: <c>practice client record due-day</c>, separated by spaces.</summary>
/// <param name="DueDay">Where its row of the due index stands.</param>
public sealed record PurgeMessage(PracticeId Practice, ClientId Client, RecordId Record, DateOnly DueDay)
{
    public static bool TryParse(string? text, out PurgeMessage? message)
    {
        var parts = text?.Split(' ') ?? [];
        message = parts.Length == 4
            && PracticeId.TryParse(parts[0], out var practice) && ClientId.TryParse(parts[1], out var client)
            && RecordId.TryParse(parts[2], out var record)
            && DateOnly.TryParseExact(parts[3], "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day)
            ? new(practice, client, record, day)
            : null;
        return message is not null;
    }

    public override string ToString() => $"{Practice} {Client} {Record} {DueIndex.Day(DueDay)}";
}

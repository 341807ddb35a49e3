using System.Globalization;

namespace RecordsGuard.Retention.Schedules;

/// <summary>
/// The anchor events of a client besides the last service, as one fact of the client row: <c>word:day</c>, in the order
/// of <see cref="Anchor"/>, separated by commas. Equal events are equal text, so that a correction which changes nothing
/// bumps nothing.
/// </summary>
public static class ClientEvents
{
    /// <summary>What a client row may hold: not the last service and the birth, which have fields of their own, nor what belongs to one record.</summary>
    public static bool IsOne(Anchor anchor) => anchor is not (Anchor.LastService or Anchor.Born or Anchor.Creation or Anchor.Receipt);

    /// <exception cref="InvalidDataException">Nobody of ours wrote it.</exception>
    public static IEnumerable<(Anchor Anchor, DateOnly Day)> Read(string? events)
    {
        foreach (var part in (events ?? "").Split(',', StringSplitOptions.RemoveEmptyEntries))
        {
            yield return part.Split(':') is [var word, var text] && Anchors.TryParse(word, out var anchor) && IsOne(anchor)
                && DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day)
                ? (anchor, day) : throw new InvalidDataException("A client row with events that are none.");
        }
    }

    /// <summary>The events after a correction; null if there is none left.</summary>
    /// <param name="changes">A null day takes an event back.</param>
    public static string? With(string? events, IReadOnlyDictionary<Anchor, DateOnly?>? changes)
    {
        var days = Read(events).ToDictionary(e => e.Anchor, e => (DateOnly?)e.Day);
        foreach (var (anchor, day) in changes ?? new Dictionary<Anchor, DateOnly?>())
        {
            days[anchor] = IsOne(anchor) ? day : throw new ArgumentException($"{anchor} is no event of a client.");
        }

        var kept = days.Where(d => d.Value is not null).OrderBy(d => d.Key)
            .Select(d => string.Create(CultureInfo.InvariantCulture, $"{d.Key.Word()}:{d.Value:yyyy-MM-dd}")).ToList();
        return kept.Count == 0 ? null : string.Join(',', kept);
    }
}

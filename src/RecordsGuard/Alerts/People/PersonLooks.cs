using System.Text.Json;
using System.Text.Json.Serialization;
using RecordsGuard.Records;

namespace RecordsGuard.Alerts.People;

/// <summary>
/// What is remembered of one person's looks: today's clients, how many there were on earlier days, and whom they looked at
/// without an explanation. Bounded, whatever the person does: a set of clients by pseudonym, so that the same entry counted
/// twice changes nothing.
/// </summary>
internal sealed class PersonLooks
{
    public const int MaxDays = 20;
    public const int MaxClients = 300;
    public const int MaxUnexplained = 150;

    /// <summary>Of a pseudonym's 32 digits: enough to tell a practice's clients apart.</summary>
    private const int Digits = 16;

    private readonly LookTerms terms;
    private readonly HashSet<string> today;
    private readonly List<int> days;
    private readonly Dictionary<string, UnexplainedLook> unexplained;
    private DateOnly day;

    private PersonLooks(LookTerms terms, PersonLooksBody body)
    {
        this.terms = terms;
        (day, today, days) = (body.Day, new(body.Today, StringComparer.Ordinal), [.. body.Days]);
        unexplained = new(body.Unexplained, StringComparer.Ordinal);
    }

    /// <summary>More clients than this on a day are unusual.</summary>
    public int Limit => Math.Min(
        MaxClients - 1,
        days.Count < terms.VolumeDays
            ? terms.VolumeNew
            : Math.Max(terms.VolumeLeast, (int)Math.Ceiling(terms.VolumeFactor * days.Order().ElementAt(days.Count / 2))));

    public static PersonLooks Read(Row? row, LookTerms terms) => new(
        terms,
        row is null ? new(default, [], [], []) : JsonSerializer.Deserialize(row.Body, PersonLooksJson.Default.PersonLooksBody)
            ?? throw new InvalidDataException("An empty row of looks."));

    public string Write() => JsonSerializer.Serialize(new(day, [.. today], days, unexplained), PersonLooksJson.Default.PersonLooksBody);

    /// <summary>Points of looks without explanation that still count.</summary>
    public int PointsOn(DateOnly on) => unexplained.Values.Where(u => u.On.DayNumber > on.DayNumber - terms.SerialDays).Sum(u => u.Points);

    /// <summary>True for the look that makes the day unusual. Looks of days before the newest one came late and are not counted.</summary>
    public bool Look(string client, DateOnly on)
    {
        if (on > day)
        {
            if (today.Count > 0)
            {
                days.Add(today.Count);
                days.RemoveRange(0, Math.Max(0, days.Count - MaxDays));
            }

            today.Clear();
            day = on;
        }

        return on == day && today.Count < MaxClients && today.Add(Short(client)) && today.Count == Limit + 1;
    }

    /// <summary>True for the look that makes it a series.</summary>
    public bool LookUnexplained(string client, DateOnly on, int points)
    {
        foreach (var old in unexplained.Where(u => u.Value.On.DayNumber <= on.DayNumber - terms.SerialDays).Select(u => u.Key).ToList())
        {
            unexplained.Remove(old);
        }

        var before = unexplained.Values.Sum(u => u.Points);
        var key = Short(client);
        if (unexplained.TryGetValue(key, out var known) && known.Points >= points)
        {
            return false;
        }

        unexplained[key] = new(known?.On ?? on, points);
        if (unexplained.Count > MaxUnexplained)
        {
            unexplained.Remove(unexplained.MinBy(u => u.Value.On).Key);
        }

        return before < terms.SerialPoints && before - (known?.Points ?? 0) + points >= terms.SerialPoints;
    }

    private static string Short(string pseudonym) => pseudonym[..Math.Min(Digits, pseudonym.Length)];
}

/// <param name="On">When it was first looked at.</param>
internal sealed record UnexplainedLook(DateOnly On, int Points);

internal sealed record PersonLooksBody(DateOnly Day, IReadOnlyList<string> Today, IReadOnlyList<int> Days, Dictionary<string, UnexplainedLook> Unexplained);

internal sealed record LookCursorBody(long Next);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(PersonLooksBody))]
[JsonSerializable(typeof(LookCursorBody))]
internal sealed partial class PersonLooksJson : JsonSerializerContext;

using System.Globalization;

namespace RecordsGuard.Audit;

/// <summary>One change of one row, as an intent announced it.</summary>
/// <param name="Hash">64 lower-case hex digits; of a row that was to be removed, the hash it had.</param>
/// <param name="Keys">The key versions that the intent names.</param>
/// <param name="Erases">It is the one that destroys the link between a client and the log.</param>
public sealed record LoggedChange(
    long Version, string Hash, bool Removes, AuditEntryId Intent, DateTimeOffset At, string Operation, string Person,
    IReadOnlyList<string> Keys, bool Erases)
{
    /// <summary>The operation that makes the row of a person who was not there before.</summary>
    public const string FirstSight = "first-sight";

    /// <summary>The operation that puts rows of a backup back.</summary>
    public const string Restoring = "restore-rows";

    /// <summary>What an intent says of itself that destroys the link between a client and the log: its rows' hashes do not tell.</summary>
    public static KeyValuePair<string, string> Erasing { get; } = new("erases", "link");
}

/// <summary>
/// What the log says of rows: every change was announced with the row's version and hash, and answered by an outcome. One
/// without an outcome may or may not have happened.
/// </summary>
/// <param name="concerns">Which rows, by their names <c>table/partition/key</c>.</param>
public sealed class LoggedChanges(Func<string, bool> concerns)
{
    private readonly Dictionary<string, List<LoggedChange>> history = new(StringComparer.Ordinal);
    private readonly Dictionary<AuditEntryId, bool> outcomes = [];
    private readonly Dictionary<string, string> words = new(StringComparer.Ordinal);

    /// <summary>Each row's name, and its changes in the order of the log.</summary>
    public IReadOnlyDictionary<string, List<LoggedChange>> Rows => history;

    /// <summary>In the order of the log.</summary>
    public void Add(AuditEntry entry)
    {
        ArgumentNullException.ThrowIfNull(entry);
        switch (entry.Event.Kind)
        {
            case AuditKind.ChangeIntended:
                Announce(entry);
                break;
            case AuditKind.ChangeDone or AuditKind.ChangeNotDone:
                foreach (var (name, value) in entry.Event.Details)
                {
                    if (name == "intent" && AuditEntryId.TryParse(value, out var intent))
                    {
                        // Both may be there: a commit whose answer was lost looked undone until somebody looked again.
                        outcomes[intent] = entry.Event.Kind == AuditKind.ChangeDone || outcomes.GetValueOrDefault(intent);
                    }
                }

                break;
            default:
                break;
        }
    }

    /// <summary>In the order of the log; empty if it never spoke of the row.</summary>
    public IReadOnlyList<LoggedChange> Of(string row) => history.TryGetValue(row, out var changes) ? changes : [];

    /// <summary>True: durable. False: it did not happen. Null: nobody knows.</summary>
    public bool? Outcome(LoggedChange change) => outcomes.TryGetValue(change.Intent, out var done) ? done : null;

    private void Announce(AuditEntry entry)
    {
        var details = entry.Event.Details;
        string[]? keys = null;
        for (var i = 0; i + 2 < details.Count; i++)
        {
            if (details[i].Key == "row" && details[i + 1].Key == "rowVersion" && details[i + 2].Key == "rowHash" && concerns(details[i].Value)
                && long.TryParse(details[i + 1].Value, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var version))
            {
                if (!history.TryGetValue(details[i].Value, out var changes))
                {
                    history.Add(details[i].Value, changes = []);
                }

                keys ??= [.. details.Where(d => d.Key == "key").Select(d => d.Value)];
                changes.Add(new(
                    Math.Abs(version), details[i + 2].Value, version < 0, entry.Id, entry.Time, Word(entry.Event.Operation), Word(entry.Event.Person),
                    keys, details.Contains(LoggedChange.Erasing)));
            }
        }
    }

    /// <summary>The same few come again and again, and are kept once.</summary>
    private string Word(string text) => words.TryGetValue(text, out var known) ? known : words[text] = text;
}

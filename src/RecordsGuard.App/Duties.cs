namespace RecordsGuard.App;

/// <summary>
/// The duties of one app, from the setting <c>RecordsGuard:Duties</c>: names with commas between them, such as
/// <c>ingest,access</c>. Routes, triggers and adapters of other duties are not there. On one machine and in a small
/// practice one app does all.
/// </summary>
public sealed class Duties
{
    public const string Key = $"{Settings.Section}:{nameof(Settings.Duties)}";

    private const Reach Requests = Reach.Rows | Reach.Log | Reach.Queues;

    private readonly HashSet<Duty> chosen;

    private Duties(IEnumerable<Duty> chosen) => this.chosen = [.. chosen];

    public static Duties All { get; } = new(Enum.GetValues<Duty>());

    public bool AreAll => chosen.Count == All.chosen.Count;

    public bool AreSeveral => chosen.Count > 1;

    /// <summary>Null and what is wrong, in a sentence, if the text names no duty, an unknown one, or one twice.</summary>
    public static (Duties? Duties, string? Complaint) Parse(string? text)
    {
        var names = (text ?? "").Split(',', StringSplitOptions.TrimEntries);
        var known = All.chosen.ToDictionary(Name, StringComparer.Ordinal);
        return names.All(known.ContainsKey) && names.Distinct().Count() == names.Length
            ? (new(names.Select(n => known[n])), null)
            : (null, $"{Key} is \"{text}\"; it must name one duty or several with commas between them, each once, of {All}.");
    }

    /// <summary>The setting's word for a duty, which is also its word in infra/ and the name of its functions' folder.</summary>
    public static string Name(Duty duty) => duty.ToString().ToLowerInvariant();

    /// <summary>What a duty may touch; a port that is not in here is not even constructed.</summary>
    public static Reach Of(Duty duty) => duty switch
    {
        Duty.Ingest => Requests | Reach.Vault | Reach.Records | Reach.Slips | Reach.Inbox,
        Duty.Access => Requests | Reach.Vault | Reach.Records | Reach.Slips | Reach.Tree, // slips: of what it files out of quarantine
        Duty.Custody => Requests | Reach.Vault,
        Duty.Disposition => Requests | Reach.Vault | Reach.Records | Reach.Slips,
        Duty.Keys => Requests | Reach.Vault | Reach.Slips | Reach.Tree, // tree: what decides about a restore
        Duty.Audit => Requests | Reach.Vault | Reach.Tree,
        Duty.Alerts => Requests | Reach.ResourceLogs | Reach.Webhook | Reach.Tree,
        _ => throw new ArgumentOutOfRangeException(nameof(duty)),
    };

    public bool Include(Duty duty) => chosen.Contains(duty);

    /// <summary>Whether one of the duties at least may touch this.</summary>
    public bool Reaches(Reach what) => chosen.Any(d => (Of(d) & what) != 0);

    /// <summary>As the setting has them.</summary>
    public override string ToString() => string.Join(',', chosen.Order().Select(Name));
}

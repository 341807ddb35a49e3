using System.Diagnostics.CodeAnalysis;

namespace RecordsGuard.Retention.Schedules;

/// <summary>
/// An event that a retention period is counted from. Its word in rules and cases is <see cref="Anchors.Word"/>; the
/// list is closed, and docs/formats/retention-rules.md says what each means.
/// </summary>
public enum Anchor
{
    LastService,
    LastContact,
    Termination,
    Discharge,
    DateOfService,
    CompletionOfPlannedServices,
    LastEntry,
    LastModification,
    Creation,
    Receipt,
    Collection,
    ReportCompletion,
    Superseded,
    DisclosureDate,
    FilingDeadline,
    Death,

    /// <summary>No anchor of its own: what <c>age:N</c> and <c>majority</c> need.</summary>
    Born,
}

/// <summary>The words of anchors, and what may stand in for one that nobody recorded.</summary>
public static class Anchors
{
    public static readonly int Count = Enum.GetValues<Anchor>().Length;

    private static readonly string[] Words =
    [
        "last_service", "last_contact", "termination", "discharge", "date_of_service", "completion_of_planned_services",
        "last_entry", "last_modification", "creation", "receipt", "collection", "report_completion", "superseded",
        "disclosure_date", "filing_deadline", "death", "born",
    ];

    private static readonly Dictionary<string, Anchor> ByWord = Enum.GetValues<Anchor>().ToDictionary(a => a.Word(), StringComparer.Ordinal);

    // The end of care has many names. Where the one a rule uses was not recorded, the latest of the others is it.
    private static readonly Anchor[] EndOfCare = [Anchor.LastService, Anchor.LastContact, Anchor.Termination, Anchor.Discharge];

    private static readonly Anchor[][] StandIns = [.. Enum.GetValues<Anchor>().Select(Others)];

    /// <summary>Such as <c>last_service</c>.</summary>
    public static string Word(this Anchor anchor) => Words[(int)anchor];

    /// <summary>For people: <c>last service</c>.</summary>
    public static string Plain(this Anchor anchor) => Words[(int)anchor].Replace('_', ' ');

    public static bool TryParse(string word, out Anchor anchor) => ByWord.TryGetValue(word, out anchor);

    /// <summary>The anchors of which the latest one known is taken where this one is not.</summary>
    [SuppressMessage("Performance", "CA1819", Justification = "Read in the hot path, never handed out.")]
    internal static Anchor[] StandInsOf(Anchor anchor) => StandIns[(int)anchor];

    private static Anchor[] Others(Anchor anchor) => anchor switch
    {
        Anchor.LastService or Anchor.LastContact or Anchor.Termination or Anchor.Discharge or Anchor.DateOfService =>
            [.. EndOfCare.Where(a => a != anchor)],
        Anchor.LastEntry => [Anchor.LastModification],
        Anchor.LastModification => [Anchor.LastEntry],
        Anchor.Creation => [Anchor.Receipt],

        // A record is not made before what it is about.
        Anchor.Receipt or Anchor.Collection or Anchor.ReportCompletion or Anchor.DisclosureDate => [Anchor.Creation],
        _ => [],
    };
}

/// <summary>A set of anchors.</summary>
public readonly record struct AnchorSet(uint Bits)
{
    public bool IsEmpty => Bits == 0;

    public IEnumerable<Anchor> Members
    {
        get
        {
            var bits = Bits;
            return Enum.GetValues<Anchor>().Where(a => (bits & (1u << (int)a)) != 0);
        }
    }

    public static AnchorSet Of(Anchor anchor) => new(1u << (int)anchor);

    public static AnchorSet operator |(AnchorSet left, AnchorSet right) => new(left.Bits | right.Bits);
}

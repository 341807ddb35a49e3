namespace RecordsGuard.Access.Disclosures;

/// <summary>The three exceptions to confidentiality, what the client themselves released, and what they receive.</summary>
public enum DisclosureKind
{
    /// <summary>A serious and imminent threat, told to somebody able to prevent it.</summary>
    RiskOfHarm,

    /// <summary>A report to the authority that the law names.</summary>
    AbuseOrNeglect,

    /// <summary>Only what the order names. A subpoena is not an order.</summary>
    CourtOrder,

    /// <summary>What the client authorised in a consent, to whom it names.</summary>
    SignedRelease,

    /// <summary>The client's own copy, handed at the desk to them or to who acts for them.</summary>
    OwnCopy,
}

/// <param name="Name">As the request spells it.</param>
/// <param name="Question">What it answers, for whoever left it out.</param>
public sealed record Statement(string Name, string Question);

/// <summary>What each kind of disclosure must say, for which purpose of use it is, and what happens before and after.</summary>
public static class DisclosureKinds
{
    /// <summary>Asked for, of any kind, as soon as psychotherapy notes are among the records (45 CFR 164.508(a)(2)).</summary>
    public static readonly Statement NotesNamed = new(
        "psychotherapyNotes", "Where does the order, the release or the law name psychotherapy notes expressly? Without that they stay here.");

    /// <summary>Asked for where a minor is old enough to have consented to the treatment alone.</summary>
    public static readonly Statement MinorConsent = new(
        "minorConsent", "Did the minor consent to this treatment themselves; and what did the clinician, having asked them, decide about a parent?");

    private static readonly Statement Recipient = new("recipient", "Who receives it: name, office and, if it is known, address?");
    private static readonly Statement Description = new("description", "What is disclosed, in a sentence? The accounting of disclosures quotes it.");

    public static string Word(this DisclosureKind kind) => Words.Kebab(kind);

    public static DisclosureKind? Parse(string? word) => Words.Parse<DisclosureKind>(word);

    public static IReadOnlyList<string> AllWords { get; } = Words.All<DisclosureKind>();

    public static string Purpose(this DisclosureKind kind) => kind switch
    {
        DisclosureKind.RiskOfHarm => Purposes.Threat,
        DisclosureKind.AbuseOrNeglect => Purposes.PublicHealth,
        DisclosureKind.CourtOrder => Purposes.Legal,
        DisclosureKind.SignedRelease or DisclosureKind.OwnCopy => Purposes.ClientRequest,
        _ => throw new ArgumentOutOfRangeException(nameof(kind)),
    };

    /// <summary>What somebody tells by mouth, or reports, is out once it is recorded; papers go out in a step of their own.</summary>
    public static bool IsToldAtOnce(this DisclosureKind kind) => kind is DisclosureKind.RiskOfHarm or DisclosureKind.AbuseOrNeglect;

    /// <summary>45 CFR 164.528(a)(1): what the client authorised or received need not be accounted for.</summary>
    public static bool IsAccountable(this DisclosureKind kind) => kind is not (DisclosureKind.SignedRelease or DisclosureKind.OwnCopy);

    /// <summary>Those that may be asked for besides.</summary>
    public static IReadOnlyList<Statement> Optional(this DisclosureKind kind) =>
        kind == DisclosureKind.OwnCopy ? [NotesNamed, MinorConsent] : [NotesNamed];

    /// <summary>Every one is required.</summary>
    public static IReadOnlyList<Statement> Statements(this DisclosureKind kind) => kind switch
    {
        DisclosureKind.RiskOfHarm =>
        [
            Recipient, Description,
            new("facts", "What facts is it founded on? What was said or done, and when?"),
            new("threatened", "Who is threatened?"),
            new("imminent", "Why is the threat serious and imminent?"),
            new("ableToPrevent", "Why is the recipient able to prevent or lessen it (45 CFR 164.512(j)(1)(i))?"),
            new("toldBy", "Who told us: the client, a relative, somebody else?"),
        ],
        DisclosureKind.AbuseOrNeglect =>
        [
            Recipient, Description,
            new("facts", "What was seen, told or suspected?"),
            new("clientTold", "Was the client told, when; or why not (45 CFR 164.512(c))?"),
        ],
        DisclosureKind.CourtOrder =>
        [
            Recipient, Description,
            new("court", "Which court or tribunal?"),
            new("order", "The order's number and date?"),
        ],
        DisclosureKind.SignedRelease => [Recipient, Description, new("purpose", "For what is it, in the words of the signed release?")],
        DisclosureKind.OwnCopy => [Recipient, Description, new("identity", "How was it checked who they are: which document, seen by whom?")],
        _ => throw new ArgumentOutOfRangeException(nameof(kind)),
    };

    /// <summary>What the cover sheet of a package tells its recipient.</summary>
    public const string RecipientNotice =
        "This is confidential health information. It was given to you for the purpose named and for no other; do not pass it on unless the law lets you.";

    /// <summary>The lawful next steps where there is a subpoena and no order (45 CFR 164.512(e); privilege: Jaffee v. Redmond).</summary>
    public const string InsteadOfSubpoena =
        "A subpoena is not an order. Place a hold; tell the client or their lawyer, so that they can object or claim the privilege, "
        + "which is theirs; claim the privilege where the law lets the clinician do so; and release only on a signed release of the client "
        + "or an order of the court. Ask counsel before the date in the subpoena.";
}

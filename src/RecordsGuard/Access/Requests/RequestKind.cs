using RecordsGuard.Access.Disclosures;

namespace RecordsGuard.Access.Requests;

/// <summary>What somebody may ask of a practice about a client's file.</summary>
public enum RequestKind
{
    ClientAccess,
    Amendment,
    Representative,
    SignedRelease,
    Subpoena,
    CourtOrder,
    Warrant,
    Coroner,
    Oversight,
    Payer,
}

/// <summary>What each kind means for the practice: a date, a hold, and what is lawful next. Not legal advice.</summary>
public static class RequestKinds
{
    private const string AfterDeath =
        " After a client's death the privilege is held by their personal representative: ask who that is, and do not decide for them.";

    public static IReadOnlyList<string> AllWords { get; } = Words.All<RequestKind>();

    public static string Word(this RequestKind kind) => Words.Kebab(kind);

    public static RequestKind? Parse(string? word) => Words.Parse<RequestKind>(word);

    /// <summary>Whoever may go to court over it: nothing of the file may be destroyed meanwhile.</summary>
    public static bool IsLegal(this RequestKind kind) =>
        kind is RequestKind.Subpoena or RequestKind.CourtOrder or RequestKind.Warrant or RequestKind.Coroner or RequestKind.Oversight;

    /// <summary>
    /// What the law of a place says about when such a request must be answered; nothing where the paper itself says
    /// when. A representative has the client's terms beside their own.
    /// </summary>
    public static LegalGround Terms(this RequestKind kind, string jurisdiction)
    {
        var own = LegalFacts.For(jurisdiction, "request", kind.Word());
        return kind == RequestKind.Representative
            ? own with { Facts = [.. own.Facts, .. LegalFacts.For(jurisdiction, "request", RequestKind.ClientAccess.Word()).Facts] }
            : own;
    }

    /// <summary>What can lawfully be done next, also where the answer is no.</summary>
    /// <param name="hasDied">The client has: whose the privilege is now is said whatever is asked.</param>
    public static string NextSteps(this RequestKind kind, bool hasDied = false) =>
        hasDied && !kind.Steps().EndsWith(AfterDeath, StringComparison.Ordinal) ? kind.Steps() + AfterDeath : kind.Steps();

    private static string Steps(this RequestKind kind) => kind switch
    {
        RequestKind.ClientAccess =>
            "Find out that it is the client. Let them see their file or give them a copy (disclosures/own-copy); psychotherapy notes are apart and may be kept back. Say no in writing only, with the reason and who looks at it again.",
        RequestKind.Amendment =>
            "The clinician who wrote it decides. Put right what is wrong; if it is right as it stands, say so in writing, and let the client add a statement of disagreement.",
        RequestKind.Representative =>
            "Find out who may act for the client: a parent with custody, a guardian, a person with a power of attorney. Each joint client releases their own part only. For a minor, ask the clinician first. What they receive is handed to them as the client's own copy (disclosures/own-copy)."
            + AfterDeath,
        RequestKind.SignedRelease =>
            "Record the consent as it was signed, and disclose what it covers to whom it names (disclosures/signed-release). A release of psychotherapy notes covers nothing else.",
        RequestKind.Subpoena => Disclosures.DisclosureKinds.InsteadOfSubpoena + AfterDeath,
        RequestKind.CourtOrder =>
            "Read what it names and until when. Prepare that and nothing else (disclosures/court-order), have a second person read it, tell the client unless the court forbids it."
            + AfterDeath,
        RequestKind.Warrant =>
            "Call counsel at once. Do not hinder the officers, hand over nothing beyond what the warrant names, note what was taken, and keep a copy. Privilege is claimed before the court.",
        RequestKind.Coroner =>
            "Disclose what is needed to find out who died and why (45 CFR 164.512(g)(1)); ask for the request in writing." + AfterDeath,
        RequestKind.Oversight =>
            "Find out which agency it is and which law it acts under (45 CFR 164.512(d)). Disclose what that law asks for. It may ask in writing that the accounting is silent for a time.",
        RequestKind.Payer =>
            "Give what the payment needs, and no psychotherapy notes: those take the client's authorisation (45 CFR 164.508(a)(2)).",
        _ => throw new ArgumentOutOfRangeException(nameof(kind)),
    };
}

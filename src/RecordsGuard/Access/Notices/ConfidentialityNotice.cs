using System.Security.Cryptography;
using System.Text;
using RecordsGuard.Access.Accounts;
using RecordsGuard.Access.Disclosures;
using RecordsGuard.Access.Policy;

namespace RecordsGuard.Access.Notices;

/// <summary>
/// What a client is told about who may read what they say, and when it goes further: written from the policy and the
/// legal facts in force, so that it cannot promise what the program does not do.
/// </summary>
/// <param name="Version">The policy's version, a hyphen, and eight digits of the text's SHA-256: another text is another version.</param>
/// <param name="Ease">Flesch's reading ease of the sentences that are ours; citations are not counted.</param>
public sealed record ConfidentialityNotice(string Version, IReadOnlyList<(string Heading, IReadOnlyList<string> Sentences)> Parts, double Ease)
{
    /// <param name="keeping">How long records are kept, a sentence each, from the retention schedules in force.</param>
    public static ConfidentialityNotice Of(AccessPolicy policy, string jurisdiction, IReadOnlyList<string> keeping)
    {
        ArgumentNullException.ThrowIfNull(policy);
        List<(string Heading, IReadOnlyList<string> Sentences)> parts =
        [
            ("What you tell us stays with us", ["What you say here is kept private. We lock each page of your file with its own key, and we note down each time one is opened."]),
            ("Who here may read your file", [.. Readers(policy)]),
            ("When we must or may tell others without asking you", [.. Exceptions(jurisdiction)]),
            ("When you ask us to tell others", ["You can sign a paper that says whom we may tell, what, and until when. You can take it back at any time."]),
            ("How long we keep your file", keeping.Count > 0 ? keeping : ["As long as the law asks us to. Ask us, and we will show you the rule and the day."]),
            ("What you can ask for",
            [
                "Ask us who looked at your file, when and why. Ask us whom we told about you in the last six years. We will give you a list of each.",
                "You may ask to see your file and have a copy. You may ask us to put right what is wrong in it.",
                "If you think that we broke a promise on this page, tell us, or tell the office that watches over us.",
            ]),
            ("The law", [.. Citations(jurisdiction)]),
        ];
        var own = string.Join('\n', parts.Where(p => p.Heading != "The law").SelectMany(p => p.Sentences.Prepend($"{p.Heading}.")).Except(keeping));
        var digest = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(Text(parts))).AsSpan(0, 4));
        return new($"{policy.Version}-{digest}", parts, ReadingEase.Of(own));
    }

    public override string ToString() => $"How we keep your file private\nVersion {Version}. Reading ease {Ease} of 100.\n\n{Text(Parts)}";

    public string ToHtml() => new Sheet(
        "How we keep your file private",
        [.. Parts.SelectMany(p => p.Sentences.Prepend($"{p.Heading}:")), $"Version {Version}. Reading ease {Ease} of 100 (Flesch)."],
        [], [], []).ToHtml();

    /// <summary>What changed since another version, sentence by sentence.</summary>
    public static (IReadOnlyList<string> Gone, IReadOnlyList<string> New) Changes(string old, string fresh)
    {
        ArgumentNullException.ThrowIfNull(old);
        ArgumentNullException.ThrowIfNull(fresh);
        var (before, after) = (Lines(old), Lines(fresh));
        return ([.. before.Except(after)], [.. after.Except(before)]);

        static List<string> Lines(string text) => [.. text.Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)
            .Where(l => !l.StartsWith("Version ", StringComparison.Ordinal))];
    }

    private static string Text(IEnumerable<(string Heading, IReadOnlyList<string> Sentences)> parts) =>
        string.Join('\n', parts.Select(p => $"{p.Heading}\n{string.Concat(p.Sentences.Select(s => $"- {s}\n"))}"));

    /// <summary>By asking the policy, not by telling of it.</summary>
    private static IEnumerable<string> Readers(AccessPolicy policy)
    {
        bool Opens(string role, string recordClass, params Relationship[] relationships) => Purposes.Known.Any(purpose =>
            policy.Decide(new(Operation.ReadContent, true, false, [role], relationships, recordClass, purpose)) is not Decision.Refuse);
        const string File = "client-record";
        const string Notes = "psychotherapy-notes";
        if (Opens(Roles.Clinician, File, Relationship.Assigned))
        {
            yield return "The person who treats you.";
        }

        if (Opens(Roles.Clinician, File, Relationship.Covering))
        {
            yield return "Someone who stands in while that person is away, for as long as it lasts.";
        }

        if (Opens(Roles.Clinician, File, Relationship.Supervisor))
        {
            yield return "The one who checks and guides the work of the person who treats you.";
        }

        if (Opens(Roles.Custodian, File, Relationship.CustodianTask))
        {
            yield return "The person who keeps our files, when there is a task to do, such as when you ask us for a copy.";
        }

        if (Opens(Roles.FrontDesk, File, Relationship.OwnUpload))
        {
            yield return $"The front desk may check a page that they have just put in, for {policy.Terms.OwnUpload.TotalMinutes:0} minutes.";
        }

        if (Opens(Roles.Clinician, File, Relationship.BreakGlass))
        {
            yield return $"If your life or health is at risk, some other person who treats people here may open your file, for {policy.Terms.BreakGlass.TotalMinutes:0} minutes. They must say why. Someone else checks each time that this was right.";
        }

        var notes = new[] { Relationship.Covering, Relationship.Supervisor, Relationship.BreakGlass }.Any(r => Opens(Roles.Clinician, Notes, r))
            || Opens(Roles.Custodian, Notes, Relationship.CustodianTask);
        yield return notes
            ? "Some of these may also read the notes that the person who treats you keeps apart from your file."
            : "The notes that the person who treats you keeps apart from your file are for that person alone.";
        yield return "No one else. Those who run the place, check our books or watch over our systems can not read your file by that.";
    }

    private static IEnumerable<string> Exceptions(string jurisdiction)
    {
        yield return LegalFacts.For(jurisdiction, DisclosureKind.RiskOfHarm.Word()).Force switch
        {
            "must" => "If you tell us that you will hurt someone, and we think that it is real and near, the law here says that we must act. We may have to warn that person and call the police.",
            "may" => "If you tell us that you will hurt someone, and we think that it is real and near, the law here lets us tell those who can stop it.",
            _ => "If we think that someone will be hurt soon, we will ask a lawyer what the law here lets us tell, and to whom.",
        };
        foreach (var (of, whom) in new[] { ("child", "a child"), ("adult", "an old or weak adult") })
        {
            yield return LegalFacts.For(jurisdiction, DisclosureKind.AbuseOrNeglect.Word(), of).Force switch
            {
                "must" => $"If we think that {whom} is being hurt or not cared for, we must tell the state office for it, and can not wait with it.",
                "may" => $"If we think that {whom} is being hurt or not cared for, we may have to tell the state office for it. We will tell you so, if that does no harm.",
                _ => $"If we think that {whom} is being hurt or not cared for, we will ask what the law here wants us to do.",
            };
        }

        yield return "If a judge orders us to hand over part of your file, we hand over that part and no more. We tell you first, unless the judge forbids it. A letter from a lawyer is not such an order.";
    }

    private static IEnumerable<string> Citations(string jurisdiction) =>
        new[] { DisclosureKind.RiskOfHarm, DisclosureKind.AbuseOrNeglect, DisclosureKind.CourtOrder }
            .SelectMany(k => LegalFacts.For(jurisdiction, k.Word()).Facts)
            .Select(f => $"{f.Citation}{(f.IsVerified ? "" : " (not verified)")}").Distinct()
            .Append("45 CFR 164.508, 164.524, 164.526, 164.528. This page is not legal advice.");
}

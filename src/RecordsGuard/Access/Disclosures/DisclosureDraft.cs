using RecordsGuard.Records;

namespace RecordsGuard.Access.Disclosures;

/// <summary>A disclosure as somebody wants it: parsed, not yet believed.</summary>
/// <param name="Statements">By the names of <see cref="DisclosureKinds.Statements"/>: free text.</param>
/// <param name="Records">What may go out; may be empty where something is only told.</param>
/// <param name="Of">Of abuse or neglect: <c>child</c> or <c>adult</c>. Of an own copy: in which <see cref="Capacity"/> somebody takes it.</param>
/// <param name="LearnedAt">Of abuse or neglect: when the facts were learned. The clock runs from there.</param>
/// <param name="Consent">Of a signed release: the consent's id.</param>
/// <param name="Order">Of a court order: the record that is the order's file. Of an own copy for somebody else: the paper that gives them the right.</param>
/// <param name="Redacted">By original: the redacted copy, a record of the same chart, that goes out instead.</param>
public sealed record DisclosureDraft(
    DisclosureKind Kind, IReadOnlyDictionary<string, string> Statements, IReadOnlyList<RecordId> Records,
    string? Of = null, DateTimeOffset? LearnedAt = null, string? Consent = null, RecordId? Order = null,
    IReadOnlyDictionary<RecordId, RecordId>? Redacted = null)
{
    public const int MaxRecords = 200;
    public const int MaxStatement = 1000;

    private static readonly string[] OfWhom = ["child", "adult"];

    /// <summary>All that is missing or wrong, each a sentence that says what to write; empty: it can be recorded.</summary>
    public IReadOnlyList<string> Complaints(DateTimeOffset now)
    {
        var found = new List<string>();
        var known = Kind.Statements().Concat(Kind.Optional()).ToList();
        found.AddRange(Kind.Statements().Where(s => !Statements.ContainsKey(s.Name)).Select(s => $"{s.Name} is missing: {s.Question}"));
        foreach (var (name, text) in Statements)
        {
            if (known.Find(s => s.Name == name) is not { } statement)
            {
                found.Add($"{name} is no statement of this kind: {string.Join(", ", known.Select(s => s.Name))}.");
            }
            else if (text.Length > MaxStatement)
            {
                found.Add($"{name} is longer than {MaxStatement} characters; put papers into the chart.");
            }
            else if (Reasons.Complaint(text, name) is { } complaint)
            {
                found.Add($"{complaint} {statement.Question}");
            }
        }

        if (Records.Count > MaxRecords || Records.Distinct().Count() != Records.Count)
        {
            found.Add($"records must name each record once, at most {MaxRecords}.");
        }

        if (Redacted?.Any(r => !Records.Contains(r.Key) || Records.Contains(r.Value)) == true)
        {
            found.Add("redacted names, for records that the disclosure names, the copies that go out instead, which are not named themselves.");
        }

        found.AddRange(OfKind(now));
        return found;
    }

    private IEnumerable<string> OfKind(DateTimeOffset now)
    {
        switch (Kind)
        {
            case DisclosureKind.AbuseOrNeglect:
                if (!OfWhom.Contains(Of))
                {
                    yield return "of is missing: is it abuse or neglect of a child, or of an adult (child or adult)?";
                }

                if (LearnedAt is null || LearnedAt > now.AddMinutes(5))
                {
                    yield return "learnedAt is missing: when were the facts learned, with the time of day (2026-03-02T09:30:00Z)? The deadline runs from there.";
                }

                break;
            case DisclosureKind.CourtOrder:
                if (Order is null)
                {
                    yield return "orderFile is missing: upload the order into the client's chart and name that record.";
                }

                if (Records.Count == 0)
                {
                    yield return "records is missing: name the records that the order names, and no others.";
                }

                break;
            case DisclosureKind.SignedRelease:
                if (Consent is null)
                {
                    yield return "consent is missing: record the client's signed release first and name it.";
                }

                if (Records.Count == 0)
                {
                    yield return "records is missing: name the records that the client released.";
                }

                break;
            case DisclosureKind.OwnCopy:
                if (Capacities.Parse(Of) is not { } capacity)
                {
                    yield return $"of is missing: in which capacity do they take it ({string.Join(", ", Capacities.AllWords)})?";
                }
                else if (capacity != Capacity.Client && Order is null)
                {
                    yield return "orderFile is missing: upload the paper that gives them the right (birth certificate or custody, guardianship, letters of the court, power of attorney) into the client's chart and name that record.";
                }

                if (Records.Count == 0)
                {
                    yield return "records is missing: name the records that they receive.";
                }

                break;
            default:
                break;
        }
    }
}

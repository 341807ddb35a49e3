using System.Security.Cryptography;
using RecordsGuard.Access;
using RecordsGuard.Audit;
using RecordsGuard.Envelopes;
using RecordsGuard.Records;

namespace RecordsGuard.Alerts;

/// <summary>A question about an alert as whoever may see it sees it.</summary>
public sealed record ListedInquiry(string Alert, InquiryFacts Facts, string Question, string? Explanation);

/// <summary>
/// Asking the person whom an alert names what they did it for, and their answer: both sealed under the practice's index
/// key, neither in a log, a row in clear or a message that leaves the house. An answer stays as it was given.
/// </summary>
public sealed class Inquiries(IRecordStore store, IndexKeys keys, AuditLog audit, TimeProvider time)
{
    /// <summary>Durable when it returns.</summary>
    /// <param name="alert">An alert whose person is of this practice's tenant.</param>
    public async Task AskAsync(AuditSubject who, PracticeId practice, string alert, PersonId person, string question, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(who);
        ArgumentNullException.ThrowIfNull(person);
        var key = $"{Prefix(person, alert)}{Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(8))}";
        using var index = await OpenAsync(who, practice, AuditKind.HouseKeeping, cancel);
        var facts = new InquiryFacts(who.Person, time.GetUtcNow(), index.SealText(question, Place(practice, key, "question")));
        var row = Row.New(Partition(practice), key, RowKinds.Inquiry, RowBody.Write(facts));
        if (!await audit.ChangeInOrderAsync(store, who, [(Table.Alerts, new RowChange.Insert(row))], cancel))
        {
            throw new StoreUnavailableException("A fresh id was taken.");
        }
    }

    /// <summary>Answers the oldest question about the alert that has no answer yet. False if there is none to this person.</summary>
    public async Task<bool> ExplainAsync(
        AuditSubject who, PracticeId practice, string alert, PersonId person, string explanation, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(who);
        ArgumentNullException.ThrowIfNull(person);
        while (await OldestOpenAsync(practice, Prefix(person, alert), cancel) is var (row, facts))
        {
            using var index = await OpenAsync(who, practice, AuditKind.HouseKeeping, cancel);
            var answered = facts with
            {
                ExplainedAt = time.GetUtcNow(),
                Explanation = index.SealText(explanation, Place(practice, row.Key, "explanation")),
            };
            if (await audit.ChangeInOrderAsync(
                store, who, [(Table.Alerts, new RowChange.Replace(row.Next(RowBody.Write(answered))))], cancel))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>The questions put to a person, about one alert or all, oldest first; for one unwrap and one <c>listed</c> entry.</summary>
    /// <param name="alert">Null: about all.</param>
    public async Task<IReadOnlyList<ListedInquiry>> OfAsync(
        AuditSubject who, PracticeId practice, PersonId person, string? alert, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(who);
        ArgumentNullException.ThrowIfNull(person);
        using var index = await OpenAsync(who, practice, AuditKind.Listed, cancel);
        var found = new List<ListedInquiry>();
        await foreach (var row in store.ListAsync(Table.Alerts, Partition(practice), Prefix(person, alert), cancel))
        {
            var facts = row.As<InquiryFacts>();
            found.Add(new(
                row.Key.Split('|')[1], facts, index.OpenText(facts.Question, Place(practice, row.Key, "question")),
                facts.Explanation is null ? null : index.OpenText(facts.Explanation, Place(practice, row.Key, "explanation"))));
        }

        return [.. found.OrderBy(i => i.Facts.AskedAt)];
    }

    private async Task<(Row Row, InquiryFacts Facts)?> OldestOpenAsync(PracticeId practice, string prefix, CancellationToken cancel)
    {
        (Row Row, InquiryFacts Facts)? oldest = null;
        await foreach (var row in store.ListAsync(Table.Alerts, Partition(practice), prefix, cancel))
        {
            var facts = row.As<InquiryFacts>();
            if (facts.ExplainedAt is null && (oldest is null || facts.AskedAt < oldest.Value.Facts.AskedAt))
            {
                oldest = (row, facts);
            }
        }

        return oldest;
    }

    private async Task<IndexKey> OpenAsync(AuditSubject who, PracticeId practice, AuditKind kind, CancellationToken cancel)
    {
        var entry = await audit.AppendAsync(who.Event(kind));
        return await keys.OpenPracticeAsync(practice, entry.ToString(), cancel)
            ?? throw new StoreUnavailableException("The practice's row was there a moment ago.");
    }

    /// <summary>Beside the practice's alerts, whose partition is the practice's id alone.</summary>
    private static string Partition(PracticeId practice) => $"{practice}|asked";

    private static string Prefix(PersonId person, string? alert) => alert is null ? $"{person.Object:D}|" : $"{person.Object:D}|{alert}|";

    private static TextPlace Place(PracticeId practice, string row, string field) => new(practice, null, row, field);
}

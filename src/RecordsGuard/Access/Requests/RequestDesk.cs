using System.Security.Cryptography;
using RecordsGuard.Access.Disclosures;
using RecordsGuard.Audit;
using RecordsGuard.Envelopes;
using RecordsGuard.Records;

namespace RecordsGuard.Access.Requests;

/// <summary>A request as it came in.</summary>
/// <param name="Asker">Who asks: free text, sealed.</param>
/// <param name="Due">As the paper says; null: the kind's own term, if it has one.</param>
/// <param name="File">The record that is the request's file.</param>
/// <param name="Hold">The hold that was placed for it.</param>
public sealed record IncomingRequest(RequestKind Kind, string Asker, DateOnly Received, DateOnly? Due, RecordId? File, HoldId? Hold)
{
    /// <summary>All that is missing or wrong; empty: it can be taken in.</summary>
    public static IReadOnlyList<string> Complaints(RequestKind kind, string? asker, DateOnly received, DateOnly? due, RecordId? file, DateOnly today)
    {
        string?[] found =
        [
            asker is { Length: > 1000 } ? "asker is longer than 1000 characters." : Reasons.Complaint(asker, "asker"),
            received > today.AddDays(1) ? "received lies in the future." : null,
            due < received ? "due lies before received." : null,
            kind.IsLegal() && file is null ? "file is missing: upload the paper into the client's chart and name that record." : null,
        ];
        return [.. found.OfType<string>()];
    }
}

/// <summary>A request that was taken in.</summary>
/// <param name="Ground">What the law of the client's jurisdiction says about when to answer.</param>
public sealed record TakenRequest(string Id, RequestFacts Facts, LegalGround Ground, string NextSteps);

/// <summary>A request as whoever may see it sees it.</summary>
public sealed record ListedRequest(string Id, RequestFacts Facts, string Asker, string? Answer);

/// <summary>Requests about a client's file: taken in, watched until their day, answered.</summary>
public sealed class RequestDesk(IRecordStore store, IndexKeys keys, AuditLog audit, TimeProvider time)
{
    internal const string What = "request";

    public static IReadOnlyList<string> Outcomes { get; } = ["granted", "refused", "withdrawn"];

    /// <summary>
    /// The deadline first, then the request. It is due when the paper says, else when the soonest term of the client's
    /// jurisdiction ends, verified or not. Null if there is no such client.
    /// </summary>
    public async Task<TakenRequest?> TakeAsync(
        AuditSubject who, PracticeId practice, ClientId client, IncomingRequest request, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(who);
        ArgumentNullException.ThrowIfNull(request);
        var entry = await audit.AppendAsync(who.Event(AuditKind.HouseKeeping, new KeyValuePair<string, string>("kind", request.Kind.Word())));
        using var key = await keys.OpenClientAsync(practice, client, entry.ToString(), cancel);
        if (key is null || await store.ReadAsync(Table.Clients, Keys.Partition(practice, client), Keys.Client, cancel) is not { } clientRow)
        {
            return null;
        }

        var known = clientRow.As<ClientFacts>();
        var ground = request.Kind.Terms(known.Jurisdiction);
        var id = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16));
        var due = request.Due ?? (ground.Soonest is { Days: { } days } ? request.Received.AddDays(days) : null);
        var facts = new RequestFacts(
            request.Kind.Word(), key.SealText(request.Asker, Place(practice, client, id, "asker")), request.Received, due,
            request.File?.ToString(), request.Hold?.ToString(), who.Person, time.GetUtcNow());
        var row = Row.New(Keys.Partition(practice, client), $"{Keys.Requests}{id}", RowKinds.Request, RowBody.Write(facts));
        List<(Table, RowChange)> steps = [];
        if (due is { } day)
        {
            steps.Add((Table.Access, Deadlines.Row(practice, client, What, id, new(day.AddDays(1).ToDateTime(TimeOnly.MinValue), TimeSpan.Zero), row)));
        }

        steps.Add((Table.Access, new RowChange.Insert(row)));
        return await audit.ChangeInOrderAsync(store, who, steps, cancel)
            ? new(id, facts, ground, request.Kind.NextSteps(known.HasDied))
            : throw new StoreUnavailableException("A fresh id was taken.");
    }

    /// <summary>An answer stays as it was. Gives what can lawfully be done next; null if there is no such request.</summary>
    /// <param name="outcome">One of <see cref="Outcomes"/>.</param>
    /// <param name="answer">What was answered: free text, sealed.</param>
    public async Task<string?> AnswerAsync(
        AuditSubject who, PracticeId practice, ClientId client, string id, string outcome, string answer, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(who);
        var entry = await audit.AppendAsync(who.Event(AuditKind.HouseKeeping));
        using var key = await keys.OpenClientAsync(practice, client, entry.ToString(), cancel);
        while (key is not null && Deadlines.IsId(id)
            && await store.ReadAsync(Table.Access, Keys.Partition(practice, client), $"{Keys.Requests}{id}", cancel) is { } row)
        {
            var facts = row.As<RequestFacts>();
            if (facts.AnsweredAt is not null)
            {
                return await StepsAsync(practice, client, facts, cancel);
            }

            var answered = facts with
            {
                AnsweredAt = time.GetUtcNow(),
                AnsweredBy = who.Person,
                Outcome = outcome,
                Answer = key.SealText(answer, Place(practice, client, id, "answer")),
            };
            if (await audit.ChangeInOrderAsync(
                store, who, [(Table.Access, new RowChange.Replace(row.Next(RowBody.Write(answered))))], cancel))
            {
                return await StepsAsync(practice, client, facts, cancel);
            }
        }

        return null;
    }

    private async Task<string> StepsAsync(PracticeId practice, ClientId client, RequestFacts facts, CancellationToken cancel)
    {
        var row = await store.ReadAsync(Table.Clients, Keys.Partition(practice, client), Keys.Client, cancel);
        return (RequestKinds.Parse(facts.Kind) ?? throw new InvalidDataException("A request of no kind."))
            .NextSteps(row?.As<ClientFacts>().HasDied ?? false);
    }

    /// <summary>The oldest due first. Null if there is no such client.</summary>
    public async Task<IReadOnlyList<ListedRequest>?> ListAsync(AuditSubject who, PracticeId practice, ClientId client, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(who);
        var entry = await audit.AppendAsync(who.Event(AuditKind.Listed));
        using var key = await keys.OpenClientAsync(practice, client, entry.ToString(), cancel);
        if (key is null)
        {
            return null;
        }

        var found = new List<ListedRequest>();
        await foreach (var row in store.ListAsync(Table.Access, Keys.Partition(practice, client), Keys.Requests, cancel))
        {
            var (id, facts) = (row.Key[Keys.Requests.Length..], row.As<RequestFacts>());
            found.Add(new(
                id, facts, key.OpenText(facts.Asker, Place(practice, client, id, "asker")),
                facts.Answer is null ? null : key.OpenText(facts.Answer, Place(practice, client, id, "answer"))));
        }

        return [.. found.OrderBy(r => r.Facts.Due ?? DateOnly.MaxValue)];
    }

    private static TextPlace Place(PracticeId practice, ClientId client, string id, string field) =>
        new(practice, client, $"{Keys.Requests}{id}", field);
}

using RecordsGuard.Audit;
using RecordsGuard.Envelopes;
using RecordsGuard.Records;

namespace RecordsGuard.Access;

/// <summary>
/// Stops a person, and lets them in again. The person's row is all there is to it: the gate of every app reads that row at
/// every request and keeps nothing, so a suspension counts from the next request on, whatever the token says and also for
/// the rest of a download that was broken off.
/// </summary>
public sealed class Suspensions(IRecordStore store, IndexKeys keys, AuditLog audit, TimeProvider time)
{
    /// <summary>
    /// In force when it returns. Somebody of the tenant whom the practice has not seen yet is suspended all the same. The
    /// same again changes nothing.
    /// </summary>
    /// <param name="reason">Free text, sealed under the practice's index key.</param>
    public Task SuspendAsync(AuditSubject who, PracticeId practice, Guid person, string reason, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(who);
        return ChangeAsync(
            who, practice, person, p => p.Suspended, reason, "suspendedFor",
            (p, text) => p with { Suspended = true, SuspendedBy = who.Person, SuspendedAt = time.GetUtcNow(), SuspendedFor = text }, cancel);
    }

    /// <summary>The next request is asked by roles and relationships again. The same again changes nothing.</summary>
    /// <param name="who">Another person than <see cref="PersonFacts.SuspendedBy"/>, which the caller has seen to.</param>
    /// <param name="reason">Free text, sealed under the practice's index key.</param>
    public Task LiftAsync(AuditSubject who, PracticeId practice, Guid person, string reason, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(who);
        return ChangeAsync(
            who, practice, person, p => !p.Suspended, reason, "liftedFor",
            (p, text) => p with { Suspended = false, LiftedBy = who.Person, LiftedAt = time.GetUtcNow(), LiftedFor = text }, cancel);
    }

    private async Task ChangeAsync(
        AuditSubject who, PracticeId practice, Guid person, Func<PersonFacts, bool> isSo, string reason, string field,
        Func<PersonFacts, string, PersonFacts> change, CancellationToken cancel)
    {
        var key = Keys.Person(person);
        string? text = null;
        while (true)
        {
            var row = await store.ReadAsync(Table.Practices, practice.ToString(), key, cancel);
            var facts = row?.As<PersonFacts>() ?? new(person.ToString("D"), Gate.NewPseudonym(), Suspended: false);
            if (isSo(facts))
            {
                return;
            }

            text ??= await SealAsync(who, practice, key, field, reason, cancel);
            var body = RowBody.Write(change(facts, text));
            RowChange next = row is null
                ? new RowChange.Insert(Row.New(practice.ToString(), key, RowKinds.Person, body))
                : new RowChange.Replace(row.Next(body));
            if (await audit.ChangeInOrderAsync(store, who, [(Table.Practices, next)], cancel))
            {
                return;
            }
        }
    }

    private async Task<string> SealAsync(
        AuditSubject who, PracticeId practice, string row, string field, string text, CancellationToken cancel)
    {
        var entry = await audit.AppendAsync(who.Event(AuditKind.HouseKeeping));
        using var key = await keys.OpenPracticeAsync(practice, entry.ToString(), cancel)
            ?? throw new StoreUnavailableException("The practice's row was there a moment ago.");
        return key.SealText(text, new TextPlace(practice, null, row, field));
    }
}

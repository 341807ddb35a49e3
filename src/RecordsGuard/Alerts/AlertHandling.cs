using RecordsGuard.Audit;
using RecordsGuard.Envelopes;
using RecordsGuard.Records;

namespace RecordsGuard.Alerts;

/// <summary>What people do about alerts. Apart from the desk, because only this needs a key.</summary>
public sealed class AlertHandling(IRecordStore store, IndexKeys keys, AuditLog audit)
{
    /// <summary>
    /// Open → acknowledged → resolved with a reason, which is sealed under the practice's index key. Repeating a step
    /// changes nothing. Null if there is no such alert.
    /// </summary>
    public async Task<Alert?> HandleAsync(
        AuditSubject who, PracticeId practice, string id, AlertState state, string? resolution, string? reason, CancellationToken cancel)
    {
        string? sealedReason = null;
        ArgumentNullException.ThrowIfNull(who);
        while (await store.ReadAsync(Table.Alerts, practice.ToString(), id, cancel) is { } row)
        {
            var alert = AlertDesk.Read(row);
            if (alert.State >= state)
            {
                return alert;
            }

            if (reason is not null)
            {
                // The deployment's alerts have no key of their own: the reason is the practice's whose people gave it.
                sealedReason ??= await SealAsync(who, PracticeId.Parse(who.Practice), id, reason, cancel);
            }

            alert = alert with { State = state, HandledBy = who.Person, Resolution = resolution ?? alert.Resolution, SealedReason = sealedReason ?? alert.SealedReason };
            RowChange[] changes = [new RowChange.Replace(row.Next(AlertDesk.Write(alert)))];
            var done = await audit.ChangeAsync(
                who, changes.Describe(Table.Alerts),
                async _ => await store.CommitAsync(Table.Alerts, row.Partition, changes, cancel) == Commit.Done);
            if (done)
            {
                return alert;
            }
        }

        return null;
    }

    /// <summary>
    /// Why it was resolved, for one unwrap and one <c>listed</c> entry; null if it was not, or if people of another
    /// practice did and sealed it under their key.
    /// </summary>
    public async Task<string?> ReasonAsync(AuditSubject who, Alert alert, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(who);
        ArgumentNullException.ThrowIfNull(alert);
        if (alert.SealedReason is null)
        {
            return null;
        }

        var practice = PracticeId.Parse(who.Practice);
        var entry = await audit.AppendAsync(who.Event(AuditKind.Listed));
        using var key = await keys.OpenPracticeAsync(practice, entry.ToString(), cancel);
        try
        {
            return key?.OpenText(alert.SealedReason, new TextPlace(practice, null, alert.Id, "reason"));
        }
        catch (EnvelopeException) when (alert.Practice != who.Practice)
        {
            return null;
        }
    }

    private async Task<string> SealAsync(AuditSubject who, PracticeId practice, string id, string reason, CancellationToken cancel)
    {
        var entry = await audit.AppendAsync(who.Event(AuditKind.HouseKeeping));
        using var key = await keys.OpenPracticeAsync(practice, entry.ToString(), cancel)
            ?? throw new StoreUnavailableException("The practice's row was there a moment ago.");
        return key.SealText(reason, new TextPlace(practice, null, id, "reason"));
    }
}

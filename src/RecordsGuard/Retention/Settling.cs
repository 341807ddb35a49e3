using RecordsGuard.Audit;
using RecordsGuard.Records;

namespace RecordsGuard.Retention;

/// <summary>
/// What spans a practice's clients (a hold, the practice's own rules, a restore that was confirmed) is written first, and
/// whoever decides from then on reads it; then every client row is bumped, so that a purge which decided before loses its
/// commit; only then is it in force. By new rules, and after a restore, the records are listed anew too. A message sent before the row is written comes minutes later and
/// goes on from the client a crash had let it come to; each message does some clients and sends the next.
/// </summary>
public sealed class Settling(IRecordStore store, AuditLog audit, JointCharts charts, IWorkQueue queue)
{
    /// <summary>Client rows bumped at once, in a request or for a message; a larger practice takes several messages.</summary>
    public const int ClientsAtOnce = 500;

    /// <summary>Longer than any request lives: the row is there, or never will be.</summary>
    private static readonly TimeSpan Later = TimeSpan.FromMinutes(5);

    /// <summary>Before the row is written: from now on it will be settled, whatever becomes of the caller.</summary>
    /// <param name="key">The row's, in the practice's partition.</param>
    public Task AnnounceAsync(PracticeId practice, string key, CancellationToken cancel) =>
        queue.SendAsync(WorkQueues.Settle, $"{practice} {key}", Later, cancel);

    /// <summary>Now that the row is written.</summary>
    public Task WakeAsync(PracticeId practice, string key, CancellationToken cancel) =>
        queue.SendAsync(WorkQueues.Settle, $"{practice} {key}", TimeSpan.Zero, cancel);

    /// <summary>The message of <see cref="AnnounceAsync"/>.</summary>
    /// <exception cref="FormatException">It is none.</exception>
    public Task RunAsync(string message, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(message);
        return message.Split(' ') is [var name, var key] && PracticeId.TryParse(name, out var practice)
            ? RunAsync(new AuditSubject("settle", name), practice, key, cancel)
            : throw new FormatException("Not a message about what spans clients: it belongs in the poison queue.");
    }

    /// <summary>Bumps the next clients. May be called any number of times, and at once.</summary>
    /// <returns>
    /// True: every client row has been bumped since the row was written. False: a message goes on. Null: there is no such row.
    /// </returns>
    public async Task<bool?> RunAsync(AuditSubject who, PracticeId practice, string key, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(who);
        if (await store.ReadAsync(Table.Practices, practice.ToString(), key, cancel) is not { } row)
        {
            return null;
        }

        if (BumpedTo(row) is not { } from)
        {
            return true;
        }

        var bumped = 0;
        await foreach (var client in store.ListAsync(Table.Directory, practice.ToString(), "", cancel))
        {
            if (client.Kind == RowKinds.Unlinked || string.CompareOrdinal(client.Key, from) <= 0)
            {
                continue;
            }

            if (bumped == ClientsAtOnce)
            {
                await NoteAsync(who, row, from, cancel);
                await queue.SendAsync(WorkQueues.Settle, $"{practice} {key}", TimeSpan.Zero, cancel);
                return false;
            }

            await BumpAsync(who, practice, ClientId.Parse(client.Key), row.Kind, cancel);
            (bumped, from) = (bumped + 1, client.Key);
        }

        await NoteAsync(who, row, null, cancel);
        return true;
    }

    private async Task BumpAsync(AuditSubject who, PracticeId practice, ClientId client, string kind, CancellationToken cancel)
    {
        if (kind is RowKinds.RetentionRules or RowKinds.Restore)
        {
            await charts.BumpAsync(who, practice, client, cancel, andTombstones: kind == RowKinds.Restore);
            return;
        }

        while (await store.ReadAsync(Table.Clients, Keys.Partition(practice, client), Keys.Client, cancel) is { } row)
        {
            RowChange[] changes = [new RowChange.Replace(row.Next(row.Body))];
            var done = await audit.ChangeAsync(
                who with { Client = row.As<ClientFacts>().Pseudonym }, changes.Describe(Table.Clients),
                async _ => await store.CommitAsync(Table.Clients, row.Partition, changes, cancel) == Commit.Done);
            if (done)
            {
                return;
            }
        }
    }

    /// <summary>Progress only goes on, and only of the same hold or rules: others under this key begin anew.</summary>
    /// <param name="to">The last client bumped; null: all are.</param>
    private async Task NoteAsync(AuditSubject who, Row settled, string? to, CancellationToken cancel)
    {
        while (await store.ReadAsync(Table.Practices, settled.Partition, settled.Key, cancel) is { } row
            && BumpedTo(row) is { } before && Since(row) == Since(settled)
            && (to is null || string.CompareOrdinal(before, to) < 0))
        {
            RowChange[] changes = [new RowChange.Replace(row.Next(row.Kind switch
            {
                RowKinds.RetentionRules => RowBody.Write(row.As<RetentionRulesFacts>() with { BumpedTo = to }),
                RowKinds.Restore => RowBody.Write(Bumped(row.As<RestoreFacts>(), to)),
                _ => RowBody.Write(row.As<HoldFacts>() with { BumpedTo = to }),
            }))];
            if (await audit.ChangeAsync(
                who, changes.Describe(Table.Practices),
                async _ => await store.CommitAsync(Table.Practices, row.Partition, changes, cancel) == Commit.Done))
            {
                return;
            }
        }
    }

    /// <summary>The end of a restore: what was approved before it counts no more, and nothing else is held by it.</summary>
    private static RestoreFacts Bumped(RestoreFacts restore, string? to) => to is null
        ? restore with { BumpedTo = null, ReleasedBy = restore.ConfirmedBy, ReleasedAt = restore.ConfirmedAt }
        : restore with { BumpedTo = to };

    private static string? BumpedTo(Row row) => row.Kind switch
    {
        RowKinds.RetentionRules => row.As<RetentionRulesFacts>().BumpedTo,
        RowKinds.Restore => row.As<RestoreFacts>().BumpedTo,
        _ => row.As<HoldFacts>().BumpedTo,
    };

    private static DateTimeOffset Since(Row row) => row.Kind switch
    {
        RowKinds.RetentionRules => row.As<RetentionRulesFacts>().PutAt,
        RowKinds.Restore => row.As<RestoreFacts>().PlacedAt,
        _ => row.As<HoldFacts>().PlacedAt,
    };
}

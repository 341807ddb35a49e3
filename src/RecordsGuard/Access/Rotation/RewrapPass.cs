using System.Runtime.CompilerServices;
using System.Text.Json;
using RecordsGuard.Audit;
using RecordsGuard.Envelopes;
using RecordsGuard.Records;

namespace RecordsGuard.Access.Rotation;

/// <summary>
/// One pass over every key slip of a practice, or the part of it that one message does. A slip that names an older
/// version is re-wrapped; its row is replaced under its ETag, so that a purge or another re-wrapping at the same moment
/// wins or loses whole.
/// </summary>
internal sealed class RewrapPass(
    IRecordStore store, IKeyVault vault, AuditLog audit, RotationTerms terms, Pace pace, TimeProvider time,
    PracticeId practice, KekFacts keks, DateTimeOffset deadline, IReadOnlyList<KeyVersion> enabled, List<BrokenSlip> broken)
{
    /// <summary>Slips after which the progress is saved.</summary>
    private const int Stride = 25;

    private readonly SlipPlace[] places =
    [
        new(
            Table.Practices, RowKinds.Practice, new(IndexKeys.KekOf(practice), keks.Index), r => r.As<PracticeFacts>().IndexKey,
            (r, slip) => RowBody.Write(r.As<PracticeFacts>() with { IndexKey = slip })),
        new(
            Table.Clients, RowKinds.Record, new(PublicKeys.ContentKekOf(practice), keks.Content), r => r.As<RecordFacts>().Slip,
            (r, slip) => RowBody.Write(r.As<RecordFacts>() with { Slip = slip })),
        new(
            Table.Quarantine, RowKinds.Quarantined, new(PublicKeys.ContentKekOf(practice), keks.Content), r => r.As<QuarantineFacts>().Slip!,
            (r, slip) => RowBody.Write(r.As<QuarantineFacts>() with { Slip = slip })),
    ];

    private readonly Dictionary<KeyVersion, KekPublicKey> targets = [];
    private Row? saved;
    private RotationFacts at = null!;

    /// <summary>Where a key slip stands: the kind of row, and how to read and replace it there.</summary>
    private sealed record SlipPlace(Table Table, string Kind, KeyVersion Current, Func<Row, string> Slip, Func<Row, string, string> With);

    /// <returns>
    /// When to go on. Null: a whole pass that began when nobody could hold an older version any more found no slip to
    /// re-wrap.
    /// </returns>
    public async Task<TimeSpan?> RunAsync(CancellationToken cancel)
    {
        if (!await LoadAsync(cancel))
        {
            return terms.Settle;
        }

        if (at.Began > time.GetUtcNow())
        {
            return at.Began - time.GetUtcNow();
        }

        var done = 0;
        await foreach (var (place, row) in SlipsAsync(at.From, cancel))
        {
            if (done == terms.SlipsPerMessage || time.GetUtcNow() >= deadline)
            {
                return await SaveAsync(at with { From = From(row) }, cancel) ? TimeSpan.Zero : terms.Settle;
            }

            switch (await RewrapAsync(place, row, cancel))
            {
                case null:
                    return terms.Settle;
                case true when ++done % Stride == 0 && !await SaveAsync(at with { From = From(row) }, cancel):
                    return terms.Settle;
            }
        }

        // The end of the pass is saved also when it was the last: who was at work on it too, and marked it, wins.
        var now = time.GetUtcNow();
        var last = at.Clean && at.Began >= keks.Since + terms.Settle;
        var next = at.Clean ? keks.Since + terms.Settle : now + terms.Settle;
        var ended = last ? at : at with { Began = next > now ? next : now, Clean = true, From = "", Broken = 0 };
        return !await SaveAsync(ended, cancel) ? terms.Settle : last ? null : ended.Began - now;
    }

    /// <summary>True: re-wrapped. False: nothing to do any more, or nothing that can be done. Null: another is at work here.</summary>
    private async Task<bool?> RewrapAsync(SlipPlace place, Row found, CancellationToken cancel)
    {
        for (Row? row = found; row?.Kind == place.Kind; row = await store.ReadAsync(place.Table, row.Partition, row.Key, cancel))
        {
            var subject = Subject(place, row);
            try
            {
                var slip = KeySlip.Parse(place.Slip(row));
                if (slip.Kek == place.Current)
                {
                    return false;
                }

                RequireOpenable(slip, place);
                await pace.TakeAsync(2, cancel);
                var entry = await audit.AppendAsync(subject.Event(AuditKind.HouseKeeping));
                using var rewrapping = await Rewrapping.BeginAsync(slip, await TargetAsync(place, cancel), vault, entry.ToString(), cancel);

                // Marked before the first commit of a pass: a crash cannot make it look as if it had found nothing. And
                // nobody who was stopped for long wraps for a version that may have been retired since.
                if ((at.Clean && !await SaveAsync(at with { Clean = false }, cancel)) || time.GetUtcNow() >= deadline)
                {
                    return null;
                }

                if (await CommitAsync(place, row, subject, rewrapping, cancel))
                {
                    at = at with { Rewrapped = at.Rewrapped + 1 };
                    return true;
                }
            }
            catch (Exception e) when (e is EnvelopeException or JsonException)
            {
                // One slip that nobody can open keeps no other from its turn.
                var fault = e is EnvelopeException { Fault: var known } ? known : EnvelopeFault.BadSlip;
                broken.Add(new(practice, Client(place, row), subject.Record.Length > 0 ? subject.Record : null, fault));
                at = at with { Broken = at.Broken + 1 };
                return false;
            }
        }

        return false;
    }

    /// <exception cref="KeyVaultException">The new wrap does not open: nothing was committed, and nothing will be.</exception>
    private async Task<bool> CommitAsync(
        SlipPlace place, Row row, AuditSubject subject, Rewrapping rewrapping, CancellationToken cancel)
    {
        RowChange[] changes = [new RowChange.Replace(row.Next(place.With(row, rewrapping.Slip.ToString())))];
        var proven = false;
        var done = await audit.ChangeAsync(subject, changes.Describe(place.Table), async intent =>
        {
            proven = await rewrapping.IsProvenAsync(vault, intent.ToString(), cancel);
            return proven && await store.CommitAsync(place.Table, row.Partition, changes, cancel) == Commit.Done;
        });
        return proven
            ? done
            : throw new KeyVaultException(KeyVaultFault.Refused, $"{place.Current} does not open what its public half wraps.");
    }

    /// <summary>What no enabled version opens is not asked of the vault: its refusal would look like a lack of rights.</summary>
    private void RequireOpenable(KeySlip slip, SlipPlace place)
    {
        if (slip.Kek.Name != place.Current.Name || !enabled.Contains(slip.Kek))
        {
            throw new EnvelopeException(EnvelopeFault.BadSlip, $"The slip names {slip.Kek}, which is not enabled or not its key.");
        }
    }

    private async Task<KekPublicKey> TargetAsync(SlipPlace place, CancellationToken cancel) =>
        targets.TryGetValue(place.Current, out var target)
            ? target
            : targets[place.Current] = await vault.GetPublicKeyAsync(place.Current, cancel);

    /// <summary>Every row with a slip that does not name the version in use, from a client partition on.</summary>
    private async IAsyncEnumerable<(SlipPlace Place, Row Row)> SlipsAsync(
        string from, [EnumeratorCancellation] CancellationToken cancel)
    {
        if (from.Length == 0 && await store.ReadAsync(Table.Practices, practice.ToString(), Keys.Practice, cancel) is { } own
            && !NamesCurrent(places[0], own))
        {
            yield return (places[0], own);
        }

        // Few, and without a partition to go on from: looked at again by each message that begins before the first client.
        if (from.Length == 0)
        {
            await foreach (var row in store.ListAsync(Table.Quarantine, practice.ToString(), "", cancel))
            {
                if (row.As<QuarantineFacts>().Slip is not null && !NamesCurrent(places[2], row))
                {
                    yield return (places[2], row);
                }
            }
        }

        var first = from.Length == 0 ? $"{practice}|" : from;
        await foreach (var row in store.ScanAsync(Table.Clients, first, $"{practice}}}", cancel)) // '}' follows '|'
        {
            if (row.Kind == RowKinds.Record && !NamesCurrent(places[1], row))
            {
                yield return (places[1], row);
            }
        }
    }

    private static bool NamesCurrent(SlipPlace place, Row row)
    {
        try
        {
            return KeySlip.Parse(place.Slip(row)).Kek == place.Current;
        }
        catch (Exception e) when (e is EnvelopeException or JsonException)
        {
            return false;
        }
    }

    private static string From(Row row) => row.Partition.Contains('|', StringComparison.Ordinal) ? row.Partition : "";

    private static string? Client(SlipPlace place, Row row) =>
        place.Table == Table.Clients ? row.Partition.Split('|')[1] : null;

    private AuditSubject Subject(SlipPlace place, Row row) => new(
        KeyRotation.Operation, practice.ToString(), Record: place.Table == Table.Clients ? row.Key[Keys.Records.Length..] : "");

    /// <summary>Goes on where the progress row says, or begins. False: another was quicker.</summary>
    private async Task<bool> LoadAsync(CancellationToken cancel)
    {
        saved = await store.ReadAsync(Table.Practices, practice.ToString(), Keys.Rotation, cancel);
        if (saved?.As<RotationFacts>() is { } facts && facts.Version == keks.Content)
        {
            at = facts;
            return true;
        }

        var total = 0;
        await foreach (var _ in SlipsAsync("", cancel))
        {
            total++;
        }

        return await SaveAsync(new(keks.Content, time.GetUtcNow(), Clean: true, "", total, 0, 0), cancel);
    }

    /// <summary>False if another process has written there since: it is at work on this practice, and goes on.</summary>
    private async Task<bool> SaveAsync(RotationFacts next, CancellationToken cancel)
    {
        var body = RowBody.Write(next);
        RowChange change = saved is null
            ? new RowChange.Insert(Row.New(practice.ToString(), Keys.Rotation, RowKinds.Rotation, body))
            : new RowChange.Replace(saved.Next(body));
        if (await store.CommitAsync(Table.Practices, practice.ToString(), [change], cancel) == Commit.Conflict)
        {
            return false;
        }

        saved = await store.ReadAsync(Table.Practices, practice.ToString(), Keys.Rotation, cancel);
        at = next;
        return saved?.Body == body && saved.Version == change.Row.Version;
    }
}

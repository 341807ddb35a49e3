using RecordsGuard.Audit;
using RecordsGuard.Envelopes;
using RecordsGuard.Records;

namespace RecordsGuard.Retention.Backup;

/// <summary>
/// Puts the rows of one backup back, partition by partition. Only inserts: a row that is there stays, whatever the backup
/// says, but for what was registered anew after the table Practices was lost. Every object is checked whole before a row
/// of it is used. Begun again, it makes the same rows and the same report.
/// </summary>
internal sealed class RestoreRun(
    IRecordStore store, BackupStore backup, AuditLog audit, PracticeId practice, LoggedChanges log, DateTimeOffset asOf,
    Func<RestoreNotice, Task> tell)
{
    /// <summary>Below the limits of a commit and of an audit entry, which names each row.</summary>
    private const int RowsAtOnce = 90;
    private const int CharactersAtOnce = CommitLimits.MaxBytes / 8;

    private readonly RestoreRules rules = new(log, asOf);
    private readonly AuditSubject who = new(LoggedChange.Restoring, $"{practice}");

    /// <summary>What the log knows, by table and partition.</summary>
    private readonly ILookup<(Table, string), string> logged = log.Rows.Keys.Select(Place).OfType<(Table Table, string Partition, string Key)>()
        .ToLookup(p => (p.Table, p.Partition), p => p.Key);

    /// <summary>Newer than the night, from the backups that uploads made of their own rows.</summary>
    private readonly Dictionary<string, BackedRow> since = new(StringComparer.Ordinal);

    public List<ReportLine> Report { get; } = [];

    /// <summary>Rows that are there now because of this restore.</summary>
    public int Restored { get; private set; }

    public async Task RunAsync(BackupManifest manifest, CancellationToken cancel)
    {
        foreach (var table in NightlyBackup.Tables)
        {
            if (table == Table.Quarantine)
            {
                await ReadQuarantineAsync(cancel);
            }

            var seen = new HashSet<string>(StringComparer.Ordinal);
            var rows = new List<Row>();
            await foreach (var row in RowsAsync(manifest, table, cancel))
            {
                if (rows.Count > 0 && rows[^1].Partition != row.Partition)
                {
                    await PutAsync(table, rows[^1].Partition, rows, seen, cancel);
                    rows = [];
                }

                rows.Add(row);
            }

            if (rows.Count > 0)
            {
                await PutAsync(table, rows[^1].Partition, rows, seen, cancel);
            }

            var others = logged.Select(g => g.Key).Concat(since.Values.Select(s => (s.Table, s.Row.Partition)))
                .Where(p => p.Item1 == table).Select(p => p.Item2).Distinct().Order(StringComparer.Ordinal).ToList();
            foreach (var partition in others)
            {
                await PutAsync(table, partition, [], seen, cancel);
            }
        }
    }

    /// <summary>Of those objects that are what the manifest says.</summary>
    private async IAsyncEnumerable<Row> RowsAsync(
        BackupManifest manifest, Table table, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancel)
    {
        foreach (var part in manifest.Objects.Where(o => o.Table == table.ToString()))
        {
            foreach (var row in await OpenAsync(part.Name, part.Sha256, null, cancel) ?? [])
            {
                yield return row.Row;
            }
        }
    }

    /// <summary>Null: it is not there, or not what it was; that is told and reported.</summary>
    /// <param name="sha256">Null: the log knows its rows and not the object.</param>
    private async Task<IReadOnlyList<BackedRow>?> OpenAsync(string name, string? sha256, string? record, CancellationToken cancel)
    {
        var entry = (await audit.AppendAsync((who with { Record = record ?? "" }).Event(AuditKind.HouseKeeping))).ToString();
        try
        {
            if (await backup.ReadAsync(name, entry, cancel) is { } bytes)
            {
                if (sha256 is null || BackupManifest.Digest(bytes) == sha256)
                {
                    return await backup.OpenAsync(bytes, name, entry, cancel);
                }

                await RefuseAsync(name, "other bytes than its manifest says");
                return null;
            }

            if (sha256 is null)
            {
                return null; // its row is reported
            }

            await RefuseAsync(name, "missing");
        }
        catch (Exception e) when (e is EnvelopeException or InvalidDataException)
        {
            await RefuseAsync(name, e is EnvelopeException { Fault: var fault } ? fault.ToString() : "UnreadableRow");
        }

        return null;
    }

    private async Task RefuseAsync(string name, string fault)
    {
        await tell(new(practice, name, fault));
        Report.Add(new(name, ReportWords.Refused, null, "", ""));
    }

    private async Task PutAsync(Table table, string partition, IReadOnlyList<Row> rows, HashSet<string> seen, CancellationToken cancel)
    {
        if (!seen.Add(partition))
        {
            return;
        }

        var backed = rows.ToDictionary(r => r.Key, StringComparer.Ordinal);
        if (table == Table.Clients)
        {
            await ReadUploadsAsync(partition, backed, cancel);
        }

        foreach (var newer in since.Values.Where(s => s.Table == table && s.Row.Partition == partition && s.Row.Version > (backed.GetValueOrDefault(s.Row.Key)?.Version ?? 0)))
        {
            backed[newer.Row.Key] = newer.Row;
        }

        var verdicts = backed.Keys.Union(logged[(table, partition)]).Order(StringComparer.Ordinal)
            .Select(k => (Key: k, Backed: backed.GetValueOrDefault(k), Verdict: rules.Of(table, partition, k, backed.GetValueOrDefault(k), backed)))
            .OrderBy(v => v.Key == Keys.Client).ToList();
        while (await NextAsync(table, partition, verdicts, cancel) is { Count: > 0 } changes)
        {
            await CommitAsync(table, partition, changes, cancel);
        }

        await FinishAsync(table, partition, verdicts, cancel);
    }

    /// <summary>
    /// The next commit: rows that are not there, and where the client row is, its bump, as with every change of what decides
    /// about destroying.
    /// </summary>
    private async Task<IReadOnlyList<(RowChange Change, bool Announce)>> NextAsync(
        Table table, string partition, IReadOnlyList<(string Key, Row? Backed, Verdict Verdict)> verdicts, CancellationToken cancel)
    {
        var existing = await ExistingAsync(table, partition, cancel);
        var (changes, characters) = (new List<(RowChange, bool)>(), 0);
        foreach (var (key, backed, verdict) in verdicts)
        {
            if (RowOf(verdict) is not { } row)
            {
                continue;
            }

            if (changes.Count == RowsAtOnce || characters > CharactersAtOnce)
            {
                break; // the client row comes last: until it is there, nobody decides on the others
            }

            if (!existing.TryGetValue(key, out var there))
            {
                changes.Add((new RowChange.Insert(row with { ETag = "" }), verdict is Verdict.Next));
            }
            else if (IsMadeAnew(table, there, backed) && !IsSame(there, Beside(there, row)) && !Conflicts(existing, key))
            {
                var version = Math.Max(row.Version, there.Version + 1);
                changes.Add((new RowChange.Replace(Beside(there, row) with { Version = version, ETag = there.ETag }), true));
            }
            else
            {
                continue;
            }

            characters += row.Body.Length;
        }

        if (changes.Count > 0 && table == Table.Clients && existing.TryGetValue(Keys.Client, out var client))
        {
            changes.Add((new RowChange.Replace(client.Next(client.Body)), true));
        }

        return changes;
    }

    private async Task CommitAsync(Table table, string partition, IReadOnlyList<(RowChange Change, bool Announce)> changes, CancellationToken cancel)
    {
        var all = changes.Select(c => c.Change).ToList();
        var announced = changes.Where(c => c.Announce).Select(c => c.Change).ToList();
        if (announced.Count == 0)
        {
            await store.CommitAsync(table, partition, all, cancel); // a conflict: somebody else was first, and what is there stays
        }
        else
        {
            await audit.ChangeAsync(
                who, announced.Describe(table), async _ => await store.CommitAsync(table, partition, all, cancel) == Commit.Done);
        }
    }

    /// <summary>Counts and reports what is as this restore made it; says in the log what is lost.</summary>
    private async Task FinishAsync(
        Table table, string partition, IReadOnlyList<(string Key, Row? Backed, Verdict Verdict)> verdicts, CancellationToken cancel)
    {
        var existing = await ExistingAsync(table, partition, cancel);
        var lost = new List<(string Name, LoggedChange Change)>();
        foreach (var (key, backed, verdict) in verdicts)
        {
            var there = existing.GetValueOrDefault(key);
            if (there is not null && IsMadeAnew(table, there, backed) && Conflicts(existing, key))
            {
                Report.Add(new(BackedRow.NameOf(table, partition, key), ReportWords.Conflict, null, "", ""));
                continue;
            }

            switch (verdict)
            {
                case Verdict.Whole or Verdict.Next when there is not null && IsSame(there, Beside(there, RowOf(verdict)!)):
                    Restored++;
                    Note((verdict as Verdict.Next)?.Report);
                    break;
                case Verdict.Gone gone when there is null:
                    Note(gone.Report);
                    if (gone.Lost is { } change && table is not (Table.Quarantine or Table.Alerts))
                    {
                        lost.Add((BackedRow.NameOf(table, partition, key), change));
                    }

                    break;
                case Verdict.Refused refused when there is null:
                    await tell(new(practice, refused.Report.Row, "another row than the log announced at this version"));
                    Report.Add(refused.Report);
                    break;
            }
        }

        foreach (var part in lost.Chunk(RowsAtOnce))
        {
            await audit.ChangeAsync(who, part.SelectMany(l => Removal(l.Name, l.Change)), _ => Task.FromResult(true));
        }
    }

    private void Note(ReportLine? line)
    {
        if (line is not null)
        {
            Report.Add(line);
        }
    }

    private static KeyValuePair<string, string>[] Removal(string name, LoggedChange last) =>
        [new("row", name), new("rowVersion", $"-{last.Version}"), new("rowHash", last.Hash)];

    /// <summary>Rows of records that came since the night, each from the object that its upload wrote before it committed.</summary>
    private async Task ReadUploadsAsync(string partition, Dictionary<string, Row> backed, CancellationToken cancel)
    {
        foreach (var key in logged[(Table.Clients, partition)].Where(k => k.StartsWith(Keys.Records, StringComparison.Ordinal) && !backed.ContainsKey(k)).Order(StringComparer.Ordinal))
        {
            if (log.Of(BackedRow.NameOf(Table.Clients, partition, key)).Any(c => log.Outcome(c) != false))
            {
                var record = key[Keys.Records.Length..];
                Take(await OpenAsync($"{partition.Replace('|', '/')}/{record}", null, record, cancel));
            }
        }
    }

    private async Task ReadQuarantineAsync(CancellationToken cancel)
    {
        if (logged[(Table.Quarantine, practice.ToString())].Any())
        {
            var names = await backup.ListAsync($"{practice}/{ClientId.None}/", cancel).Select(i => i.Name).ToListAsync(cancel);
            foreach (var name in names)
            {
                Take(await OpenAsync(name, null, name.Split('/')[^1], cancel));
            }
        }
    }

    /// <summary>An object that the log does not name counts only as far as the log announced its rows, with these very hashes.</summary>
    private void Take(IReadOnlyList<BackedRow>? rows)
    {
        foreach (var row in (rows ?? []).Where(rules.Announced))
        {
            if (!since.TryGetValue(row.Name, out var known) || known.Row.Version < row.Row.Version)
            {
                since[row.Name] = row;
            }
        }
    }

    private async Task<Dictionary<string, Row>> ExistingAsync(Table table, string partition, CancellationToken cancel)
    {
        var rows = new Dictionary<string, Row>(StringComparer.Ordinal);
        await foreach (var row in store.ScanAsync(table, partition, $"{partition}!", cancel)) // '!' comes before all that a key goes on with
        {
            rows[row.Key] = row;
        }

        return rows;
    }

    /// <summary>
    /// The table Practices was lost, and what the program makes by itself when there is nothing was made: under that
    /// practice key no old name opens, and a suspended person would be let in. The log knows nothing of such a row.
    /// </summary>
    private bool IsMadeAnew(Table table, Row there, Row? backed) =>
        table == Table.Practices && there is { Version: 1, Kind: RowKinds.Practice or RowKinds.Keks or RowKinds.Person }
        && backed is not null && !IsSame(there, backed) && !rules.Knows(BackedRow.NameOf(table, there.Partition, there.Key), there);

    /// <summary>Clients were taken in under the key that was made anew: putting the old one back would lose their names.</summary>
    private bool Conflicts(Dictionary<string, Row> existing, string key) =>
        key is Keys.Practice or Keys.Keks && existing.TryGetValue(Keys.Keks, out var keks) && keks is { Version: 1 } && keks.As<KekFacts>() is var made
        && logged[(Table.Directory, practice.ToString())]
            .SelectMany(k => log.Of(BackedRow.NameOf(Table.Directory, practice.ToString(), k)))
            .Any(c => c.Version == 1 && c.At >= made.Since && log.Outcome(c) != false);

    /// <summary>Who is suspended already stays so.</summary>
    private static Row Beside(Row there, Row row) => there is { Kind: RowKinds.Person } && row.Kind == RowKinds.Person && there.As<PersonFacts>().Suspended
        ? row with { Body = RowBody.Write(row.As<PersonFacts>() with { Suspended = true }) }
        : row;

    private static bool IsSame(Row there, Row row) => there.Kind == row.Kind && there.Body == row.Body;

    private static Row? RowOf(Verdict verdict) => verdict switch
    {
        Verdict.Whole whole => whole.Row,
        Verdict.Next next => next.Row,
        _ => null,
    };

    private static (Table Table, string Partition, string Key)? Place(string name) =>
        name.Split('/') is [var table, var partition, var key] && Enum.TryParse<Table>(table, out var parsed) ? (parsed, partition, key) : null;
}

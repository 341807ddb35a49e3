using System.Globalization;
using System.Text.Json;
using RecordsGuard.Alerts.Detections;
using RecordsGuard.Audit;
using RecordsGuard.Audit.Sequencing;
using RecordsGuard.Audit.Tree;
using RecordsGuard.Records;

namespace RecordsGuard.Alerts.People;

/// <summary>
/// Follows the audit log, as it grows, for what shows only over time: a day with many more clients than the person's own
/// days have, and looks without explanation or refusals at one client after another over weeks. What it remembers lies in
/// rows, a small one a person; alerts are stored before them, and they before the place in the log, so that whoever dies in
/// between looks at the same entries again and tells nothing twice.
/// </summary>
public sealed class LookWatch(IRecordStore store, LogReader log, AlertDesk desk, LookTerms terms, TimeProvider time)
{
    /// <summary>What one call reads at most; the next one goes on.</summary>
    private const int MaxBundles = 64;

    /// <summary>No practice's: their ids begin with a letter.</summary>
    private const string Partition = ".people";
    private const string Cursor = "cursor";

    /// <summary>How far back the first look begins: what the baseline and a series are made of.</summary>
    private static readonly TimeSpan Back = TimeSpan.FromDays(35);

    /// <summary>May be called by several at once, and again after whatever exception.</summary>
    /// <exception cref="StoreUnavailableException">Storage did not answer; what was found before is stored.</exception>
    public async Task LookAsync(CancellationToken cancel)
    {
        if (await log.CheckpointAsync(cancel) is not { } bytes)
        {
            return;
        }

        try
        {
            await FollowAsync(bytes, cancel);
        }
        catch (LogBrokenException)
        {
            // The sequencer tells of it; the same entries come again when the log is mended.
        }
    }

    /// <summary>Points of looks without explanation of the last weeks, by pseudonym: who is to be asked first.</summary>
    public async Task<IReadOnlyDictionary<string, int>> RankAsync(PracticeId practice, CancellationToken cancel)
    {
        var points = new Dictionary<string, int>(StringComparer.Ordinal);
        var today = DateOnly.FromDateTime(time.GetUtcNow().UtcDateTime);
        await foreach (var row in store.ListAsync(Table.Alerts, Partition, $"{practice}|", cancel))
        {
            points[row.Key[$"{practice}|".Length..]] = PersonLooks.Read(row, terms).PointsOn(today);
        }

        return points;
    }

    private async Task FollowAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancel)
    {
        var size = LogReader.ParseCheckpoint(bytes.Span).Size;
        var cursor = await store.ReadAsync(Table.Alerts, Partition, Cursor, cancel);
        var next = cursor is null ? await BeginningAsync(size, cancel) : JsonSerializer.Deserialize(cursor.Body, PersonLooksJson.Default.LookCursorBody)!.Next;
        var from = next;
        var people = new Dictionary<(string Practice, string Person), (Row? Row, PersonLooks Looks)>();
        var zones = new Dictionary<string, TimeZoneInfo?>(StringComparer.Ordinal);
        for (var bundles = 0; next < size && bundles < MaxBundles; bundles++)
        {
            foreach (var entry in (await log.EntriesAsync(size, next / TileId.FullWidth, cancel)).Skip((int)(next % TileId.FullWidth)))
            {
                await TakeAsync(entry, people, zones, cancel);
                next++;
            }
        }

        if (next == from)
        {
            return;
        }

        foreach (var ((practice, person), (row, looks)) in people)
        {
            if (!await SaveAsync(row, $"{practice}|{person}", looks.Write(), cancel))
            {
                return; // somebody else looks too: theirs stands, and the same entries come once more
            }
        }

        await SaveAsync(cursor, Cursor, JsonSerializer.Serialize(new(next), PersonLooksJson.Default.LookCursorBody), cancel);
    }

    private async Task TakeAsync(
        AuditEntry entry, Dictionary<(string Practice, string Person), (Row? Row, PersonLooks Looks)> people,
        Dictionary<string, TimeZoneInfo?> zones, CancellationToken cancel)
    {
        var e = entry.Event;
        if (e.Kind is not (AuditKind.Read or AuditKind.Listed or AuditKind.Refused) || e.Person.Length == 0 || e.Client.Length == 0)
        {
            return;
        }

        if (!zones.TryGetValue(e.Practice, out var zone))
        {
            zones[e.Practice] = zone = PracticeId.TryParse(e.Practice, out var id) && await store.ReadPracticeAsync(id, cancel) is { } facts
                ? TimeZoneInfo.FindSystemTimeZoneById(facts.Zone) : null;
        }

        if (zone is null)
        {
            return;
        }

        if (!people.TryGetValue((e.Practice, e.Person), out var known))
        {
            var row = await store.ReadAsync(Table.Alerts, Partition, $"{e.Practice}|{e.Person}", cancel);
            people[(e.Practice, e.Person)] = known = (row, PersonLooks.Read(row, terms));
        }

        var day = DateOnly.FromDateTime(TimeZoneInfo.ConvertTime(entry.Time, zone).DateTime);
        if (e.Kind != AuditKind.Refused && known.Looks.Look(e.Client, day))
        {
            await ReportAsync(PeopleDetections.UnusualVolume, entry, $"More than {known.Looks.Limit} clients' files on {day:yyyy-MM-dd}.", cancel);
        }

        if (Points(e) is > 0 and var points && known.Looks.LookUnexplained(e.Client, day, points))
        {
            await ReportAsync(
                PeopleDetections.SerialLookUps, entry, $"{terms.SerialPoints} points of looks without explanation within {terms.SerialDays} days.", cancel);
        }
    }

    private async Task ReportAsync(Detection detection, AuditEntry entry, string because, CancellationToken cancel)
    {
        var e = entry.Event;
        await desk.ReportOnceAsync(
            detection.Found(e.Practice, await AccountAsync(e.Practice, e.Person, cancel), null, null, because, entry.Id.ToString()), cancel);
    }

    /// <summary>A refusal for want of a relationship is a look that did not succeed.</summary>
    private static int Points(AuditEvent e) => e.Kind == AuditKind.Refused
        ? e.Details.Contains(new("because", "NoRelationship")) ? 1 : 0
        : int.TryParse(e.Details.Where(d => d.Key == "unexplained").Select(d => d.Value).FirstOrDefault(), NumberStyles.None, CultureInfo.InvariantCulture, out var points)
            ? Math.Min(points, 10) : 0;

    /// <summary>Whom the log calls so; the pseudonym itself if its row is gone.</summary>
    private async Task<string> AccountAsync(string practice, string pseudonym, CancellationToken cancel)
    {
        await foreach (var row in store.ListAsync(Table.Practices, practice, Keys.Persons, cancel))
        {
            if (row.As<PersonFacts>().Pseudonym == pseudonym && await store.ReadPracticeAsync(PracticeId.Parse(practice), cancel) is { } facts)
            {
                return new PersonId(facts.Tenant, Guid.ParseExact(row.Key[Keys.Persons.Length..], "D")).ToString();
            }
        }

        return pseudonym;
    }

    /// <summary>The bundle in which the time looked back on begins: entries lie nearly in the order of their time. What was pruned is older.</summary>
    private async Task<long> BeginningAsync(long size, CancellationToken cancel)
    {
        var since = time.GetUtcNow() - Back;
        var (low, high) = (0L, Math.Max(0, size - 1) / TileId.FullWidth);
        while (low < high)
        {
            var middle = low + ((high - low) / 2);
            var id = TileId.In(size, 0, middle).Bundle;
            var isOlder = await log.TileAsync(id, cancel) is null || (await log.EntriesAsync(size, middle, cancel))[0].Time < since;
            (low, high) = isOlder ? (middle + 1, high) : (low, middle);
        }

        return low * TileId.FullWidth;
    }

    private async Task<bool> SaveAsync(Row? row, string key, string body, CancellationToken cancel)
    {
        if (row?.Body == body)
        {
            return true;
        }

        RowChange change = row is null
            ? new RowChange.Insert(Row.New(Partition, key, RowKinds.Looks, body))
            : new RowChange.Replace(row.Next(body));
        return await store.CommitAsync(Table.Alerts, Partition, [change], cancel) == Commit.Done;
    }
}

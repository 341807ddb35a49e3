using RecordsGuard.Records;
using RecordsGuard.Retention.Schedules;

namespace RecordsGuard.Retention;

/// <summary>
/// Lists every record anew when the rules have changed: what had no date may have one now, and what had one may have an
/// earlier. Once for each version of the catalogue, before the sweep; the choke point decides by the newest rules anyway.
/// What is done is noted in partition <see cref="Partition"/> of the due index: the version, once it is through, and until
/// then the last client of each <see cref="ClientsAtOnce"/>. A crash repeats at most so many.
/// </summary>
/// <param name="version">Of the rules in force.</param>
public sealed class Relisting(IRecordStore store, DueIndex due, string version, TimeProvider time)
{
    /// <summary>No day: the sweep does not see it.</summary>
    public const string Partition = "catalogue";

    public const int ClientsAtOnce = 1000;

    /// <summary>Safe to call any number of times. Costs one read once it is through.</summary>
    /// <returns>How many due rows were added.</returns>
    public async Task<int> RunAsync(CancellationToken cancel)
    {
        if (await store.ReadAsync(Table.RetentionDue, Partition, version, cancel) is not null)
        {
            return 0;
        }

        var from = await ReachedAsync(cancel);
        var (added, clients) = (0, 0);
        var practices = new Dictionary<PracticeId, (PracticeFacts? Facts, RetentionSchedule Schedule)>();
        Row? client = null;
        await foreach (var row in store.ScanAsync(Table.Clients, from is null ? "a" : $"{from} ", "{", cancel)) // a practice's id begins with a letter
        {
            if (client?.Partition != row.Partition && row.Kind == RowKinds.Client)
            {
                if (client is not null && ++clients % ClientsAtOnce == 0)
                {
                    await NoteAsync($"{version} {client.Partition}", cancel);
                }

                client = row; // its key comes before those of its records
            }
            else if (row.Kind == RowKinds.Record && client?.Partition == row.Partition)
            {
                added += await ListAsync(client, row, practices, cancel) ? 1 : 0;
            }
        }

        await NoteAsync(version, cancel);
        return added;
    }

    private async Task<bool> ListAsync(
        Row client, Row record, Dictionary<PracticeId, (PracticeFacts? Facts, RetentionSchedule Schedule)> practices, CancellationToken cancel)
    {
        try
        {
            var stored = record.As<RecordFacts>();
            var parts = client.Partition.Split('|');
            var practice = PracticeId.Parse(parts[0]);
            if (!practices.TryGetValue(practice, out var of))
            {
                practices[practice] = of = (
                    await store.ReadPracticeAsync(practice, cancel), await RulesInForce.ReadAsync(store, practice, cancel));
            }

            var facts = client.As<ClientFacts>();
            var members = await store.ReadMembersAsync(practice, facts, cancel);
            if (of.Facts is null || of.Schedule.Evaluate(facts, members, stored.Class, stored.Created).ReviewFrom is not { } review)
            {
                return false;
            }

            var day = DueIndex.NotBefore(review, of.Facts.Today(time));
            await due.AddAsync(new(day, practice, ClientId.Parse(parts[1]), RecordId.Parse(record.Key[Keys.Records.Length..])), cancel);
            return true;
        }
        catch (Exception e) when (e is FormatException or InvalidDataException or TimeZoneNotFoundException)
        {
            return false; // whoever reads that row tells; here it must not keep all the others from being listed
        }
    }

    /// <summary>The last client listed under this version, or null.</summary>
    private async Task<string?> ReachedAsync(CancellationToken cancel)
    {
        string? reached = null;
        await foreach (var row in store.ListAsync(Table.RetentionDue, Partition, $"{version} ", cancel))
        {
            reached = row.Key[(version.Length + 1)..];
        }

        return reached;
    }

    private Task NoteAsync(string key, CancellationToken cancel) => store.CommitAsync(
        Table.RetentionDue, Partition, [new RowChange.Insert(Row.New(Partition, key, RowKinds.Due, "{}"))], cancel);
}

using System.Diagnostics;
using System.Globalization;
using System.Runtime.CompilerServices;
using RecordsGuard.Audit;
using RecordsGuard.Fakes;
using RecordsGuard.Records;
using RecordsGuard.Retention;
using RecordsGuard.Retention.Schedules;

namespace RecordsGuard.Benchmarks;

/// <summary>
/// What a nightly sweep costs with ten thousand to ten million records stored and the same number due each night, and
/// with more due of the same number stored (docs/benchmarks.md). The real sweep on rows in memory; what storage would be
/// asked for is counted.
/// </summary>
internal static class SweepBenchmark
{
    private const int RecordsAClient = 10;
    private const int Due = 250;
    private const int Nights = 7;
    private const int Largest = 10_000_000;
    private const int Middle = 1_000_000;

    private static readonly DateOnly First = new(2026, 3, 2);
    private static readonly PracticeId Practice = PracticeId.Parse("demo");

    public static async Task RunAsync()
    {
        Console.WriteLine($"{"stored",12}{"due a night",14}{"calls",9}{"rows read",11}{"commits",9}{"ms",8}   (medians of {Nights - 1} nights, after one)");
        var first = 0.0;
        for (var stored = 10_000; stored <= Largest; stored *= 10)
        {
            var milliseconds = await MeasureAsync(stored, Due);
            first = first > 0 ? first : milliseconds;
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{"time, ratio to the first",54}{milliseconds / first,9:F2}"));
        }

        foreach (var due in new[] { Due / 10, Due * 10 })
        {
            await MeasureAsync(Middle, due);
        }
    }

    private static async Task<double> MeasureAsync(int stored, int due)
    {
        var rows = new InMemoryRecordStore();
        await FillAsync(rows, stored, due);
        GC.Collect();
        var (clock, counted) = (new Clock(), new CountedStore(rows));
        var (index, queue) = (new DueIndex(counted), new InMemoryWorkQueue(clock));
        var audit = new AuditLog(new InMemoryLogStore(), clock);
        var sweep = new Sweep(
            counted, index, new(counted, index, Catalogue.Shipped.Version, clock), new(counted, audit, index, queue, clock), queue, clock);
        var nights = new List<(int Calls, int Rows, int Commits, double Milliseconds)>();
        for (var night = 0; night < Nights; night++)
        {
            clock.Today = First.AddDays(night);
            counted.Forget();
            var start = Stopwatch.GetTimestamp();
            var report = await sweep.RunAsync(null, default);
            var milliseconds = Stopwatch.GetElapsedTime(start).TotalMilliseconds;
            if (report.Listed != due)
            {
                throw new InvalidOperationException($"{due} are due, and {report}.");
            }

            nights.Add((counted.Calls, counted.RowsRead, counted.Commits, milliseconds));
        }

        nights.RemoveAt(0);
        var median = nights.Select(n => n.Milliseconds).Order().ElementAt(nights.Count / 2);
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture, $"{stored,12:N0}{due,14:N0}{nights.Max(n => n.Calls),9:N0}{nights.Max(n => n.Rows),11:N0}{nights.Max(n => n.Commits),9:N0}{median,8:F1}"));
        return median;
    }

    /// <summary>Charts of ten records, all long lawful to destroy; <paramref name="due"/> of them stand on each of the nights, the others in years to come.</summary>
    private static async Task FillAsync(InMemoryRecordStore rows, int stored, int due)
    {
        await rows.CommitAsync(
            Table.RetentionDue, Relisting.Partition, [new RowChange.Insert(Row.New(Relisting.Partition, Catalogue.Shipped.Version, RowKinds.Due, "{}"))], default);
        await rows.CommitAsync(
            Table.Practices, $"{Practice}",
            [new RowChange.Insert(Row.New($"{Practice}", Keys.Practice, RowKinds.Practice, RowBody.Write(new PracticeFacts(Guid.NewGuid(), "UTC", 30, 25, ""))))], default);
        var client = RowBody.Write(new ClientFacts("p", "US-CA", "psychologist", new(2010, 3, 15), null));
        var record = RowBody.Write(new RecordFacts("client-record", new(2010, 3, 16, 0, 0, 0, TimeSpan.Zero), Guid.Empty, "slip", "descriptor", "etag", null, 1, "backup"));
        var days = Enumerable.Range(0, Nights + (365 * 20)).Select(n => First.AddDays(n)).ToList();
        for (var n = 0; n < stored; n += RecordsAClient)
        {
            var id = ClientId.New();
            var partition = Keys.Partition(Practice, id);
            var changes = new List<RowChange> { new RowChange.Insert(Row.New(partition, Keys.Client, RowKinds.Client, client)) };
            for (var of = n; of < Math.Min(stored, n + RecordsAClient); of++)
            {
                var entry = new DueEntry(of < due * Nights ? days[of / due] : days[Nights + Sweep.ReviewDays + (of % (days.Count - Nights - Sweep.ReviewDays))], Practice, id, RecordId.New());
                changes.Add(new RowChange.Insert(Row.New(partition, Keys.Record(entry.Record), RowKinds.Record, record)));
                await rows.CommitAsync(Table.RetentionDue, entry.Partition, [new RowChange.Insert(Row.New(entry.Partition, entry.Key, RowKinds.Due, "{}"))], default);
            }

            await rows.CommitAsync(Table.Clients, partition, changes, default);
        }
    }

    private sealed class Clock : TimeProvider
    {
        public DateOnly Today { get; set; }

        public override DateTimeOffset GetUtcNow() => new(Today, new TimeOnly(18, 0), TimeSpan.Zero);
    }

    /// <summary>Counts what a service would bill and wait for: calls (a page of a listing is none of its own), rows, commits.</summary>
    private sealed class CountedStore(IRecordStore inner) : IRecordStore
    {
        public int Calls { get; private set; }

        public int RowsRead { get; private set; }

        public int Commits { get; private set; }

        public void Forget() => (Calls, RowsRead, Commits) = (0, 0, 0);

        public async Task<Row?> ReadAsync(Table table, string partition, string key, CancellationToken cancel)
        {
            Calls++;
            var row = await inner.ReadAsync(table, partition, key, cancel);
            RowsRead += row is null ? 0 : 1;
            return row;
        }

        public IAsyncEnumerable<Row> ListAsync(Table table, string partition, string prefix, CancellationToken cancel) =>
            CountAsync(inner.ListAsync(table, partition, prefix, cancel), cancel);

        public IAsyncEnumerable<Row> ScanAsync(Table table, string from, string to, CancellationToken cancel) =>
            CountAsync(inner.ScanAsync(table, from, to, cancel), cancel);

        public Task<Commit> CommitAsync(Table table, string partition, IReadOnlyList<RowChange> changes, CancellationToken cancel)
        {
            (Calls, Commits) = (Calls + 1, Commits + 1);
            return inner.CommitAsync(table, partition, changes, cancel);
        }

        private async IAsyncEnumerable<Row> CountAsync(IAsyncEnumerable<Row> rows, [EnumeratorCancellation] CancellationToken cancel)
        {
            Calls++;
            await foreach (var row in rows.WithCancellation(cancel))
            {
                RowsRead++;
                yield return row;
            }
        }
    }
}

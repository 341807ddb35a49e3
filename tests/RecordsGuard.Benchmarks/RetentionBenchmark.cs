using System.Diagnostics;
using System.Globalization;
using RecordsGuard.Retention.Schedules;

namespace RecordsGuard.Benchmarks;

/// <summary>How many records a core can decide on (docs/benchmarks.md), beside the bare arithmetic on dates.</summary>
internal static class RetentionBenchmark
{
    private const int Records = 1_000_000;

    public static void Run()
    {
        Schedule[] schedules =
        [
            Catalogue.Shipped.For("US-CA", "psychologist", "client-record"),
            Catalogue.Shipped.For("US-NV", "psychologist", "client-record"),
            Catalogue.Shipped.For("US-ME", "psychologist", "client-record"),
            Catalogue.Shipped.For("US-CO", "LPC", "client-record"),
            Catalogue.Shipped.For("US-CT", "LCSW", "client-record"),
        ];
        var clients = Clients();
        Measure("warming up", () => Evaluate(schedules, clients));
        var bare = Measure("DateOnly.AddYears, twice", () => Bare(clients));
        var engine = Measure("the engine, five schedules", () => Evaluate(schedules, clients));
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{engine / bare,42:F3} of the bare arithmetic; at least 1.0 M/s on one core"));
    }

    private static double Measure(string name, Func<long> run)
    {
        var before = GC.GetAllocatedBytesForCurrentThread();
        var start = Stopwatch.GetTimestamp();
        var sum = run();
        var rate = Records / Stopwatch.GetElapsedTime(start).TotalSeconds / 1e6;
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{name,-30}{rate,8:F2} M/s   {GC.GetAllocatedBytesForCurrentThread() - before,8} bytes allocated   ({sum})"));
        return rate;
    }

    private static RetentionFacts[] Clients()
    {
        var clients = new RetentionFacts[1024];
        for (var i = 0; i < clients.Length; i++)
        {
            var last = new DateOnly(2010, 1, 1).AddDays(i * 5);
            clients[i] = i % 3 == 0 ? RetentionFacts.OfAdult() : RetentionFacts.OfEighteenth(last.AddDays((i % 7 * 400) - 1200));
            clients[i].Set(Anchor.LastService, last);
            clients[i].Set(Anchor.Receipt, last.AddDays(-i % 900));
            clients[i].Set(Anchor.Death, i % 11 == 0 ? last.AddDays(700) : null);
        }

        return clients;
    }

    private static long Evaluate(Schedule[] schedules, RetentionFacts[] clients)
    {
        var sum = 0L;
        for (var i = 0; i < Records; i++)
        {
            sum += schedules[i % schedules.Length].Evaluate(clients[i & 1023]).MayDestroyFrom?.DayNumber ?? 0;
        }

        return sum;
    }

    private static long Bare(RetentionFacts[] clients)
    {
        var sum = 0L;
        for (var i = 0; i < Records; i++)
        {
            var last = clients[i & 1023].Exactly(Anchor.LastService)!.Value;
            var (one, other) = (last.AddYears(7), last.AddYears(18));
            sum += (one > other ? one : other).DayNumber;
        }

        return sum;
    }
}

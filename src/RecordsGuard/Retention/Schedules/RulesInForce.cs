using System.Collections.Concurrent;
using System.Text;
using RecordsGuard.Records;

namespace RecordsGuard.Retention.Schedules;

/// <summary>The rules under which a practice's records are kept: the shipped catalogue, and on top of it the practice's own.</summary>
public static class RulesInForce
{
    // The last one of each practice: the same text is the same schedule, so that reading it again costs one row.
    private static readonly ConcurrentDictionary<PracticeId, (string Text, RetentionSchedule Schedule)> Compiled = new();

    /// <summary>As its row says now. Whoever destroys reads it after the client row that they commit under.</summary>
    public static async Task<RetentionSchedule> ReadAsync(IRecordStore store, PracticeId practice, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(store);
        if (await store.ReadAsync(Table.Practices, practice.ToString(), Keys.RetentionRules, cancel) is not { } row)
        {
            return RetentionSchedule.Shipped;
        }

        var text = row.As<RetentionRulesFacts>().Rules;
        if (!Compiled.TryGetValue(practice, out var last) || last.Text != text)
        {
            Compiled[practice] = last = (text, Compile(text));
        }

        return last.Schedule;
    }

    /// <summary>Null if it has a fault; the faults say where and why.</summary>
    /// <param name="text">docs/formats/retention-rules.md §5.</param>
    public static Catalogue? Read(string text, out IReadOnlyList<string> faults)
    {
        using var stream = new MemoryStream(Encoding.UTF8.GetBytes(text));
        return Catalogue.Read(stream, Catalogue.Shipped, out faults);
    }

    /// <summary>What was sound when it was put may contradict a newer shipped catalogue: nothing goes until somebody mends it.</summary>
    private static RetentionSchedule Compile(string text) => Read(text, out var faults) is { } catalogue
        ? RetentionSchedule.Under(catalogue)
        : RetentionSchedule.KeepAll($"The practice's own rules do not stand on catalogue {Catalogue.Shipped.Version}: {string.Join(" ", faults)}");
}

using System.Runtime.CompilerServices;
using RecordsGuard.Audit;

namespace RecordsGuard.Fakes;

/// <summary>The log's index in memory.</summary>
public sealed class InMemoryLogIndex : ILogIndex
{
    private readonly Lock gate = new();
    private readonly Dictionary<string, SortedList<string, byte[]>> partitions = new(StringComparer.Ordinal);

    /// <summary>How many rows were read so far.</summary>
    public int RowsRead { get; set; }

    /// <summary>Every row, in order of partition and key.</summary>
    public IReadOnlyList<IndexRow> All
    {
        get
        {
            lock (gate)
            {
                return [.. partitions.OrderBy(p => p.Key, StringComparer.Ordinal).SelectMany(p => p.Value.Select(r => new IndexRow(p.Key, r.Key, r.Value)))];
            }
        }
    }

    public Task AddAsync(IReadOnlyList<IndexRow> rows, CancellationToken cancel) => Answer.Of(() =>
    {
        ArgumentNullException.ThrowIfNull(rows);
        cancel.ThrowIfCancellationRequested();
        lock (gate)
        {
            foreach (var row in rows)
            {
                if (!partitions.TryGetValue(row.Partition, out var partition))
                {
                    partitions.Add(row.Partition, partition = new(StringComparer.Ordinal));
                }

                partition.TryAdd(row.Key, row.Value.ToArray());
            }
        }
    });

    public async IAsyncEnumerable<IndexRow> ListAsync(
        string partition, string from, string to, int most, [EnumeratorCancellation] CancellationToken cancel)
    {
        await Task.Yield();
        foreach (var row in Range(partition, from, to).Take(most))
        {
            cancel.ThrowIfCancellationRequested();
            RowsRead++;
            yield return row;
        }
    }

    private List<IndexRow> Range(string partition, string from, string to)
    {
        lock (gate)
        {
            if (!partitions.TryGetValue(partition, out var rows))
            {
                return [];
            }

            var found = new List<IndexRow>();
            for (var i = FirstAtLeast(rows.Keys, from); i < rows.Count && string.CompareOrdinal(rows.Keys[i], to) < 0; i++)
            {
                found.Add(new(partition, rows.Keys[i], rows.Values[i]));
            }

            return found;
        }
    }

    private static int FirstAtLeast(IList<string> keys, string from)
    {
        var (low, high) = (0, keys.Count);
        while (low < high)
        {
            var middle = (low + high) / 2;
            (low, high) = string.CompareOrdinal(keys[middle], from) < 0 ? (middle + 1, high) : (low, middle);
        }

        return low;
    }
}

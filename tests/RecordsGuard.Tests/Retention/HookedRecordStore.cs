using RecordsGuard.Records;

namespace RecordsGuard.Tests.Retention;

/// <summary>
/// A record store that tells of each call, and lets something else happen just before one: the deterministic way to
/// put one operation into the middle of another.
/// </summary>
internal sealed class HookedRecordStore(IRecordStore inner) : IRecordStore
{
    /// <summary>The calls since the last <see cref="Interpose"/>, such as <c>Read Clients demo|c-… client</c>.</summary>
    public List<string> Calls { get; } = [];

    /// <summary>Told of every commit at the moment it is done, before anything else can happen.</summary>
    public Action<IReadOnlyList<RowChange>>? Committed { get; set; }

    private Func<string, bool>? When { get; set; }

    private Func<Task>? Then { get; set; }

    /// <summary>Runs <paramref name="then"/> once, before the first call that <paramref name="when"/> picks.</summary>
    public void Interpose(Func<string, bool> when, Func<Task> then)
    {
        Calls.Clear();
        When = when;
        Then = then;
    }

    /// <summary>Runs <paramref name="then"/> before the n-th call from now on; 1 is the next.</summary>
    public void InterposeAt(int n, Func<Task> then)
    {
        var count = 0;
        Interpose(_ => ++count == n, then);
    }

    public void Forget() => Interpose(_ => false, () => Task.CompletedTask);

    public async Task<Row?> ReadAsync(Table table, string partition, string key, CancellationToken cancel)
    {
        await EnterAsync($"Read {table} {partition} {key}");
        return await inner.ReadAsync(table, partition, key, cancel);
    }

    public async IAsyncEnumerable<Row> ListAsync(
        Table table, string partition, string prefix, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancel)
    {
        await EnterAsync($"List {table} {partition} {prefix}");
        await foreach (var row in inner.ListAsync(table, partition, prefix, cancel))
        {
            yield return row;
        }
    }

    public async IAsyncEnumerable<Row> ScanAsync(
        Table table, string from, string to, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancel)
    {
        await EnterAsync($"Scan {table} {from} {to}");
        await foreach (var row in inner.ScanAsync(table, from, to, cancel))
        {
            yield return row;
        }
    }

    public async Task<Commit> CommitAsync(Table table, string partition, IReadOnlyList<RowChange> changes, CancellationToken cancel)
    {
        await EnterAsync($"Commit {table} {partition} {string.Join(' ', changes.Select(c => c.Row.Key))}");
        var answer = await inner.CommitAsync(table, partition, changes, cancel);
        if (answer == Commit.Done)
        {
            Committed?.Invoke(changes);
        }

        return answer;
    }

    private async Task EnterAsync(string call)
    {
        Calls.Add(call);
        if (Then is { } then && When!(call))
        {
            Then = null;
            await then();
        }
    }
}

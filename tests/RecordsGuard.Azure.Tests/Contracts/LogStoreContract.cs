using System.Security.Cryptography;
using RecordsGuard.Audit;

namespace RecordsGuard.Azure.Tests.Contracts;

/// <summary>What every <see cref="ILogStore"/> does. Each test is a writer of its own.</summary>
public abstract class LogStoreContract
{
    private readonly string writer = Guid.NewGuid().ToString("N");

    protected static CancellationToken Cancel => TestContext.Current.CancellationToken;

    protected abstract Task<ILogStore> StoreAsync();

    [Fact]
    public async Task Entries_come_back_by_shard_in_order_of_their_keys()
    {
        var store = await StoreAsync();
        await Task.WhenAll(Enumerable.Range(0, 40).Reverse().Select(i => store.AppendAsync(Entry(i, shard: i % 2 == 0 ? 0 : 15), Cancel)));
        Assert.Equal(Enumerable.Range(0, 20).Select(i => Key(2 * i)), await KeysAsync(store, 0));
        Assert.Equal(Enumerable.Range(0, 20).Select(i => Key((2 * i) + 1)), await KeysAsync(store, 15));
        Assert.Empty(await KeysAsync(store, 7));
    }

    [Fact]
    public async Task An_entry_of_the_largest_size_comes_back_whole()
    {
        var store = await StoreAsync();
        var entry = Entry(1) with { Bytes = RandomNumberGenerator.GetBytes(PendingEntry.MaxBytes) };
        await store.AppendAsync(entry, Cancel);
        var read = Assert.Single(await ReadAsync(store, 3));
        Assert.Equal(entry.Bytes.ToArray(), read.Bytes.ToArray());
    }

    [Fact]
    public async Task Appending_the_same_bytes_again_succeeds_and_other_bytes_never_replace_them()
    {
        var store = await StoreAsync();
        var entry = Entry(1);
        await store.AppendAsync(entry, Cancel);
        await store.AppendAsync(entry with { Bytes = entry.Bytes.ToArray() }, Cancel);
        await Assert.ThrowsAsync<InvalidOperationException>(() => store.AppendAsync(entry with { Bytes = new byte[] { 1 } }, Cancel));
        Assert.Equal(entry.Bytes.ToArray(), Assert.Single(await ReadAsync(store, 3)).Bytes.ToArray());
    }

    [Fact]
    public async Task Of_racing_appends_with_other_bytes_exactly_one_is_kept()
    {
        var store = await StoreAsync();
        var wins = await Task.WhenAll(Enumerable.Range(0, 16).Select(async i =>
        {
            try
            {
                await store.AppendAsync(Entry(1) with { Bytes = new[] { (byte)i } }, Cancel);
                return i;
            }
            catch (InvalidOperationException)
            {
                return -1;
            }
        }));
        Assert.Equal(Assert.Single(wins, w => w >= 0), Assert.Single(await ReadAsync(store, 3)).Bytes.Span[0]);
    }

    [Fact]
    public async Task A_malformed_entry_is_refused()
    {
        var store = await StoreAsync();
        var entry = Entry(1);
        PendingEntry[] refused =
        [
            entry with { Shard = -1 },
            entry with { Shard = 16 },
            entry with { Key = "short" },
            entry with { Key = entry.Key.ToUpperInvariant().Replace('0', 'F') },
            entry with { Key = entry.Key.Replace('-', '0') },
            entry with { Bytes = default },
            entry with { Bytes = new byte[PendingEntry.MaxBytes + 1] },
        ];
        foreach (var bad in refused)
        {
            await Assert.ThrowsAsync<ArgumentException>(() => store.AppendAsync(bad, Cancel));
        }
    }

    [Fact]
    public async Task Entries_are_taken_away_once_or_twice_and_no_other_goes()
    {
        var store = await StoreAsync();
        var entries = Enumerable.Range(0, 230).Select(i => Entry(i, shard: i % 2 == 0 ? 0 : 15)).ToList();
        await Task.WhenAll(entries.Select(e => store.AppendAsync(e, Cancel)));
        await store.RemoveAsync(entries[..3], Cancel);
        await store.RemoveAsync(entries[..220], Cancel);
        await store.RemoveAsync(entries[..220], Cancel);
        await store.RemoveAsync([], Cancel);
        Assert.Equal(
            entries[220..].Select(e => e.Key), (await ReadAsync(store, 0)).Concat(await ReadAsync(store, 15)).Select(e => e.Key).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task A_cancelled_append_says_so()
    {
        var store = await StoreAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => store.AppendAsync(Entry(1), new(canceled: true)));
    }

    protected PendingEntry Entry(int sequence, int shard = 3) => new(shard, Key(sequence), RandomNumberGenerator.GetBytes(200));

    protected async Task<List<PendingEntry>> ReadAsync(ILogStore store, int shard)
    {
        ArgumentNullException.ThrowIfNull(store);
        return await store.ReadAsync(shard, Cancel).Where(e => e.Key.StartsWith(writer, StringComparison.Ordinal)).ToListAsync(Cancel);
    }

    private async Task<List<string>> KeysAsync(ILogStore store, int shard) => [.. (await ReadAsync(store, shard)).Select(e => e.Key)];

    private string Key(int sequence) => $"{writer}-{sequence:x16}";
}

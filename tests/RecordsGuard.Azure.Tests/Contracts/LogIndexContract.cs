using System.Globalization;
using RecordsGuard.Audit;
using RecordsGuard.Fakes;

namespace RecordsGuard.Azure.Tests.Contracts;

/// <summary>What every <see cref="ILogIndex"/> does. Each test has keys of its own.</summary>
public abstract class LogIndexContract
{
    private readonly string prefix = $"c|{Guid.NewGuid():N}|";

    protected static CancellationToken Cancel => TestContext.Current.CancellationToken;

    protected abstract Task<ILogIndex> IndexAsync();

    [Fact]
    public async Task Rows_come_back_in_order_within_a_range_and_a_number()
    {
        var index = await IndexAsync();
        await index.AddAsync([.. Enumerable.Range(0, 250).Reverse().Select(i => Row(i)), Row(7, "3")], Cancel);
        Assert.Equal(Enumerable.Range(0, 250).Select(Key), await KeysAsync(index, Key(0), prefix + "~"));
        Assert.Equal([Key(20), Key(21)], await KeysAsync(index, Key(20), Key(22)));
        Assert.Equal([Key(20)], await KeysAsync(index, Key(20), prefix + "~", most: 1));
        Assert.Empty(await KeysAsync(index, Key(300), prefix + "~"));
        var other = await index.ListAsync("3", prefix, prefix + "~", int.MaxValue, Cancel).ToListAsync(Cancel);
        Assert.Equal([7], Assert.Single(other).Value.ToArray());
    }

    [Fact]
    public async Task Rows_added_again_stay_as_they_are_and_new_ones_among_them_are_added()
    {
        var index = await IndexAsync();
        await index.AddAsync([Row(1), Row(2)], Cancel);
        await index.AddAsync([Row(1) with { Value = new byte[] { 99 } }, Row(2), Row(3)], Cancel);
        await index.AddAsync([], Cancel);
        var rows = await index.ListAsync("2", prefix, prefix + "~", int.MaxValue, Cancel).ToListAsync(Cancel);
        Assert.Equal([1, 2, 3], rows.Select(r => r.Value.Span[0]));
    }

    [Fact]
    public async Task The_largest_values_and_empty_ones_come_back_whole()
    {
        var index = await IndexAsync();
        var large = Enumerable.Range(0, 120).Select(i => Row(i) with { Value = Enumerable.Repeat((byte)i, PendingEntry.MaxBytes).ToArray() });
        await index.AddAsync([.. large, Row(200) with { Value = default }], Cancel);
        var rows = await index.ListAsync("2", prefix, prefix + "~", int.MaxValue, Cancel).ToListAsync(Cancel);
        Assert.Equal(121, rows.Count);
        Assert.All(rows.SkipLast(1).Index(), r => Assert.True(r.Item.Value.Length == PendingEntry.MaxBytes && r.Item.Value.Span[^1] == r.Index));
        Assert.True(rows[^1].Value.IsEmpty);
    }

    private string Key(int number) => prefix + number.ToString("x16", CultureInfo.InvariantCulture);

    private IndexRow Row(int number, string partition = "2") => new(partition, Key(number), new[] { (byte)number });

    private static async Task<List<string>> KeysAsync(ILogIndex index, string from, string to, int most = int.MaxValue) =>
        await index.ListAsync("2", from, to, most, Cancel).Select(r => r.Key).ToListAsync(Cancel);
}

public sealed class InMemoryLogIndexTests : LogIndexContract
{
    protected override Task<ILogIndex> IndexAsync() => Task.FromResult<ILogIndex>(new InMemoryLogIndex());
}

public sealed class TableLogIndexTests(AzuriteFixture azurite) : LogIndexContract
{
    [Fact]
    public async Task An_index_that_cannot_be_reached_is_unavailable()
    {
        var dead = Adapters.On(new Scripted((_, _) => new(System.Net.HttpStatusCode.Forbidden))).LogIndex(new("https://account.table.example"));
        await Assert.ThrowsAsync<AuditUnavailableException>(() => dead.AddAsync([new("0", "k", default)], Cancel));
        await Assert.ThrowsAsync<AuditUnavailableException>(async () => await dead.ListAsync("0", "a", "b", 1, Cancel).ToListAsync(Cancel));
    }

    protected override async Task<ILogIndex> IndexAsync()
    {
        await Adapters.CreateStorageAsync(azurite);
        return Adapters.On(azurite).LogIndex(azurite.TableUri(AzuriteFixture.Records));
    }
}

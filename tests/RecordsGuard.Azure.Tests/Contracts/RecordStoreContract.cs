using System.Globalization;
using RecordsGuard.Records;

namespace RecordsGuard.Azure.Tests.Contracts;

/// <summary>What every <see cref="IRecordStore"/> does. Each test has partitions of its own.</summary>
public abstract class RecordStoreContract
{
    protected string Partition { get; } = $"practice|{ClientId.New()}";

    protected static CancellationToken Cancel => TestContext.Current.CancellationToken;

    protected abstract Task<IRecordStore> StoreAsync();

    [Theory]
    [InlineData("")]
    [InlineData("{\"a\":\"'1' & <2>\"}")]
    [InlineData("Zoë 漢字 🧠 \u0000\u0001\r\n\t\u2028 \u007f")]
    public async Task A_row_reads_back_as_it_was_inserted(string body)
    {
        var store = await StoreAsync();
        var row = Row.New(Partition, "r-1", "record", body) with { Version = 7_000_000_000 };

        Assert.Equal(Commit.Done, await store.CommitAsync(Table.Clients, Partition, [new RowChange.Insert(row)], Cancel));

        var read = await store.ReadAsync(Table.Clients, Partition, "r-1", Cancel);
        Assert.NotNull(read);
        Assert.NotEqual("", read.ETag);
        Assert.Equal(row, read with { ETag = "" });
        Assert.Equal(row.Hash(), read.Hash());
    }

    [Fact]
    public async Task A_body_of_any_characters_fills_its_limit()
    {
        var store = await StoreAsync();
        var body = string.Concat(Enumerable.Repeat("\"ü漢🧠\n", Row.MaxBody / 6)).PadRight(Row.MaxBody, '"');
        await InsertAsync(store, Row.New(Partition, "long", "record", body));
        Assert.Equal(body, (await store.ReadAsync(Table.Clients, Partition, "long", Cancel))!.Body);
    }

    [Fact]
    public async Task A_row_that_is_not_there_is_null()
    {
        var store = await StoreAsync();
        Assert.Null(await store.ReadAsync(Table.Clients, Partition, "none", Cancel));
        await InsertAsync(store, Row.New(Partition, "some", "record", "x"));
        Assert.Null(await store.ReadAsync(Table.Clients, Partition, "none", Cancel));
        Assert.Null(await store.ReadAsync(Table.Access, Partition, "some", Cancel));
    }

    [Fact]
    public async Task An_insert_over_a_row_conflicts_and_changes_nothing()
    {
        var store = await StoreAsync();
        var first = await InsertAsync(store, Row.New(Partition, "r", "record", "first"));
        Assert.Equal(Commit.Conflict, await CommitAsync(store, new RowChange.Insert(Row.New(Partition, "r", "record", "second"))));
        Assert.Equal(first, await store.ReadAsync(Table.Clients, Partition, "r", Cancel));
    }

    [Fact]
    public async Task A_replacement_or_removal_needs_the_ETag_of_the_stored_row()
    {
        var store = await StoreAsync();
        var first = await InsertAsync(store, Row.New(Partition, "r", "record", "first"));
        Assert.Equal(Commit.Done, await CommitAsync(store, new RowChange.Replace(first.Next("second", "tombstone"))));
        var second = (await store.ReadAsync(Table.Clients, Partition, "r", Cancel))!;
        Assert.Equal((2, "second", "tombstone"), (second.Version, second.Body, second.Kind));
        Assert.NotEqual(first.ETag, second.ETag);

        Assert.Equal(Commit.Conflict, await CommitAsync(store, new RowChange.Replace(first.Next("third"))));
        Assert.Equal(Commit.Conflict, await CommitAsync(store, new RowChange.Remove(first)));
        Assert.Equal(second, await store.ReadAsync(Table.Clients, Partition, "r", Cancel));

        Assert.Equal(Commit.Done, await CommitAsync(store, new RowChange.Remove(second)));
        Assert.Null(await store.ReadAsync(Table.Clients, Partition, "r", Cancel));
        Assert.Equal(Commit.Conflict, await CommitAsync(store, new RowChange.Remove(second)));
        Assert.Equal(Commit.Conflict, await CommitAsync(store, new RowChange.Replace(second.Next("fourth"))));
    }

    [Fact]
    public async Task A_row_written_again_with_the_same_words_has_another_ETag()
    {
        var store = await StoreAsync();
        var first = await InsertAsync(store, Row.New(Partition, "r", "record", "same"));
        await CommitAsync(store, new RowChange.Replace(first));
        Assert.NotEqual(first.ETag, (await store.ReadAsync(Table.Clients, Partition, "r", Cancel))!.ETag);
    }

    [Fact]
    public async Task Of_racing_inserts_exactly_one_wins()
    {
        var store = await StoreAsync();
        var outcomes = await Task.WhenAll(Enumerable.Range(0, 16).Select(i =>
            CommitAsync(store, new RowChange.Insert(Row.New(Partition, "r", "record", $"{i}")))));
        Assert.Single(outcomes, Commit.Done);
        var winner = (await store.ReadAsync(Table.Clients, Partition, "r", Cancel))!;
        Assert.Equal(Commit.Done, outcomes[int.Parse(winner.Body, CultureInfo.InvariantCulture)]);
    }

    [Fact]
    public async Task Of_racing_replacements_exactly_one_wins_even_if_they_say_the_same()
    {
        var store = await StoreAsync();
        var first = await InsertAsync(store, Row.New(Partition, "r", "record", "first"));
        var outcomes = await Task.WhenAll(Enumerable.Range(0, 16).Select(_ => CommitAsync(
            store, new RowChange.Replace(first.Next("second")), new RowChange.Insert(Row.New(Partition, "beside", "record", "x")))));
        Assert.Single(outcomes, Commit.Done);
        Assert.Equal(2, (await store.ReadAsync(Table.Clients, Partition, "r", Cancel))!.Version);
    }

    [Fact]
    public async Task A_conflict_anywhere_in_a_commit_leaves_nothing_of_it()
    {
        var store = await StoreAsync();
        var stale = await InsertAsync(store, Row.New(Partition, "r", "record", "first"));
        await CommitAsync(store, new RowChange.Replace(stale.Next("second")));
        var inserts = Enumerable.Range(0, 99).Select(i => new RowChange.Insert(Row.New(Partition, $"new{i:D2}", "record", "x")));

        Assert.Equal(Commit.Conflict, await CommitAsync(store, [.. inserts, new RowChange.Replace(stale.Next("third"))]));
        Assert.Equal(Commit.Conflict, await CommitAsync(store, [new RowChange.Insert(Row.New(Partition, "r", "record", "y")), .. inserts]));

        var row = Assert.Single(await ListAsync(store, ""));
        Assert.Equal("second", row.Body);
    }

    [Fact]
    public async Task A_commit_of_a_hundred_changes_is_done_at_once_and_removes_and_replaces_too()
    {
        var store = await StoreAsync();
        var body = new string('x', Row.MaxBody);
        Assert.Equal(Commit.Done, await CommitAsync(
            store, [.. Enumerable.Range(0, 100).Select(i => new RowChange.Insert(Row.New(Partition, $"{i:D2}", "record", body)))]));
        var rows = await ListAsync(store, "");
        Assert.Equal(100, rows.Count);

        Assert.Equal(Commit.Done, await CommitAsync(
            store, [.. rows.Take(50).Select(r => new RowChange.Remove(r)), .. rows.Skip(50).Select(RowChange (r) => new RowChange.Replace(r.Next("y")))]));
        Assert.Equal(Enumerable.Repeat(("y", 2L), 50), (await ListAsync(store, "")).Select(r => (r.Body, r.Version)));
    }

    [Fact]
    public async Task A_commit_over_a_limit_is_refused_before_anything_is_written()
    {
        var store = await StoreAsync();
        var stored = await InsertAsync(store, Row.New(Partition, "stored", "record", "x"));
        Row New(string key, string body = "x") => Row.New(Partition, key, "record", body);
        RowChange[][] refused =
        [
            [],
            [.. Enumerable.Range(0, 101).Select(i => new RowChange.Insert(New($"{i:D3}")))],
            [.. Enumerable.Range(0, 100).Select(i => new RowChange.Insert(New($"{i:D2}", new string('"', Row.MaxBody))))],
            [new RowChange.Insert(New("a", new string('x', Row.MaxBody + 1)))],
            [new RowChange.Insert(New("a", "half \ud83e of a pair"))],
            [new RowChange.Insert(New("a")), new RowChange.Insert(New("a"))],
            [new RowChange.Insert(Row.New("another|partition", "a", "record", "x"))],
            [new RowChange.Replace(New("a"))],
            [new RowChange.Remove(stored with { ETag = "" })],
            [new RowChange.Remove(stored with { ETag = "*" })],
            .. "/\\#?\t\u0085".Select(c => new RowChange[] { new RowChange.Insert(New($"a{c}b")) }),
            [new RowChange.Insert(New(new string('k', CommitLimits.MaxKey + 1)))],
        ];
        foreach (var changes in refused)
        {
            await Assert.ThrowsAsync<ArgumentException>(() => CommitAsync(store, changes));
        }

        Assert.Equal([stored], await ListAsync(store, ""));
    }

    [Fact]
    public async Task Rows_are_listed_by_prefix_in_ordinal_order_of_their_keys()
    {
        var store = await StoreAsync();
        string[] keys =
        [
            .. " !\"$%&'()*+,-.0:;<=>@AZ[]^_`az{|}~".Select(c => $"p{c}"), "p", "pa'b", "p%2F", "p%20", "p''", "pé", "pß", "p漢",
            "o~", "q", "P", new string('p', CommitLimits.MaxKey),
        ];
        await CommitAsync(store, [.. keys.Select(k => new RowChange.Insert(Row.New(Partition, k, "record", k)))]);

        var listed = await ListAsync(store, "p");
        Assert.Equal(keys.Where(k => k[0] == 'p').Order(StringComparer.Ordinal), listed.Select(r => r.Key));
        Assert.All(listed, r => Assert.Equal(r.Key, r.Body));
        Assert.Equal(keys.Order(StringComparer.Ordinal), (await ListAsync(store, "")).Select(r => r.Key));
        Assert.Equal(["p'", "p''"], (await ListAsync(store, "p'")).Select(r => r.Key));
        Assert.Empty(await ListAsync(store, "x"));
        foreach (var key in keys)
        {
            Assert.Equal(key, (await store.ReadAsync(Table.Clients, Partition, key, Cancel))?.Key);
        }
    }

    [Fact]
    public async Task A_listing_longer_than_a_page_is_whole()
    {
        var store = await StoreAsync();
        foreach (var batch in Enumerable.Range(0, 1_234).Chunk(100))
        {
            await CommitAsync(store, [.. batch.Select(i => new RowChange.Insert(Row.New(Partition, $"{i:D5}", "record", "x")))]);
        }

        Assert.Equal(Enumerable.Range(0, 1_234).Select(i => $"{i:D5}"), (await ListAsync(store, "")).Select(r => r.Key));
    }

    [Fact]
    public async Task A_scan_goes_from_one_partition_up_to_but_not_into_another()
    {
        var store = await StoreAsync();
        var run = Guid.NewGuid().ToString("N");
        string[] days = [$"{run}-01|0", $"{run}-01|1", $"{run}-02|0", $"{run}-03|0", $"{run}-10|0"];
        foreach (var day in days.Reverse())
        {
            RowChange[] rows = [.. new[] { "b", "a", "B" }.Select(k => new RowChange.Insert(Row.New(day, k, "due", "x")))];
            Assert.Equal(Commit.Done, await store.CommitAsync(Table.RetentionDue, day, rows, Cancel));
        }

        async Task<List<string>> ScanAsync(string from, string to) =>
            await store.ScanAsync(Table.RetentionDue, from, to, Cancel).Select(r => $"{r.Partition} {r.Key}").ToListAsync(Cancel);
        Assert.Equal(days[1..3].SelectMany(d => new[] { $"{d} B", $"{d} a", $"{d} b" }), await ScanAsync(days[1], days[3]));
        Assert.Equal(15, (await ScanAsync(run, $"{run}~")).Count);
        Assert.Empty(await ScanAsync(days[3], days[1]));
        Assert.Empty(await ScanAsync(days[1], days[1]));
    }

    [Fact]
    public async Task A_cancelled_call_says_so()
    {
        var store = await StoreAsync();
        var gone = new CancellationToken(canceled: true);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => store.ReadAsync(Table.Clients, Partition, "r", gone));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => store.CommitAsync(
            Table.Clients, Partition, [new RowChange.Insert(Row.New(Partition, "r", "record", "x"))], gone));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () =>
            await store.ListAsync(Table.Clients, Partition, "", gone).ToListAsync(Cancel));
    }

    protected Task<Commit> CommitAsync(IRecordStore store, params RowChange[] changes)
    {
        ArgumentNullException.ThrowIfNull(store);
        return store.CommitAsync(Table.Clients, Partition, changes, Cancel);
    }

    protected async Task<Row> InsertAsync(IRecordStore store, Row row)
    {
        Assert.Equal(Commit.Done, await CommitAsync(store, new RowChange.Insert(row)));
        return (await store.ReadAsync(Table.Clients, row.Partition, row.Key, Cancel))!;
    }

    protected async Task<List<Row>> ListAsync(IRecordStore store, string prefix) =>
        await store.ListAsync(Table.Clients, Partition, prefix, Cancel).ToListAsync(Cancel);
}

using System.Text;
using RecordsGuard.Alerts;
using RecordsGuard.Records;

namespace RecordsGuard.Azure.Tests.Contracts;

/// <summary>What every <see cref="IResourceLogs"/> does. Each test has a category of its own.</summary>
public abstract class ResourceLogsContract
{
    private static readonly DateTimeOffset Noon = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);

    protected static CancellationToken Cancel => TestContext.Current.CancellationToken;

    protected string Category { get; } = $"cat{Guid.NewGuid():N}";

    protected abstract Task<IResourceLogs> LogsAsync();

    /// <summary>Appends to the file of a resource and an hour; answers its name.</summary>
    protected abstract Task<string> AppendAsync(string resource, DateTimeOffset arrival, string text);

    [Fact]
    public async Task Files_are_listed_from_an_hour_on_with_their_lengths()
    {
        var logs = await LogsAsync();
        DateTimeOffset[] hours = [Noon.AddYears(-1), Noon.AddMonths(-1), Noon.AddDays(-1), Noon.AddHours(-1), Noon, Noon.AddHours(1), Noon.AddDays(1), Noon.AddMonths(1), Noon.AddYears(1)];
        var names = new List<string>();
        foreach (var resource in new[] { "vaults/one", "vaults/two" })
        {
            foreach (var hour in hours)
            {
                names.Add(await AppendAsync(resource, hour.AddMinutes(59), "{}\n"));
            }
        }

        var expected = names.Chunk(hours.Length).SelectMany(n => n[4..]).Order(StringComparer.Ordinal);
        var listed = await logs.ListAsync(Category, Noon.AddMinutes(30), Cancel).ToListAsync(Cancel);
        Assert.Equal(expected, listed.Select(f => f.Name).Order(StringComparer.Ordinal));
        Assert.All(listed, f => Assert.Equal(3, f.Length));
        Assert.Equal(18, (await logs.ListAsync(Category.ToUpperInvariant(), DateTimeOffset.MinValue, Cancel).ToListAsync(Cancel)).Count);
    }

    [Fact]
    public async Task A_category_that_was_never_exported_has_no_files()
    {
        var logs = await LogsAsync();
        Assert.Empty(await logs.ListAsync(Category, Noon, Cancel).ToListAsync(Cancel));
    }

    [Fact]
    public async Task A_file_that_grows_is_read_on_from_where_one_stopped()
    {
        var logs = await LogsAsync();
        var name = await AppendAsync("vaults/one", Noon, "{\"a\":1}\n{\"b\":");
        Assert.Equal("{\"a\":1}\n{\"b\":", await ReadAsync(logs, name, 0));
        Assert.Equal("", await ReadAsync(logs, name, 13));
        Assert.Equal("", await ReadAsync(logs, name, 1_000));
        await AppendAsync("vaults/one", Noon, "2}\n");
        Assert.Equal("{\"b\":2}\n", await ReadAsync(logs, name, 8));
        Assert.Equal("\n", await ReadAsync(logs, name, 15));
    }

    [Fact]
    public async Task A_file_that_is_gone_is_an_outage_and_not_nothing_new()
    {
        var logs = await LogsAsync();
        var name = await AppendAsync("vaults/one", Noon, "{}\n");
        await Assert.ThrowsAsync<StoreUnavailableException>(() => logs.OpenAsync(name.Replace("h=12", "h=13", StringComparison.Ordinal), 0, Cancel));
    }

    [Fact]
    public async Task A_cancelled_call_says_so()
    {
        var logs = await LogsAsync();
        var name = await AppendAsync("vaults/one", Noon, "{}\n");
        var gone = new CancellationToken(canceled: true);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => logs.OpenAsync(name, 0, gone));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await logs.ListAsync(Category, Noon, gone).ToListAsync(Cancel));
    }

    private static async Task<string> ReadAsync(IResourceLogs logs, string name, long offset)
    {
        await using var stream = await logs.OpenAsync(name, offset, Cancel);
        using var buffer = new MemoryStream();
        await stream.CopyToAsync(buffer, Cancel);
        return Encoding.UTF8.GetString(buffer.ToArray());
    }
}

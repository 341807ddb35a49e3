using RecordsGuard.EndToEnd.Tests.Stack;

namespace RecordsGuard.EndToEnd.Tests.MainJob;

/// <summary>One record of five segments and a bit, read in parts.</summary>
public abstract class RangedRecord(StackFixture shared) : IAsyncLifetime
{
    internal byte[] Content { get; } = Files.Binary((5 * Files.MiB) + 12_345);

    internal Chart Chart { get; private set; } = null!;

    internal string Id { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        Chart = await Chart.NewAsync(shared.Stack);
        Id = (await Chart.UploadAsync(new(Content))).Is(201).Id;
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}

/// <summary>RFC 9110 §14, over segments of 1 MiB.</summary>
public abstract class RangeTests(RangedRecord record)
{
    private const int Length = (5 * Files.MiB) + 12_345;

    [Theory]
    [InlineData("bytes=0-0", 0, 1)]
    [InlineData("bytes=0-99", 0, 100)]
    [InlineData("bytes=1048570-1048585", 1_048_570, 16)]
    [InlineData("bytes=1048576-2097151", 1_048_576, 1_048_576)]
    [InlineData("bytes=1000000-3500000", 1_000_000, 2_500_001)]
    [InlineData("bytes=-500", Length - 500, 500)]
    [InlineData("bytes=-1", Length - 1, 1)]
    [InlineData("bytes=5255224-5255224", Length - 1, 1)]
    [InlineData("bytes=5000000-", 5_000_000, Length - 5_000_000)]
    [InlineData("bytes=5255000-9999999", 5_255_000, 225)]
    [InlineData("bytes=-9999999", 0, Length)]
    public async Task A_range_is_answered_with_exactly_its_bytes(string range, int from, int count)
    {
        var answer = (await record.Chart.ReadAsync(record.Id, "clinician-1", ("Range", range))).Is(206);

        Assert.Equal(count, answer.Content.ContentLength);
        Assert.Equal($"bytes {from}-{from + count - 1}/{Length}", answer.Content.ContentRange?.ToString());
        Assert.Equal(record.Content[from..(from + count)], answer.Body);
    }

    [Theory]
    [InlineData("bytes=5255225-")]
    [InlineData("bytes=9999999-99999999")]
    [InlineData("bytes=-0")]
    public async Task A_range_outside_the_record_is_416_and_says_how_long_it_is(string range)
    {
        var answer = (await record.Chart.ReadAsync(record.Id, "clinician-1", ("Range", range))).IsProblem(416, "range");

        Assert.Equal($"bytes */{Length}", answer.Content.ContentRange?.ToString());
    }

    [Fact]
    public async Task If_Range_gives_the_part_while_the_record_is_the_same_and_the_whole_otherwise()
    {
        var whole = (await record.Chart.ReadAsync(record.Id)).Is(200);
        var etag = whole.Headers.ETag!.ToString();

        var same = await record.Chart.ReadAsync(record.Id, "clinician-1", ("Range", "bytes=10-19"), ("If-Range", etag));
        var other = await record.Chart.ReadAsync(record.Id, "clinician-1", ("Range", "bytes=10-19"), ("If-Range", "\"r-0-1\""));

        Assert.Equal(record.Content, whole.Body);
        Assert.Equal(record.Content[10..20], same.Is(206).Body);
        Assert.Equal(record.Content, other.Is(200).Body);
    }

    [Theory]
    [InlineData("bytes=9-3")]
    [InlineData("bytes=0-9,20-29")]
    [InlineData("segments=1-2")]
    [InlineData("nonsense")]
    public async Task A_range_that_is_none_or_several_gives_the_whole(string range)
    {
        var answer = (await record.Chart.ReadAsync(record.Id, "clinician-1", ("Range", range))).Is(200);

        Assert.Equal(Length, answer.Body.Length);
    }
}

using RecordsGuard.Envelopes;
using RecordsGuard.Records;

namespace RecordsGuard.Tests.Envelopes;

public sealed class AssociatedDataTests
{
    internal static AssociatedData Example { get; } = new(
        PracticeId.Parse("oak"),
        ClientId.Parse("c-" + new string('1', 32)),
        RecordId.Parse("r-" + new string('2', 32)),
        1);

    [Fact]
    public void The_bytes_are_those_of_the_format_page()
    {
        var expected = "01"
            + "0014" + "7265636f7264736775617264" + "20" + "636f6e74656e74"
            + "0003" + "6f616b"
            + "0022" + "632d" + string.Concat(Enumerable.Repeat("31", 32))
            + "0022" + "722d" + string.Concat(Enumerable.Repeat("32", 32))
            + "0001" + "31";
        Assert.Equal(expected, Convert.ToHexStringLower(Example.ToBytes()));
    }

    [Fact]
    public void Each_part_and_each_purpose_changes_the_bytes()
    {
        AssociatedData[] others =
        [
            Example with { Practice = PracticeId.Parse("elm") },
            Example with { Client = ClientId.New() },
            Example with { Record = RecordId.New() },
            Example with { ContentVersion = 2 },
        ];
        List<byte[]> all = [Example.ToBytes(), Example.For("descriptor"), .. others.Select(o => o.ToBytes())];
        Assert.Equal(all.Count, all.Select(Convert.ToHexString).Distinct().Count());
    }

    [Fact]
    public void There_is_no_content_version_zero() =>
        Assert.Throws<InvalidOperationException>(() => (Example with { ContentVersion = 0 }).ToBytes());

    [Fact]
    public void Fields_do_not_run_into_each_other() =>
        Assert.NotEqual(CanonicalBytes.Of("ab", "c"), CanonicalBytes.Of("a", "bc"));
}

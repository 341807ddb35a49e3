using RecordsGuard.Audit;
using RecordsGuard.Cli;

namespace RecordsGuard.Tests.Cli;

/// <summary>What a person was shown, out of entries of the log.</summary>
public sealed class ExposureTests
{
    private const string Person = "feedfacefeedfacefeedfacefeedface";

    private static readonly DateTimeOffset Day = new(2026, 3, 2, 0, 0, 0, TimeSpan.Zero);

    [Fact]
    public void Every_content_shown_is_listed_once_with_its_ranges_and_nothing_of_others_or_before()
    {
        var items = Of(
            Entry(AuditKind.Read, "r-1", 1, new("purpose", "TREAT"), new("range", "0-"), new("uti", "t-1")),
            Entry(AuditKind.Read, "r-1", 2, new("purpose", "TREAT"), new("range", "5-9"), new("uti", "t-2")),
            Entry(AuditKind.Read, "r-2", 3, new("purpose", "HLEGAL"), new("range", "0-"), new("disclosure", "d-1")),
            Entry(AuditKind.Read, "r-3", -1),
            Entry(AuditKind.Read, "r-4", 4) is var other ? other with { Event = other.Event with { Person = "somebodyelse" } } : null!);
        Assert.Equal(["r-2", "r-1"], items.Select(i => i.Record));
        Assert.Equal((2, Day.AddHours(1), Day.AddHours(2)), (items[1].Times, items[1].First, items[1].Last));
        Assert.Equal(["0-", "5-9"], items[1].Ranges);
        Assert.Equal(["t-1", "t-2"], items[1].Tokens);
        Assert.Equal(["d-1"], items[0].Disclosures);
        Assert.All(items, i => Assert.Equal("content", i.Kind));
    }

    [Fact]
    public void Refusals_and_changes_showed_nothing_and_sealed_copies_and_lists_are_told_apart_from_content()
    {
        var items = Of(
            Entry(AuditKind.Refused, "r-1", 1), Entry(AuditKind.ChangeDone, "r-1", 1), Entry(AuditKind.HouseKeeping, "r-1", 1),
            Entry(AuditKind.Listed, "r-1", 2), Entry(AuditKind.Listed, "r-2", 3),
            Entry(AuditKind.Read, "r-3", 4, new KeyValuePair<string, string>("sealed", "content")), Entry(AuditKind.Read, "r-4", 1));
        Assert.Equal([("content", "r-4", 1L), ("sealed", "r-3", 1), ("listed", "", 2)], items.Select(i => (i.Kind, i.Record, i.Times)));
    }

    [Fact]
    public void What_did_not_open_is_counted_beside_what_was_asked_for()
    {
        var items = Of(Entry(AuditKind.IntegrityFailed, "r-0", 1), Entry(AuditKind.Read, "r-1", 1), Entry(AuditKind.IntegrityFailed, "r-1", 2));
        Assert.Equal(("r-1", 1L, 1L), (Assert.Single(items).Record, items[0].Times, items[0].Broken));
    }

    [Fact]
    public void However_often_a_recording_is_played_its_line_stays_short()
    {
        var items = Of([.. Enumerable.Range(0, 1000).Select(i => Entry(AuditKind.Read, "r-1", 1, new KeyValuePair<string, string>("range", $"{i}-{i}")))]);
        var item = Assert.Single(items);
        Assert.Equal((1000, 50, 50), (item.Times, item.Ranges.Count, item.Entries.Count));
    }

    private static IReadOnlyList<ExposedItem> Of(params AuditEntry[] entries)
    {
        var exposure = new Exposure(Person, Day);
        foreach (var entry in entries)
        {
            exposure.Add(entry);
        }

        return exposure.Items();
    }

    private static AuditEntry Entry(AuditKind kind, string record, int hour, params KeyValuePair<string, string>[] details) => new(
        AuditEntryId.New(), Day.AddHours(hour), Guid.Empty, 0, new byte[32],
        new(kind, kind == AuditKind.Listed ? "list-records" : "read-content", "demo", Person, "c0ffee", record, details));
}

using RecordsGuard.Audit;
using RecordsGuard.Envelopes;
using RecordsGuard.Records;
using RecordsGuard.Tests.Audit;

namespace RecordsGuard.Tests.Retention;

/// <summary>The three promises, asked of what is stored.</summary>
internal static class Promises
{
    public static void AssertKept(PracticeUnderTest practice)
    {
        AuditLogTests.AssertChains(practice.Appended);
        var entries = practice.Entries().ToDictionary(e => e.Id.ToString());
        AssertNothingUnlogged(practice, entries);
        AssertRowsAreInTheLog(practice, entries);
        AssertTombstonesAreFinal(practice, entries);
    }

    /// <summary>Every unwrap and every opened blob names an entry that says so, and content only a read entry.</summary>
    private static void AssertNothingUnlogged(PracticeUnderTest practice, Dictionary<string, AuditEntry> entries)
    {
        Assert.All(practice.Unwraps, u =>
        {
            Assert.True(entries.ContainsKey(u.Cause), $"{u.Key} was unwrapped without an entry.");
            Assert.True(
                u.Key != PublicKeys.ContentKekOf(practice.Id) || entries[u.Cause].Event is { Kind: AuditKind.Read } or { Operation: "rotate-keys" });
        });
        Assert.All(practice.Blobs.Calls.Where(c => c.Call == "OpenAsync"), c =>
        {
            var entry = entries[c.Cause].Event;
            if (c.Container == Container.Inbox)
            {
                Assert.Equal((AuditKind.HouseKeeping, "take-from-inbox"), (entry.Kind, entry.Operation));
                return;
            }

            if (c.Container == Container.Slips)
            {
                Assert.Equal(AuditKind.HouseKeeping, entry.Kind);
                return;
            }

            Assert.Equal(AuditKind.Read, entry.Kind);
            Assert.EndsWith(entry.Record, c.Name, StringComparison.Ordinal);
        });
        Assert.Equal(
            practice.Unwraps.Count(u => u.Key == PublicKeys.ContentKekOf(practice.Id)),
            practice.Unwraps.Where(u => u.Key == PublicKeys.ContentKekOf(practice.Id)).Select(u => u.Cause).Distinct().Count());
    }

    /// <summary>Replays the log against the tables: what stands there was announced with this very hash.</summary>
    private static void AssertRowsAreInTheLog(PracticeUnderTest practice, Dictionary<string, AuditEntry> entries)
    {
        var announced = entries.Values.Where(e => e.Event.Kind == AuditKind.ChangeIntended)
            .SelectMany(e => e.Event.Details).Where(d => d.Key == "rowHash").Select(d => d.Value).ToHashSet(StringComparer.Ordinal);
        Assert.All(
            practice.Rows.All(Table.Clients).Concat(practice.Rows.All(Table.Directory)).Concat(practice.Rows.All(Table.Access))
                .Concat(practice.Rows.All(Table.Quarantine)),
            row => Assert.True(announced.Contains(Convert.ToHexStringLower(row.Hash())), $"{row.Key} v{row.Version} is in no intent."));
    }

    private static void AssertTombstonesAreFinal(PracticeUnderTest practice, Dictionary<string, AuditEntry> entries)
    {
        foreach (var row in practice.Rows.All(Table.Clients).Where(r => r.Kind == RowKinds.Tombstone))
        {
            Assert.DoesNotContain("slip1.", row.Body, StringComparison.Ordinal);
            var tombstone = row.As<TombstoneFacts>();
            Assert.Equal(AuditKind.ChangeIntended, entries[tombstone.Intent].Event.Kind);
            Assert.Equal("purge", entries[tombstone.Intent].Event.Operation);
        }
    }

    /// <summary>When everything was redelivered: destroyed means certified, deleted and told.</summary>
    public static void AssertFinished(PracticeUnderTest practice)
    {
        foreach (var row in practice.Rows.All(Table.Clients).Where(r => r.Kind == RowKinds.Tombstone))
        {
            var tombstone = row.As<TombstoneFacts>();
            Assert.NotNull(tombstone.Certificate);
            Assert.Null(practice.Blobs.Content(Container.Records, $"{row.Partition.Replace('|', '/')}/{row.Key[Keys.Records.Length..]}"));
            Assert.Contains(practice.Entries(), e => e.Event is { Operation: "purge", Kind: AuditKind.ChangeDone }
                && e.Event.Details.Contains(new("intent", tombstone.Intent)));
        }
    }
}

using System.Text;
using RecordsGuard.Access;
using RecordsGuard.Audit;
using RecordsGuard.Audit.Verifying;
using RecordsGuard.Fakes;
using RecordsGuard.Records;
using RecordsGuard.Retention;
using RecordsGuard.Tests.Retention;

namespace RecordsGuard.Tests.Audit.Verifying;

/// <summary>Whatever is done to the tables without the app shows against the log, and the finding names the row.</summary>
public sealed class RowReplayTests
{
    private static readonly CancellationToken None = CancellationToken.None;

    /// <summary>Clients, uploads, holds, corrections, a purge: after all of it the rows follow from the log.</summary>
    [Fact]
    public async Task Rows_that_the_app_made_follow_from_the_log()
    {
        var practice = await BusyAsync();
        Assert.Empty(await FindAsync(practice));
        Assert.Contains(practice.Rows.All(Table.Clients), r => r.Kind == RowKinds.Tombstone);
    }

    [Fact]
    public async Task A_hold_removed_by_hand_is_named() => await NamedAsync(
        VerifyFault.RowMissing, RowKinds.Hold, row => new RowChange.Remove(row));

    [Fact]
    public async Task A_date_moved_by_hand_is_named() => await NamedAsync(
        VerifyFault.RowChanged, RowKinds.Client,
        row => new RowChange.Replace(row with { Body = row.Body.Replace("2011", "1999", StringComparison.Ordinal) }));

    [Fact]
    public async Task A_date_moved_with_a_version_of_its_own_is_named() => await NamedAsync(
        VerifyFault.RowChanged, RowKinds.Client, row => new RowChange.Replace(row.Next(row.Body.Replace("2011", "1999", StringComparison.Ordinal))));

    [Fact]
    public async Task A_slip_changed_by_hand_is_named() => await NamedAsync(
        VerifyFault.RowChanged, RowKinds.Record,
        row => new RowChange.Replace(row with { Body = RowBody.Write(row.As<RecordFacts>() with { Slip = "another" }) }));

    [Fact]
    public async Task A_slip_put_back_after_its_purge_is_named()
    {
        var practice = await OpenAsync();
        var client = await practice.RegisterAsync();
        var record = await practice.UploadAsync(client);
        var before = practice.Rows.All(Table.Clients).Single(r => r.Kind == RowKinds.Record);
        await PurgeAsync(practice, client, record);
        var tombstone = practice.Rows.All(Table.Clients).Single(r => r.Kind == RowKinds.Tombstone);
        await ForgeAsync(practice, new RowChange.Replace(before with { ETag = tombstone.ETag }));
        await IsNamedAsync(practice, VerifyFault.RowPutBack, before);
    }

    [Fact]
    public async Task A_tombstone_removed_by_hand_and_a_record_without_its_client_are_named()
    {
        await NamedAsync(VerifyFault.RowMissing, RowKinds.Tombstone, row => new RowChange.Remove(row));
        await NamedAsync(VerifyFault.RowMissing, RowKinds.Client, row => new RowChange.Remove(row));
    }

    [Fact]
    public async Task A_record_forged_whole_is_named() => await NamedAsync(
        VerifyFault.RowUnlogged, RowKinds.Record, row => new RowChange.Insert(row with { Key = Keys.Record(RecordId.New()), ETag = "" }),
        made => made.Row);

    [Fact]
    public async Task A_relationship_forged_whole_is_named()
    {
        var practice = await BusyAsync();
        var client = ClientId.Parse(practice.Rows.All(Table.Directory)[0].Key);
        var forged = Row.New(
            Keys.People(practice.Id, PracticeUnderTest.Person(66)), client.ToString(), RowKinds.Relationship,
            RowBody.Write(new RelationshipFacts("assigned", PracticeUnderTest.Start, null)));
        await practice.Rows.CommitAsync(Table.Access, forged.Partition, [new RowChange.Insert(forged)], None);
        var finding = Assert.Single(await FindAsync(practice));
        Assert.Equal((VerifyFault.RowUnlogged, $"Access/{forged.Partition}/{forged.Key}"), (finding.Fault, finding.Where));
    }

    /// <summary>Somebody puts an earlier state back and the app goes on from there: the same version is made twice.</summary>
    [Fact]
    public async Task A_row_put_back_and_changed_again_since_is_named()
    {
        var practice = await OpenAsync();
        var client = await practice.RegisterAsync();
        var before = practice.Rows.All(Table.Clients).Single();
        await CorrectAsync(practice, client, new(2011, 5, 1));
        var after = practice.Rows.All(Table.Clients).Single();
        await ForgeAsync(practice, new RowChange.Replace(before with { ETag = after.ETag }));
        await CorrectAsync(practice, client, new(2012, 5, 1));
        await IsNamedAsync(practice, VerifyFault.RowForked, before);
    }

    [Fact]
    public async Task A_change_by_hand_that_the_app_built_upon_is_named()
    {
        var practice = await OpenAsync();
        var client = await practice.RegisterAsync();
        var row = practice.Rows.All(Table.Clients).Single();
        await ForgeAsync(practice, new RowChange.Replace(row.Next(row.Body.Replace("2010", "1999", StringComparison.Ordinal))));
        await CorrectAsync(practice, client, new(2012, 5, 1));
        await IsNamedAsync(practice, VerifyFault.RowChanged, row);
    }

    [Fact]
    public async Task A_client_unlinked_by_the_app_follows_from_the_log_and_names_put_back_are_named()
    {
        var practice = await OpenAsync();
        var client = await practice.RegisterAsync();
        await PurgeAsync(practice, client, await practice.UploadAsync(client));
        var before = practice.Rows.All(Table.Directory).Single();
        practice.Advance(6 * 366);
        await practice.App.Unlinking.CloseAsync(practice.Custodian, practice.Id, client, None);
        practice.Advance(1);
        await practice.App.Unlinking.FinishAsync(practice.Custodian, practice.Id, client, None);
        Assert.Empty(await FindAsync(practice));

        var after = practice.Rows.All(Table.Directory).Single();
        await practice.Rows.CommitAsync(Table.Directory, before.Partition, [new RowChange.Replace(before with { ETag = after.ETag })], None);
        var finding = Assert.Single(await FindAsync(practice));
        Assert.Equal((VerifyFault.RowPutBack, $"Directory/demo/{client}"), (finding.Fault, finding.Where));
    }

    [Fact]
    public async Task A_client_unlinked_by_hand_is_named_with_both_its_rows()
    {
        var practice = await OpenAsync();
        var client = await practice.RegisterAsync();
        var directory = practice.Rows.All(Table.Directory).Single();
        var row = practice.Rows.All(Table.Clients).Single();
        await ForgeAsync(practice, new RowChange.Replace(row.Next(RowBody.Write(row.As<ClientFacts>() with { Pseudonym = "", UnlinkedAt = PracticeUnderTest.Start }))));
        await practice.Rows.CommitAsync(Table.Directory, directory.Partition, [new RowChange.Replace(directory.Next("{}", RowKinds.Unlinked))], None);
        Assert.Equal(
            [(VerifyFault.RowChanged, $"Clients/demo|{client}/client"), (VerifyFault.RowChanged, $"Directory/demo/{client}")],
            (await FindAsync(practice)).Select(f => (f.Fault, f.Where)).OrderBy(f => f.Where, StringComparer.Ordinal));
    }

    /// <summary>A crash between commit and outcome, and one before the commit: nobody forged anything.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task An_intent_without_its_outcome_is_no_finding_whether_or_not_its_commit_came(bool committed)
    {
        var practice = await OpenAsync();
        await practice.RegisterAsync();
        var row = practice.Rows.All(Table.Clients).Single();
        var audit = new AuditLog(practice.Log, practice.Time);
        RowChange[] changes = [new RowChange.Replace(row.Next(row.Body.Replace("2010", "2011", StringComparison.Ordinal)))];
        await audit.AppendAsync(practice.Custodian.Event(AuditKind.ChangeIntended, changes.Describe(Table.Clients)));
        if (committed)
        {
            await practice.Rows.CommitAsync(Table.Clients, row.Partition, changes, None);
        }

        Assert.Empty(await FindAsync(practice));
    }

    [Fact]
    public async Task A_row_that_the_log_calls_undone_is_named()
    {
        var practice = await OpenAsync();
        await practice.RegisterAsync();
        var row = practice.Rows.All(Table.Clients).Single();
        using var audit = new AuditLog(practice.Log, practice.Time);
        RowChange[] changes = [new RowChange.Replace(row.Next(row.Body.Replace("2010", "2011", StringComparison.Ordinal)))];
        await audit.ChangeAsync(practice.Custodian, changes.Describe(Table.Clients), _ => Task.FromResult(false));
        await practice.Rows.CommitAsync(Table.Clients, row.Partition, changes, None);
        await IsNamedAsync(practice, VerifyFault.RowUndone, row);
    }

    /// <summary>The log is longer than the listing is new: what was changed since is no finding.</summary>
    [Fact]
    public async Task What_changed_after_the_rows_were_listed_is_no_finding()
    {
        var practice = await BusyAsync();
        var rows = await ListAsync(practice);
        var client = await practice.RegisterAsync();
        await practice.UploadAsync(client);
        await CorrectAsync(practice, ClientId.Parse(practice.Rows.All(Table.Directory)[0].Key), new(2013, 1, 1));
        Assert.Empty(await ReplayAsync(practice, rows));
    }

    [Fact]
    public async Task A_log_that_was_rolled_back_shows_against_newer_rows()
    {
        var practice = await BusyAsync();
        var earlier = practice.Log.All.ToList();
        var client = await practice.RegisterAsync();
        await practice.UploadAsync(client);
        var rows = await ListAsync(practice);
        var replay = new RowReplay(rows);
        foreach (var entry in earlier)
        {
            replay.Add(AuditEntry.Parse(entry.Bytes));
        }

        Assert.False(replay.HasReachedRows);
        Assert.Contains(replay.Compare(), f => f.Fault == VerifyFault.RowUnlogged);
    }

    [Fact]
    public async Task A_list_of_rows_that_was_cut_off_is_no_list()
    {
        var practice = await BusyAsync();
        var text = await TextAsync(practice);
        foreach (var length in new[] { 0, 10, text.Length / 2, text.Length - 20, text.Length - 60 })
        {
            await Assert.ThrowsAsync<FormatException>(() => RowList.ReadAsync(new StringReader(text[..length]), None));
        }
    }

    [Fact]
    public async Task A_listing_says_names_versions_and_hashes_and_is_itself_in_the_log()
    {
        var practice = await BusyAsync();
        var before = practice.Log.All.Count;
        var text = await TextAsync(practice);
        Assert.Equal(2, practice.Log.All.Count - before);
        Assert.DoesNotContain(practice.Rows.All(Table.Clients), r => text.Contains(r.Body, StringComparison.Ordinal));
        Assert.Matches("^recordsguard-rows/1\t", text);
    }

    /// <summary>A busy practice, one row of a kind changed by whoever may write tables: exactly that row is named.</summary>
    private static async Task NamedAsync(
        VerifyFault fault, string kind, Func<Row, RowChange> forge, Func<RowChange, Row>? named = null)
    {
        var practice = await BusyAsync();
        var row = practice.Rows.All(Table.Clients).First(r => r.Kind == kind);
        var change = forge(row);
        await ForgeAsync(practice, change);
        await IsNamedAsync(practice, fault, named?.Invoke(change) ?? row);
    }

    private static async Task IsNamedAsync(PracticeUnderTest practice, VerifyFault fault, Row row)
    {
        var finding = Assert.Single(await FindAsync(practice));
        Assert.Equal((fault, $"Clients/{row.Partition}/{row.Key}"), (finding.Fault, finding.Where));
    }

    private static async Task ForgeAsync(PracticeUnderTest practice, RowChange change) =>
        Assert.Equal(Commit.Done, await practice.Rows.CommitAsync(Table.Clients, change.Row.Partition, [change], None));

    private static async Task<IReadOnlyList<VerifyFinding>> FindAsync(PracticeUnderTest practice)
    {
        practice.Time.Advance(TimeSpan.FromMinutes(5));
        return await ReplayAsync(practice, await ListAsync(practice));
    }

    private static async Task<IReadOnlyList<VerifyFinding>> ReplayAsync(PracticeUnderTest practice, RowList rows)
    {
        var replay = new RowReplay(rows);
        var log = await BuiltLog.OfAsync([.. practice.Log.All.Select(e => AuditEntry.Parse(e.Bytes)).OrderBy(e => e.Time).Select(e => e.ToBytes())]);
        var result = await new LogVerifier(log.Log, new() { Key = BuiltLog.Verifier }, new PretendEd25519(), replay).RunAsync(None);
        Assert.Empty(result.Findings);
        Assert.True(replay.HasReachedRows);
        return [.. replay.Compare()];
    }

    private static async Task<RowList> ListAsync(PracticeUnderTest practice) =>
        await RowList.ReadAsync(new StringReader(await TextAsync(practice)), None);

    private static async Task<string> TextAsync(PracticeUnderTest practice)
    {
        var text = new StringBuilder();
        await new RowListing(practice.Rows, new AuditLog(practice.Log, practice.Time), practice.Time).WriteAsync(
            [practice.Custodian],
            (line, _) =>
            {
                text.Append(line);
                return Task.CompletedTask;
            },
            None);
        return text.ToString();
    }

    private static Task<PracticeUnderTest> OpenAsync() => PracticeUnderTest.OpenAsync(waitingDays: 0);

    /// <summary>A little of everything: names, clinicians, uploads, a repeated one, corrections, holds, a purge.</summary>
    private static async Task<PracticeUnderTest> BusyAsync()
    {
        var practice = await OpenAsync();
        var first = await practice.RegisterAsync(clinicians: PracticeUnderTest.Person(1));
        var second = await practice.RegisterAsync();
        var purged = await practice.UploadAsync(first);
        await PurgeAsync(practice, first, purged);
        await practice.UploadAsync(second);
        await practice.ReceiveAsync(second, key: "k-1");
        await practice.ReceiveAsync(second, key: "k-1");
        await CorrectAsync(practice, first, new(2011, 5, 1));
        await CorrectAsync(practice, second, new(2011, 5, 1));
        var hold = await practice.App.Holds.PlaceAsync(practice.Custodian, practice.Id, second, new("matter", "reason", null), None);
        await practice.App.Holds.ReleaseAsync(practice.Custodian, practice.Id, second, hold!.Value, None);
        await practice.App.Holds.PlaceAsync(practice.Custodian, practice.Id, second, new("matter", "reason", null), None);
        return practice;
    }

    private static async Task PurgeAsync(PracticeUnderTest practice, ClientId client, RecordId record)
    {
        await practice.ApproveAsync(client);
        Assert.IsType<Disposition.Purged>(await practice.PurgeAsync(client, record));
    }

    private static Task CorrectAsync(PracticeUnderTest practice, ClientId client, DateOnly lastService) =>
        practice.App.Correction.CorrectAsync(
            practice.Custodian, practice.Id, client, new("Another Name", null, null, null, null, lastService), None);
}

using RecordsGuard.Audit;
using RecordsGuard.Audit.Sequencing;
using RecordsGuard.Audit.Tree;
using RecordsGuard.Fakes;

namespace RecordsGuard.Tests.Audit.Sequencing;

/// <summary>What the sequencer does with what is pending, and with what should not be.</summary>
public sealed class SequencerTests
{
    private readonly LogUnderTest log = new();

    [Fact]
    public async Task What_was_appended_is_published_once_and_nothing_is_left_behind()
    {
        var sequencer = log.NewSequencer();
        foreach (var count in new[] { 0, 1, 2, 253, 1, 600 })
        {
            await log.AppendAsync(count);
            Assert.Equal(new SequencerReport(count, Again: false), await log.RunAsync(sequencer));
            await log.VerifyDoneAsync();
        }

        await log.VerifyDoneAsync(receipts: true);
    }

    [Fact]
    public async Task More_than_a_batch_takes_is_integrated_in_one_run()
    {
        await Task.WhenAll(Enumerable.Range(0, 40).Select(_ => log.AppendAsync(300)));
        Assert.Equal(12_000, (await log.RunAsync(log.NewSequencer())).Integrated);
        await log.VerifyDoneAsync();
    }

    [Fact]
    public async Task Every_published_size_keeps_its_tiles_and_grew_from_the_one_before()
    {
        var sequencer = log.NewSequencer();
        var published = new List<Checkpoint>();
        for (var i = 0; i < 12; i++)
        {
            await log.AppendAsync(1 + (i * 13));
            await log.RunAsync(sequencer);
            published.Add(Checkpoint.Of(SignedNote.Parse((await log.Reader.CheckpointAsync(default))!.Value.Span)));
        }

        var last = published[^1];
        foreach (var checkpoint in published)
        {
            Assert.Equal(checkpoint.Root, await new TileTree(checkpoint.Size, log.Reader.TileAsync).RootAsync(default));
            var proof = await new TileTree(last.Size, log.Reader.TileAsync).ConsistencyAsync(checkpoint.Size, default);
            Assert.True(proof.Verify(checkpoint.Root, last.Root));
        }
    }

    [Fact]
    public async Task An_entry_that_comes_again_after_it_was_integrated_is_taken_away_without_a_word()
    {
        var sequencer = log.NewSequencer();
        var writer = log.NewWriter();
        PendingEntry[] first = [await writer.AppendAsync(), await writer.AppendAsync()];
        await log.RunAsync(sequencer);
        foreach (var fresh in new[] { sequencer, log.NewSequencer() })
        {
            await log.InsertAsync(first[1]);
            await log.InsertAsync(first[0]);
            await log.InsertAsync(writer.Make());
            Assert.Equal(1, (await log.RunAsync(fresh)).Integrated);
            await log.VerifyDoneAsync();
        }
    }

    [Fact]
    public async Task An_entry_waits_for_the_one_before_it_and_they_are_integrated_in_order()
    {
        var sequencer = log.NewSequencer();
        var writer = log.NewWriter();
        var (first, second, third) = (writer.Make(), writer.Make(), writer.Make());
        await log.InsertAsync(third);
        await log.InsertAsync(first);
        Assert.Equal(new SequencerReport(1, Again: true), await log.RunAsync(sequencer));
        await log.InsertAsync(second);
        Assert.Equal(new SequencerReport(2, Again: false), await log.RunAsync(sequencer));
        await log.VerifyDoneAsync();
    }

    [Fact]
    public async Task A_gap_is_told_when_the_missing_entry_does_not_come_and_what_follows_is_in_the_log()
    {
        var writer = log.NewWriter();
        await writer.AppendAsync();
        writer.Make();
        writer.Make();
        var after = await writer.AppendAsync();
        var sequencer = log.NewSequencer();
        Assert.Equal(1, (await log.RunAsync(sequencer)).Integrated);
        Assert.Empty(log.Findings);
        log.WaitLong();
        Assert.Equal(1, (await log.RunAsync(sequencer)).Integrated);
        Assert.Equal([new(ChainFault.Gap, after.Key[..32], 1, AuditEntry.Parse(after.Bytes).Id.ToString())], log.Findings);
        await log.VerifyAsync(receipts: true);

        // The chain goes on from there.
        await writer.AppendAsync();
        await log.RunAsync(log.NewSequencer());
        Assert.Single(log.Findings);
        await log.VerifyAsync();
    }

    [Fact]
    public async Task A_gap_at_a_writers_beginning_and_one_from_the_future_are_told_too()
    {
        var writer = log.NewWriter();
        writer.Make();
        var now = log.Time.GetUtcNow();
        log.Time.SetUtcNow(now.AddYears(50));
        await writer.AppendAsync();
        log.Time.AdjustTime(now);
        Assert.Equal(1, (await log.RunAsync(log.NewSequencer())).Integrated);
        Assert.Equal(ChainFault.Gap, Assert.Single(log.Findings).Fault);
    }

    [Fact]
    public async Task Another_entry_under_a_number_that_has_passed_is_told_and_in_the_log()
    {
        var sequencer = log.NewSequencer();
        var writer = log.NewWriter();
        await writer.AppendAsync();
        await writer.AppendAsync();
        await log.RunAsync(sequencer);
        writer.Next = 0;
        var forged = writer.Make(after: new byte[32]);
        await log.Pending.AppendAsync(forged, default);
        Assert.Equal(1, (await log.RunAsync(log.NewSequencer())).Integrated);
        Assert.Equal((ChainFault.Repeat, 0L), (log.Findings.Single().Fault, log.Findings.Single().Sequence));
        Assert.NotNull(await log.Reader.ReceiptAsync(AuditEntry.Parse(forged.Bytes).Id, default));

        // The writer goes on where it was.
        writer.Next = 2;
        Assert.Empty(log.Pending.All);
    }

    [Fact]
    public async Task An_entry_that_does_not_name_the_one_before_is_told()
    {
        var writer = log.NewWriter();
        await writer.AppendAsync();
        await log.RunAsync(log.NewSequencer());
        await log.InsertAsync(writer.Make(after: new byte[32]));
        await log.RunAsync(log.NewSequencer());
        Assert.Equal((ChainFault.BrokenChain, 1L), (log.Findings.Single().Fault, log.Findings.Single().Sequence));
        await log.VerifyAsync(receipts: true);
    }

    [Fact]
    public async Task What_is_no_entry_stays_where_it_is_and_is_told_once()
    {
        var writer = log.NewWriter();
        var good = writer.Make();
        var shard = good.Shard;
        var overflow = new AuditEntry(
            AuditEntryId.New(), log.Time.GetUtcNow(), Guid.NewGuid(), long.MaxValue, new byte[32], AuditEntry.Parse(good.Bytes).Event);
        PendingEntry[] bad =
        [
            good with { Key = good.Key[..48] + "1" },
            good with { Shard = (shard + 1) % 16 },
            new(0, "0" + new string('a', 31) + "-" + new string('0', 16), "Ada Lovelace"u8.ToArray()),
            PendingEntry.Of(overflow),
        ];
        foreach (var entry in bad)
        {
            await log.Pending.AppendAsync(entry, default);
        }

        await log.InsertAsync(good);
        var sequencer = log.NewSequencer();
        Assert.Equal(1, (await log.RunAsync(sequencer)).Integrated);
        Assert.All(log.Findings, f => Assert.Equal(ChainFault.Malformed, f.Fault));
        Assert.Equal(3, log.Findings.Count); // two of them name one writer
        await log.VerifyAsync();
        Assert.Equal(4, log.Pending.All.Count);
        log.Findings.Clear();
        await log.RunAsync(sequencer);
        Assert.Empty(log.Findings);
    }

    [Fact]
    public async Task Who_finds_the_lease_taken_comes_again_and_a_lease_left_behind_ends()
    {
        await log.AppendAsync(1);
        Assert.NotNull(await log.Tree.AcquireLeaseAsync(TimeSpan.FromSeconds(30), default));
        Assert.Equal(new SequencerReport(0, Again: true), await log.RunAsync(log.NewSequencer()));
        log.Time.Advance(TimeSpan.FromSeconds(31));
        Assert.Equal(new SequencerReport(1, Again: false), await log.RunAsync(log.NewSequencer()));
    }

    [Fact]
    public async Task Calls_made_while_one_runs_share_the_next_one_and_none_is_missed()
    {
        var gate = new TaskCompletionSource();
        var ports = new PausedPorts(log, 1, after: true, () => gate.Task);
        var sequencer = log.NewSequencer(ports);
        var first = log.RunAsync(sequencer);
        var others = Enumerable.Range(0, 20).Select(_ => log.RunAsync(sequencer)).ToList();
        await log.AppendAsync(3);
        gate.SetResult();
        await Task.WhenAll(others.Append(first));
        var calls = ports.Calls;
        await log.RunAsync(sequencer);
        Assert.True(calls < 4 * (ports.Calls - calls) + 40, "Twenty calls ran more than twice.");
        await log.VerifyDoneAsync();
    }

    [Fact]
    public async Task A_batch_that_is_gone_before_it_was_written_stops_the_log()
    {
        await DieAfterCommitAsync();
        log.Tree.Tamper(TreePart.Staging, Assert.Single(log.Tree.Names(TreePart.Staging)), null);
        await BrokenAsync(LogFault.BatchMissing);
    }

    [Fact]
    public async Task A_batch_that_was_altered_stops_the_log()
    {
        await DieAfterCommitAsync();
        var name = Assert.Single(log.Tree.Names(TreePart.Staging));
        var bytes = (await log.Tree.ReadAsync(TreePart.Staging, name, default))!.Bytes.ToArray();
        bytes[^3] ^= 1; // the last digit of its last entry's record
        log.Tree.Tamper(TreePart.Staging, name, bytes);
        await BrokenAsync(LogFault.RootDiffers);
    }

    [Fact]
    public async Task A_head_that_was_rolled_back_or_altered_stops_the_log()
    {
        var sequencer = log.NewSequencer();
        await log.AppendAsync(3);
        await log.RunAsync(sequencer);
        var early = (await log.Tree.ReadAsync(TreePart.Head, "head", default))!.Bytes.ToArray();
        await log.AppendAsync(3);
        await log.RunAsync(sequencer);
        log.Tree.Tamper(TreePart.Head, "head", early);
        await BrokenAsync(LogFault.RootDiffers);
        log.Tree.Tamper(TreePart.Head, "head", early.AsMemory(1));
        await BrokenAsync(LogFault.HeadMalformed);
        log.Tree.Tamper(TreePart.Head, "head", null);
        await BrokenAsync(LogFault.RootDiffers);
    }

    [Theory]
    [InlineData("tile/0/000.p/3")]
    [InlineData("tile/entries/000.p/3")]
    public async Task A_tile_that_is_gone_or_altered_stops_the_log(string path)
    {
        await log.AppendAsync(3);
        await log.RunAsync(log.NewSequencer());
        var bytes = (await log.Tree.ReadAsync(TreePart.Tiles, path, default))!.Bytes.ToArray();
        bytes[5] ^= 1;
        log.Tree.Tamper(TreePart.Tiles, path, bytes);
        await Assert.ThrowsAsync<LogBrokenException>(() => log.RunAsync(log.NewSequencer()));
        log.Tree.Tamper(TreePart.Tiles, path, null);
        await BrokenAsync(LogFault.TileMissing);
    }

    [Fact]
    public async Task A_tile_that_somebody_put_there_first_stops_the_log()
    {
        log.Tree.Tamper(TreePart.Tiles, "tile/0/000.p/3", new byte[96]);
        await log.AppendAsync(3);
        await BrokenAsync(LogFault.TileDiffers);
    }

    [Fact]
    public async Task One_clients_entries_are_one_range_of_the_index()
    {
        var writer = log.NewWriter();
        var start = log.Time.GetUtcNow();
        for (var i = 0; i < 600; i++)
        {
            await writer.AppendAsync(i % 50 == 0 ? "aaaa" : i % 2 == 0 ? "aaa" : "");
            log.Time.Advance(TimeSpan.FromMinutes(1));
        }

        await log.RunAsync(log.NewSequencer());
        var entries = await log.VerifyAsync();
        log.Rows.RowsRead = 0;
        var found = await log.Reader.OfClientAsync("aaaa", start.AddMinutes(50), start.AddMinutes(500), default).ToListAsync(TestContext.Current.CancellationToken);
        Assert.Equal(
            entries.Index().Where(e => e.Item.Event.Client == "aaaa").Skip(1).Take(9).Select(e => ((long)e.Index, e.Item.Id)),
            found.Select(e => (e.Key, e.Value.Id)));
        Assert.Equal(9, log.Rows.RowsRead);
    }

    [Fact]
    public async Task An_unknown_entry_and_an_empty_log_have_no_receipt()
    {
        Assert.Null(await log.Reader.ReceiptAsync(AuditEntryId.New(), default));
        Assert.Null(await log.Reader.CheckpointAsync(default));
        await log.RunAsync(log.NewSequencer());
        Assert.Null(await log.Reader.ReceiptAsync(AuditEntryId.New(), default));
        Assert.Equal(0, Checkpoint.Of(SignedNote.Parse((await log.Reader.CheckpointAsync(default))!.Value.Span)).Size);
    }

    /// <summary>A batch is committed and not one of its tiles is written.</summary>
    private async Task DieAfterCommitAsync()
    {
        await log.AppendAsync(3);
        await log.RunAsync(log.NewSequencer());
        await log.AppendAsync(3);
        var faults = new Faults();
        faults.Arm(null);
        var sequencer = log.NewSequencer(faults);
        await log.RunAsync(sequencer);
        var commit = faults.Calls.ToList().IndexOf("tree.Swap head") + 1;
        await log.AppendAsync(3);
        faults.Arm(new(commit, FaultKind.KillAfter));
        await Assert.ThrowsAsync<ProcessKilledException>(() => log.RunAsync(log.NewSequencer(faults)));
        Assert.Equal("tree.Swap head", faults.Calls[commit - 1]);
    }

    private async Task BrokenAsync(LogFault fault)
    {
        log.WaitLong();
        Assert.Equal(fault, (await Assert.ThrowsAsync<LogBrokenException>(() => log.RunAsync(log.NewSequencer()))).Fault);
    }
}

using System.Text;
using CsCheck;
using RecordsGuard.Audit.Tree;
using RecordsGuard.Audit.Verifying;

namespace RecordsGuard.Tests.Audit.Verifying;

/// <summary>Whatever is done to the stored log shows, and the finding names what was done and where.</summary>
public sealed class LogVerifierTests
{
    private const int Size = 700;

    [Theory]
    [InlineData(1)]
    [InlineData(255)]
    [InlineData(256)]
    [InlineData(257)]
    [InlineData(512)]
    [InlineData(Size)]
    [InlineData(66_000)]
    public async Task A_whole_log_has_no_finding(int size)
    {
        var log = await BuiltLog.OfAsync(BuiltLog.Chained(size), 1, size / 3, size / 2);
        var result = await log.VerifyAsync();
        Assert.Empty(result.Findings);
        Assert.Equal((size, 0, size), (result.Checkpoint!.Size, result.From, result.Entries));
        Assert.Equal((BuiltLog.Start, BuiltLog.Start.AddSeconds(size - 1)), (result.First, result.Last));
    }

    [Fact]
    public async Task An_empty_log_is_whole_and_no_log_is_not()
    {
        var log = await BuiltLog.OfAsync([]);
        Assert.Empty((await log.VerifyAsync()).Findings);
        log.Files.Clear();
        Assert.Equal(VerifyFault.CheckpointMissing, Assert.Single((await log.VerifyAsync()).Findings).Fault);
        log.Files["checkpoint"] = "practice.example/log\n"u8.ToArray();
        Assert.Equal(VerifyFault.CheckpointMalformed, Assert.Single((await log.VerifyAsync()).Findings).Fault);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(300)]
    [InlineData(Size - 1)]
    public async Task A_changed_entry_is_named_by_its_number(int index)
    {
        var log = (await OfSizeAsync()).Edit(index / 256, e => e[index % 256] = Flip(e[index % 256]));
        var findings = (await log.VerifyAsync()).Findings;
        Assert.Equal(($"entry {index}", VerifyFault.EntryChanged), (findings[0].Where, findings[0].Fault));
        Assert.DoesNotContain(findings, f => f.Fault is VerifyFault.TileDiffers or VerifyFault.RootDiffers);
    }

    [Fact]
    public async Task Entries_taken_out_put_in_or_exchanged_are_named()
    {
        await Named("they differ from entry 310 on", e => e.RemoveAt(54));
        await Named("they differ from entry 310 on", e => e.Insert(54, e[3]));
        var swapped = (await OfSizeAsync()).Edit(1, e => (e[10], e[20]) = (e[20], e[10]));
        Assert.Equal(
            ["entry 266", "entry 276"],
            (await swapped.VerifyAsync()).Findings.Where(f => f.Fault == VerifyFault.EntryChanged).Select(f => f.Where));

        static async Task Named(string words, Action<List<ReadOnlyMemory<byte>>> edit)
        {
            var findings = (await (await OfSizeAsync()).Edit(1, edit).VerifyAsync()).Findings;
            Assert.Contains(findings, f => f.Fault == VerifyFault.TileMalformed && f.Where == "tile/entries/001" && f.Sentence.Contains(words, StringComparison.Ordinal));
        }
    }

    /// <summary>Every file there is, each removed, cut and flipped: the finding names that file, or an entry that it holds.</summary>
    [Fact]
    public async Task Whatever_happens_to_a_file_is_named_with_the_file()
    {
        var log = await OfSizeAsync();
        foreach (var name in log.Files.Keys.Where(n => n != "checkpoint").ToList())
        {
            var bytes = log.Files[name];
            foreach (var damaged in new[] { null, bytes[..^1], [.. bytes, 0], Flip(bytes).ToArray() })
            {
                if (damaged is null)
                {
                    log.Files.Remove(name);
                }
                else
                {
                    log.Files[name] = damaged;
                }

                var findings = (await log.VerifyAsync()).Findings;
                var earlier = TileId.TryParse(name, out var tile) && !tile.IsFull && tile.Width != Size % 256;
                Assert.True(
                    (damaged is null && earlier)
                    || findings.Any(f => f.Where == name || (f.Fault == VerifyFault.EntryChanged && name.Contains("entries", StringComparison.Ordinal))), name);
                Assert.DoesNotContain(findings, f => f.Fault == VerifyFault.RootDiffers);
                log.Files[name] = bytes;
            }
        }

        Assert.Empty((await log.VerifyAsync()).Findings);
    }

    [Fact]
    public async Task A_checkpoint_that_another_key_signed_is_named()
    {
        var log = await OfSizeAsync();
        var key = VerifierKey.Ecdsa(BuiltLog.Origin, System.Security.Cryptography.ECDsa.Create(System.Security.Cryptography.ECCurve.NamedCurves.nistP256).ExportSubjectPublicKeyInfo());
        Assert.Equal(VerifyFault.SignatureFalse, Assert.Single((await log.VerifyAsync(new Expectation { Key = key })).Findings).Fault);
        log.Files["checkpoint"] = Encoding.UTF8.GetBytes(Encoding.UTF8.GetString(log.Files["checkpoint"]).Replace($"\n{Size}\n", $"\n{Size - 1}\n", StringComparison.Ordinal));
        Assert.Contains((await log.VerifyAsync()).Findings, f => f.Fault == VerifyFault.SignatureFalse);
    }

    /// <summary>Entries and tiles rebuilt without the key: they agree with each other and not with the checkpoint.</summary>
    [Fact]
    public async Task A_log_rebuilt_without_the_key_does_not_lead_to_its_checkpoint()
    {
        var log = await OfSizeAsync();
        var entries = BuiltLog.Chained(Size, "place-hold");
        var other = await BuiltLog.OfAsync(entries);
        other.Files["checkpoint"] = log.Files["checkpoint"];
        Assert.Equal([VerifyFault.RootDiffers], (await other.VerifyAsync()).Findings.Select(f => f.Fault));
    }

    [Fact]
    public async Task A_log_truncated_without_the_key_misses_its_files()
    {
        var log = await OfSizeAsync();
        var shorter = await BuiltLog.OfAsync(log.Entries[..600]);
        shorter.Files["checkpoint"] = log.Files["checkpoint"];
        Assert.Contains((await shorter.VerifyAsync()).Findings, f => f.Fault == VerifyFault.TileMissing && f.Where == "tile/entries/002.p/188");
    }

    [Fact]
    public async Task With_the_stolen_key_a_rollback_and_a_rewrite_show_against_a_checkpoint_seen_before()
    {
        var log = await OfSizeAsync();
        var seen = log.Checkpoint;
        var longer = await BuiltLog.OfAsync([.. log.Entries, .. BuiltLog.Chained(50)[..0]]);
        Assert.Empty((await longer.VerifyAsync(seen)).Findings);

        var rolledBack = await BuiltLog.OfAsync(log.Entries[..600]);
        Assert.Equal([VerifyFault.RolledBack], (await rolledBack.VerifyAsync(seen)).Findings.Select(f => f.Fault));

        var forked = await BuiltLog.OfAsync(BuiltLog.Chained(Size + 20));
        Assert.Equal([VerifyFault.Rewritten], (await forked.VerifyAsync(seen)).Findings.Select(f => f.Fault));
    }

    [Fact]
    public async Task With_the_stolen_key_entries_left_out_changed_or_put_in_break_their_writers_chain()
    {
        var entries = BuiltLog.Chained(Size);
        var dropped = await BuiltLog.OfAsync([.. entries[..100], .. entries[101..]]);
        var gap = Assert.Single((await dropped.VerifyAsync()).Findings);
        Assert.Equal(VerifyFault.Gap, gap.Fault);
        Assert.Contains("before entry 102", gap.Sentence, StringComparison.Ordinal);

        var changed = await BuiltLog.OfAsync([.. entries[..100], Flip(entries[100]).ToArray(), .. entries[101..]]);
        Assert.Equal([VerifyFault.BrokenChain], (await changed.VerifyAsync()).Findings.Select(f => f.Fault));

        var repeated = await BuiltLog.OfAsync([.. entries[..100], entries[70], .. entries[100..]]);
        Assert.Equal([VerifyFault.Repeat], (await repeated.VerifyAsync()).Findings.Select(f => f.Fault));

        var forged = await BuiltLog.OfAsync([.. entries[..100], .. "forged"u8.ToArray() is var f ? new[] { f } : [], .. entries[100..]]);
        Assert.Equal([("entry 100", VerifyFault.EntryMalformed)], (await forged.VerifyAsync()).Findings.Select(f => (f.Where, f.Fault)));
    }

    /// <summary>Anything at all done to any stored byte of a small log leaves a finding.</summary>
    [Fact]
    public async Task No_flipped_byte_goes_unnoticed()
    {
        var log = await BuiltLog.OfAsync(BuiltLog.Chained(300), 100);
        var names = log.Files.Keys.Order(StringComparer.Ordinal).ToList();
        Gen.Select(Gen.Int[0, names.Count - 1], Gen.Int[0, 1_000_000], Gen.Int[0, 7]).Sample(
            (file, at, bit) =>
            {
                var bytes = log.Files[names[file]];
                var flipped = bytes.ToArray();
                flipped[at % bytes.Length] ^= (byte)(1 << bit);
                log.Files[names[file]] = flipped;
                try
                {
                    Assert.NotEmpty(log.VerifyAsync().GetAwaiter().GetResult().Findings);
                }
                finally
                {
                    log.Files[names[file]] = bytes;
                }
            },
            iter: 300,
            threads: 1);
    }

    [Theory]
    [InlineData(256)]
    [InlineData(600)]
    [InlineData(66_000)]
    public async Task A_pruned_log_is_whole_if_the_kept_hashes_cover_what_is_gone(int minimum)
    {
        var log = await BuiltLog.OfAsync(BuiltLog.Chained(66_600));
        var gone = LogPruning.Below(minimum, log.Entries.Count).ToList();
        Assert.NotEmpty(gone);
        Assert.All(gone, t => Assert.True(log.Files.Remove(t.Path)));
        var result = await log.VerifyAsync(new Expectation { Key = BuiltLog.Verifier, MinimumIndex = minimum });
        Assert.Empty(result.Findings);
        Assert.Equal(minimum / 256 * 256, result.From);

        Assert.Contains((await log.VerifyAsync()).Findings, f => f.Fault == VerifyFault.TileMissing);
        log.Files["tile/1/000"] = Flip(log.Files.GetValueOrDefault("tile/1/000") ?? new byte[32 * 256]).ToArray();
        Assert.NotEmpty((await log.VerifyAsync(new Expectation { Key = BuiltLog.Verifier, MinimumIndex = 256 })).Findings);
    }

    private static Task<BuiltLog> OfSizeAsync() => BuiltLog.OfAsync(BuiltLog.Chained(Size), 5, 300, 650);

    /// <summary>In the middle, and so that an entry still parses: its practice's name has another letter.</summary>
    private static ReadOnlyMemory<byte> Flip(ReadOnlyMemory<byte> bytes)
    {
        var copy = bytes.ToArray();
        var demo = copy.AsSpan().IndexOf("demo"u8);
        copy[demo < 0 ? copy.Length / 2 : demo] ^= 1;
        return copy;
    }
}

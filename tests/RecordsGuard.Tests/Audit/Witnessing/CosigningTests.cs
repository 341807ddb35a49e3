using System.Text;
using RecordsGuard.Audit;
using RecordsGuard.Audit.Tree;
using RecordsGuard.Audit.Verifying;
using RecordsGuard.Audit.Witnessing;
using RecordsGuard.Fakes;
using RecordsGuard.Tests.Audit.Sequencing;
using RecordsGuard.Tests.Local;

namespace RecordsGuard.Tests.Audit.Witnessing;

/// <summary>The log asks its witnesses, does without those that are down, and hears of those that refuse.</summary>
public sealed class CosigningTests : IDisposable
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    private readonly TemporaryFolder folder = new();
    private readonly PretendEd25519 ed25519 = new();
    private readonly InMemoryWitnesses doors = new();
    private readonly LogUnderTest log = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task The_published_checkpoint_carries_the_cosignatures_and_the_verifier_finds_them()
    {
        var policy = Policy(2, "a", "b", "c");
        doors.Doors.Remove(Url("c"));
        var report = await GrowAsync(policy, 10);
        Assert.Equal((true, false), (report.Cosigned, report.Overdue));
        Assert.Empty(report.Refused);
        var result = await VerifyAsync(policy);
        Assert.Empty(result.Findings);
        Assert.Equal(["a.example", "b.example"], result.Cosigned.Select(c => c.Key).Order());
        Assert.True((await GrowAsync(policy, 300)).Cosigned);
        Assert.Empty((await VerifyAsync(policy)).Findings);
    }

    [Fact]
    public async Task Without_enough_witnesses_the_log_goes_on_and_after_a_time_says_so()
    {
        var policy = Policy(2, "a", "b");
        Assert.True((await GrowAsync(policy, 5)).Cosigned);
        doors.Doors.Remove(Url("a"));
        var report = await GrowAsync(policy, 5);
        Assert.Equal((false, false, log.Time.GetUtcNow()), (report.Cosigned, report.Overdue, report.Last!.Value));
        Assert.Equal([VerifyFault.NotCosigned], (await VerifyAsync(policy)).Findings.Select(f => f.Fault));
        log.Time.Advance(Cosigning.Patience + TimeSpan.FromMinutes(1));
        Assert.True((await GrowAsync(policy, 1)).Overdue);
        await log.VerifyDoneAsync();
    }

    /// <summary>The signing key is stolen and the log forked: witnesses that saw the old one refuse the new one.</summary>
    [Fact]
    public async Task A_log_rewritten_with_the_stolen_key_is_refused_by_its_witnesses_and_caught_by_the_last_cosigned_checkpoint()
    {
        var policy = Policy(1, "a");
        await GrowAsync(policy, 400);
        var cosigned = SignedNote.Parse((await log.Tree.ReadAsync(TreePart.Head, Cosigning.CosignedName, Stop))!.Bytes.Span);

        var fork = new LogUnderTest();
        await fork.AppendAsync(500);
        await fork.RunAsync(fork.NewSequencer());
        var report = await new Cosigning(fork.Tree, policy, doors, ed25519, fork.Time).RunAsync(Stop);
        Assert.Equal(["a.example"], report.Refused);
        Assert.False(report.Cosigned);

        var published = new PublishedLog(fork.Reader.CheckpointAsync, fork.Reader.TileAsync);
        var result = await new LogVerifier(
            published, new() { Key = LogUnderTest.Verifier, Since = [cosigned], Witnesses = policy }, ed25519).RunAsync(Stop);
        Assert.Equal([VerifyFault.Rewritten, VerifyFault.NotCosigned], result.Findings.Select(f => f.Fault).Order());
    }

    [Fact]
    public async Task A_log_rolled_back_is_refused_by_its_witnesses()
    {
        var policy = Policy(1, "a");
        await GrowAsync(policy, 400);
        var shorter = new LogUnderTest();
        await shorter.AppendAsync(300);
        await shorter.RunAsync(shorter.NewSequencer());
        Assert.Equal(["a.example"], (await new Cosigning(shorter.Tree, policy, doors, ed25519, shorter.Time).RunAsync(Stop)).Refused);
    }

    [Fact]
    public async Task A_witness_that_answers_nonsense_or_another_ones_signature_adds_nothing()
    {
        var policy = Policy(1, "a");
        await log.AppendAsync(3);
        await log.RunAsync(log.NewSequencer());
        foreach (var body in new[] { "", "nonsense\n", "\u2014 a.example AAAA\n", $"\u2014 a.example {Convert.ToBase64String(new byte[76])}\n", new('x', 100_000) })
        {
            foreach (var status in new[] { 200, 409, 500 })
            {
                doors.Doors[Url("a")] = (_, _) => Task.FromResult(new CosignAnswer(status, "", body));
                Assert.False((await NewCosigning(policy).RunAsync(Stop)).Cosigned);
            }
        }

        Assert.Single(SignedNote.Parse((await log.Reader.CheckpointAsync(Stop))!.Value.Span).Signatures);
    }

    [Fact]
    public async Task A_checkpoint_published_while_the_witnesses_were_asked_is_left_as_it_is()
    {
        var policy = Policy(1, "a");
        await log.AppendAsync(3);
        await log.RunAsync(log.NewSequencer());
        var real = doors.Doors[Url("a")];
        doors.Doors[Url("a")] = async (body, cancel) =>
        {
            await log.AppendAsync(3);
            await log.RunAsync(log.NewSequencer());
            doors.Doors[Url("a")] = real;
            return await real(body, cancel);
        };
        Assert.True((await NewCosigning(policy).RunAsync(Stop)).Cosigned);
        Assert.Equal(6, Checkpoint.Of(SignedNote.Parse((await log.Reader.CheckpointAsync(Stop))!.Value.Span)).Size);
        Assert.True((await NewCosigning(policy).RunAsync(Stop)).Cosigned);
        await log.VerifyDoneAsync();
    }

    [Theory]
    [InlineData("")]
    [InlineData("quorum none\nquorum none")]
    [InlineData("quorum a")]
    [InlineData("witness a {a} ftp://a.example\nquorum a")]
    [InlineData("witness a {a}\nwitness b {a}\nquorum a")]
    [InlineData("witness a {a}\nwitness a {b}\nquorum a")]
    [InlineData("witness a {a}\ngroup g 2 a\nquorum g")]
    [InlineData("witness a {a}\ngroup g 0 a\nquorum g")]
    [InlineData("witness a {a}\ngroup g any a a\nquorum g")]
    [InlineData("witness a {a}\ngroup g any none\nquorum g")]
    [InlineData("group g any a\nwitness a {a}\nquorum g")]
    [InlineData("witness a {a}\ngroup g any a\ngroup h any a\nquorum g")]
    public void What_is_no_policy_is_refused(string text) => Assert.Throws<FormatException>(() => WitnessPolicy.Parse(
        text.Replace("{a}", Key("a").Public.ToString(), StringComparison.Ordinal).Replace("{b}", Key("b").Public.ToString(), StringComparison.Ordinal)));

    /// <summary>The example of C2SP tlog-policy: two groups, both needed.</summary>
    [Fact]
    public void Groups_of_groups_count_as_the_specification_says()
    {
        var text = new StringBuilder("# a comment\n\n");
        foreach (var name in new[] { "X1", "X2", "X3", "Y1", "Y2" })
        {
            text.Append(" witness\t").Append(name).Append(' ').Append(Key(name).Public).Append('\n');
        }

        var policy = WitnessPolicy.Parse($"{text}group X 2 X1 X2 X3\ngroup Y any Y1 Y2\ngroup both all X Y\nquorum both\n");
        Assert.True(Met("X1", "X3", "Y2"));
        Assert.False(Met("X1", "X2", "X3"));
        Assert.False(Met("X1", "Y1", "Y2"));
        Assert.False(Met());
        Assert.True(WitnessPolicy.Parse("quorum none\n").IsMet([]));

        bool Met(params string[] names) => policy.IsMet(policy.Witnesses.Where(w => names.Contains(w.Name)));
    }

    private static Uri Url(string name) => new($"https://{name}.example/");

    private CosignerKey Key(string name) => CosignerKey.New($"{name}.example", ed25519);

    private WitnessPolicy Policy(int needed, params string[] names)
    {
        var text = new StringBuilder();
        foreach (var name in names)
        {
            var key = Key(name);
            var witness = new Witness(key, [LogUnderTest.Verifier], new(Path.Combine(folder.Directory.FullName, name)), ed25519, log.Time);
            doors.Doors[Url(name)] = witness.AddAsync;
            text.Append($"witness {name} {key.Public} {Url(name)}\n");
        }

        return WitnessPolicy.Parse($"{text}group all-of-them {needed} {string.Join(' ', names)}\nquorum all-of-them\n");
    }

    private Cosigning NewCosigning(WitnessPolicy policy) => new(log.Tree, policy, doors, ed25519, log.Time);

    private async Task<CosigningReport> GrowAsync(WitnessPolicy policy, int count)
    {
        await log.AppendAsync(count);
        await log.RunAsync(log.NewSequencer());
        return await NewCosigning(policy).RunAsync(Stop);
    }

    private Task<LogVerification> VerifyAsync(WitnessPolicy policy) => new LogVerifier(
        new(log.Reader.CheckpointAsync, log.Reader.TileAsync), new() { Key = LogUnderTest.Verifier, Witnesses = policy }, ed25519).RunAsync(Stop);
}

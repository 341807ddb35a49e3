using System.Globalization;
using CsCheck;
using RecordsGuard.Envelopes;
using RecordsGuard.Fakes;
using RecordsGuard.Records;
using RecordsGuard.Retention;

namespace RecordsGuard.Tests.Retention;

/// <summary>
/// Random lives of one client's chart, or of a couple's: each step may be cut by a crash at any port call, or have another step happen in the
/// middle of it. The model says at each destruction whether it may be.
/// </summary>
public sealed class PartitionModelTests(ITestOutputHelper output)
{
    private const int Lives = 10_000;

    private static readonly CancellationToken None = CancellationToken.None;

    private static readonly DateOnly[] Services = [PracticeUnderTest.LongAgo, new(2019, 3, 10), new(2012, 7, 1), new(2025, 1, 1)];

    private static readonly int[] Days = [1, 1, 2, 9];

    private static readonly Gen<Step> Steps = Gen.Select(
        Gen.Frequency(
            (4, Act.Upload), (2, Act.Hold), (2, Act.HoldRecord), (4, Act.HoldPractice), (2, Act.HoldMember), (4, Act.Release), (2, Act.Correct), (2, Act.CorrectMember), (2, Act.Extend),
            (10, Act.Approve), (2, Act.Withdraw), (6, Act.Wait), (8, Act.Sweep), (10, Act.Purge), (1, Act.BackUp), (2, Act.Restore)),
        Gen.Int[0, 3], Gen.Frequency((5, Twist.None), (2, Twist.Crash), (3, Twist.Inside)), Gen.Int[1, 14], Gen.Int[0, 3],
        Gen.Enum<Act>(),
        (act, arg, twist, at, fault, inner) => new Step(act, arg, twist, at, (FaultKind)fault, inner));

    private enum Act
    {
        Upload,
        Hold,
        HoldRecord,
        HoldPractice,
        HoldMember,
        Release,
        Correct,
        CorrectMember,
        Extend,
        Approve,
        Withdraw,
        Wait,
        Sweep,
        Purge,
        BackUp,
        Restore,
    }

    private enum Twist
    {
        None,
        Crash,
        Inside,
    }

    [Fact]
    public async Task No_held_early_or_unapproved_record_is_ever_destroyed_and_no_destroyed_one_opens()
    {
        var template = await PracticeUnderTest.OpenAsync(waitingDays: 2);
        var (client, member, other) = (await template.RegisterAsync(), await template.RegisterAsync(), await template.RegisterAsync());
        var couple = await template.App.Clients.RegisterAsync(
            template.Custodian, template.Id, new("A and B", "ab", null, "US-CA", "psychologist", PracticeUnderTest.LongAgo, []), None);
        Assert.Equal(Naming.Done, await template.App.Joint.NameAsync(template.Custodian, template.Id, couple, [member, other], None));
        var (lives, destroyed, crashes, restored) = (0, 0, 0, 0);

        // The same lives each time, so that a change is what makes the difference; other ones with another seed.
        var seed = ulong.Parse(Environment.GetEnvironmentVariable("RECORDSGUARD_MODEL_SEED") ?? "1", CultureInfo.InvariantCulture);
        await Parallel.ForEachAsync(Enumerable.Range(0, Lives), new ParallelOptions { MaxDegreeOfParallelism = 2 }, async (n, _) =>
        {
            var steps = Steps.Array[4, 12].Generate(new PCG((uint)n, seed), null, out var _);
            var life = n % 2 == 0 ? new Life(await template.CopyAsync(), client, null) : new Life(await template.CopyAsync(), couple, member);
            try
            {
                await life.RunAsync(steps, readsAll: n % 8 < 2);
            }
            catch (Exception e)
            {
                throw new InvalidOperationException($"Life {n} of seed {seed}: {string.Join("; ", steps.Select(s => s.ToString()))}", e);
            }

            Interlocked.Increment(ref lives);
            Interlocked.Add(ref destroyed, life.Destroyed);
            Interlocked.Add(ref crashes, life.Crashes);
            Interlocked.Add(ref restored, life.Restored);
        });
        output.WriteLine($"{lives} lives, {destroyed} records destroyed, {crashes} crashes, {restored} restores");
        Assert.True(destroyed > Lives / 10, $"Only {destroyed} records were destroyed: the test has lost its teeth.");
        Assert.True(crashes > Lives / 8);
        Assert.True(restored > Lives / 100);
    }

    private sealed record Step(Act Act, int Argument, Twist Twist, int At, FaultKind Fault, Act Inner);

    private sealed class Life
    {
        private readonly PracticeUnderTest practice;
        private readonly ClientId client;
        private readonly ClientId? member;
        private readonly PartitionModel model = new(PracticeUnderTest.LongAgo, 2);
        private readonly List<(HoldId Id, ClientId? On)> holds = [];
        private readonly Dictionary<RecordId, string> contents = [];
        private readonly Dictionary<DateOnly, (int At, HashSet<DateOnly>[] Possible)> nights = [];
        private DateOnly? night;

        /// <summary>The rows are gone, and what brings them back has not come to its end.</summary>
        private bool lost;

        /// <param name="member">If the client is a couple: one of the two.</param>
        public Life(PracticeUnderTest practice, ClientId client, ClientId? member)
        {
            this.practice = practice;
            this.client = client;
            this.member = member;
            if (member is not null)
            {
                model.HasMember(PracticeUnderTest.LongAgo);
            }

            practice.Hook.Committed = changes =>
            {
                foreach (var change in changes.Where(c => c is RowChange.Replace { Row: { Kind: RowKinds.Tombstone } row } && row.As<TombstoneFacts>().Certificate is null))
                {
                    Destroyed++;
                    model.AssertMayBeDestroyed(practice.Today, RecordId.Parse(change.Row.Key[Keys.Records.Length..]));
                }
            };
        }

        public int Destroyed { get; private set; }

        public int Crashes { get; private set; }

        public int Restored { get; private set; }

        /// <param name="readsAll">What is left too: that costs an unwrap each.</param>
        public async Task RunAsync(Step[] steps, bool readsAll)
        {
            await DoAsync(Act.Upload, 0);
            if (steps.Length % 2 == 0)
            {
                await DoAsync(Act.Approve, 0); // half of the lives begin where a purge is due
                practice.Advance(2);
            }

            foreach (var step in steps)
            {
                practice.Time.Advance(TimeSpan.FromMinutes(1));
                await RunAsync(step);
            }

            practice.Restart();
            await FinishRestoreAsync();
            await practice.App.Sweep.RunAsync(null, None);
            await practice.DrainPurgesAsync();
            Promises.AssertKept(practice);
            Promises.AssertFinished(practice);
            if (Restored > 0)
            {
                AssertNothingCameBack();
            }

            foreach (var (record, content) in contents)
            {
                if (practice.Record(client, record)!.Kind == RowKinds.Tombstone)
                {
                    Assert.Null(await practice.ReadAsync(client, record));
                }
                else if (readsAll)
                {
                    Assert.Equal(content, await practice.ReadAsync(client, record));
                }
            }
        }

        /// <summary>What the log says was destroyed.</summary>
        private void AssertNothingCameBack()
        {
            var entries = practice.Entries();
            var done = entries.Where(e => e.Event.Kind == RecordsGuard.Audit.AuditKind.ChangeDone)
                .SelectMany(e => e.Event.Details).Where(d => d.Key == "intent").Select(d => d.Value).ToHashSet(StringComparer.Ordinal);
            Assert.All(
                entries.Where(e => e.Event is { Operation: "purge", Kind: RecordsGuard.Audit.AuditKind.ChangeIntended } && done.Contains(e.Id.ToString())),
                e => Assert.Equal(RowKinds.Tombstone, practice.Record(client, RecordId.Parse(e.Event.Record))!.Kind));
        }

        private async Task FinishRestoreAsync()
        {
            if (lost)
            {
                var asked = model.WithdrawalAsked();
                await practice.RestoreAsync(night!.Value);
                await practice.ConfirmAsync();
                lost = false;
                model.WithdrawalAnswered(asked);
                model.Restored(nights[night.Value]);
                Restored++;
            }
        }

        private async Task RunAsync(Step step)
        {
            await FinishRestoreAsync();
            practice.Faults.Arm(step.Twist == Twist.Crash ? new(step.At, step.Fault) : null);
            practice.Hook.InterposeAt(step.Twist == Twist.Inside ? step.At : 0, () => DoAsync(step.Inner, step.Argument + 1));
            try
            {
                await DoAsync(step.Act, step.Argument);
            }
            catch (Exception e) when (e is ProcessKilledException or StoreUnavailableException or KeyVaultException or RecordsGuard.Audit.AuditUnavailableException)
            {
                Crashes++;
            }

            practice.Hook.Forget();
            practice.Restart();
        }

        private DateOnly? Until(int argument) => argument == 0 ? null : practice.Today.AddDays(argument - 1);

        private async Task DoAsync(Act act, int argument)
        {
            var (app, who) = (practice.App, practice.Custodian);
            if (lost && act is not (Act.Purge or Act.Sweep or Act.Wait))
            {
                return; // there is nobody to do anything with
            }

            switch (act)
            {
                case Act.Upload:
                    var content = $"content {contents.Count}";
                    contents[await practice.UploadAsync(client, content)] = content;
                    break;
                case Act.Hold:
                    var placed = await app.Holds.PlaceAsync(who, practice.Id, client, new("m", "r", Until(argument)), None);
                    holds.Add((placed!.Value, client));
                    model.HoldAnswered(placed.Value, Until(argument));
                    break;
                case Act.HoldRecord when contents.Count > 0:
                    var record = contents.Keys.ElementAt(argument % contents.Count);
                    var onOne = await app.Holds.PlaceAsync(who, practice.Id, client, new("m", "r", Until(argument), record), None);
                    holds.Add((onOne!.Value, client));
                    model.HoldAnswered(onOne.Value, Until(argument), record);
                    break;
                case Act.HoldPractice:
                    Assert.True(RecordClass.TryParse(argument == 2 ? "billing" : "client-record", out var held));
                    var spanning = await app.SpanningHolds.PlaceAsync(
                        who, practice.Id, new("m", "r", Until(argument), Class: argument == 3 ? null : held), None);
                    Assert.True(await app.SpanningHolds.SettleAsync(who, practice.Id, spanning!.Value, None));
                    holds.Add((spanning.Value, null));
                    if (argument != 2)
                    {
                        model.HoldAnswered(spanning.Value, Until(argument));
                    }

                    break;
                case Act.Release when holds.Count > 0:
                    var hold = holds[argument % holds.Count];
                    model.ReleaseAsked(hold.Id);
                    Assert.True(hold.On is { } on
                        ? await app.Holds.ReleaseAsync(who, practice.Id, on, hold.Id, None)
                        : await app.SpanningHolds.ReleaseAsync(who, practice.Id, hold.Id, None));
                    model.ReleaseAnswered(hold.Id);
                    break;
                case Act.HoldMember when member is not null:
                    var onMember = await app.Holds.PlaceAsync(who, practice.Id, member.Value, new("m", "r", Until(argument)), None);
                    holds.Add((onMember!.Value, member));
                    model.HoldAnswered(onMember.Value, Until(argument));
                    break;
                case Act.Extend:
                    var until = practice.Today.AddDays(argument + 1);
                    var answer = await app.Extensions.ExtendAsync(who, practice.Id, client, null, until, "r", None);
                    foreach (var kept in (answer as ExtensionAnswer.Done)?.Extended ?? [])
                    {
                        model.ExtensionAnswered(until, kept);
                    }

                    break;
                case Act.Correct or Act.CorrectMember when act == Act.Correct || member is not null:
                    var (of, whose) = act == Act.Correct ? (0, client) : (1, member!.Value);
                    var day = Services[argument % Services.Length];
                    var correction = model.CorrectionAsked(day, of);
                    try
                    {
                        await app.Correction.CorrectAsync(who, practice.Id, whose, new(null, null, null, null, null, day), None);
                        model.CorrectionAnswered(correction);
                    }
                    finally
                    {
                        model.CorrectionEnded(correction);
                    }

                    break;
                case Act.Approve:
                    model.ApprovalAsked(practice.Today);
                    try
                    {
                        await practice.ApproveAsync(client);
                    }
                    finally
                    {
                        model.ApprovalEnded();
                    }

                    break;
                case Act.Withdraw:
                    var asked = model.WithdrawalAsked();
                    await app.Review.WithdrawAsync(who, practice.Id, [client], None);
                    model.WithdrawalAnswered(asked);
                    break;
                case Act.Wait:
                    practice.Advance(Days[argument % Days.Length]);
                    break;
                case Act.Sweep:
                    await app.Sweep.RunAsync(null, None);
                    await practice.DrainPurgesAsync();
                    break;
                case Act.BackUp:
                    // Of a night there is one, which may have begun at the first try.
                    var begun = model.Night();
                    nights.TryAdd(DateOnly.FromDateTime(practice.Time.GetUtcNow().UtcDateTime), begun);
                    night = await practice.BackUpAsync(sequenced: false);
                    nights.TryAdd(night.Value, begun);
                    break;
                case Act.Restore when night is not null:
                    lost = true;
                    practice.Lose(Table.Clients, Table.Directory, Table.Access, Table.RetentionDue);
                    await FinishRestoreAsync();
                    break;
                case Act.Purge when contents.Count > 0:
                    await practice.PurgeAsync(client, contents.Keys.ElementAt(argument % contents.Count));
                    break;
                default:
                    break;
            }
        }
    }
}

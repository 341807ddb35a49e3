using CsCheck;
using RecordsGuard.Audit;
using RecordsGuard.Audit.Sequencing;
using RecordsGuard.Fakes;

namespace RecordsGuard.Tests.Audit.Sequencing;

/// <summary>The sequencer fails, dies or stands still at each of its calls; the log is whole all the same.</summary>
public sealed class SequencerCrashTests
{
    public static TheoryData<FaultKind> Kinds => [.. Enum.GetValues<FaultKind>()];

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task Whatever_call_it_dies_or_fails_at_a_successor_finishes_and_no_entry_is_lost_or_twice_there(FaultKind kind)
    {
        var happened = true;
        for (var at = 1; happened; at++)
        {
            var log = new LogUnderTest();
            await log.AppendAsync(200);
            await log.RunAsync(log.NewSequencer());
            await log.AppendAsync(100);
            var faults = new Faults();
            var sequencer = log.NewSequencer(faults);
            faults.Arm(new(at, kind));
            try
            {
                await log.RunAsync(sequencer);
            }
            catch (Exception e) when (e is AuditUnavailableException or ProcessKilledException)
            {
            }

            happened = faults.Happened;
            faults.Revive();
            await log.AppendAsync(3);
            log.WaitLong();

            // Who failed goes on itself; who died has a successor.
            await log.RunAsync(kind is FaultKind.KillBefore or FaultKind.KillAfter ? log.NewSequencer() : sequencer);
            await log.VerifyDoneAsync();
            Assert.True(at < 500 && (happened || at > 30), "There are fewer calls than there were.");
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Whatever_call_it_stands_still_at_while_others_go_on_it_does_no_harm_when_it_wakes_up(bool after)
    {
        var reached = true;
        for (var at = 1; reached; at++)
        {
            var log = new LogUnderTest();
            await log.AppendAsync(200);
            await log.RunAsync(log.NewSequencer());
            await log.AppendAsync(100);
            reached = false;
            var ports = new PausedPorts(log, at, after, async () =>
            {
                reached = true;
                log.WaitLong();
                var other = log.NewSequencer();
                await log.RunAsync(other);
                await log.AppendAsync(90);
                await log.RunAsync(other);
                await log.AppendAsync(2);
            });
            var paused = log.NewSequencer(ports);
            try
            {
                await log.RunAsync(paused);
            }
            catch (AuditUnavailableException)
            {
            }

            Assert.True(at < 500 && (reached || at > 30), "There are fewer calls than there were.");
            log.WaitLong();
            await log.RunAsync(reached ? paused : log.NewSequencer());
            await log.VerifyDoneAsync();
        }
    }

    [Fact]
    public Task Any_course_of_appends_crashes_pauses_and_repeats_leaves_a_whole_log() =>
        Gen.Select(Gen.Int[0, 5], Gen.Int[1, 90], Gen.Enum<FaultKind>()).Array[1, 14].SampleAsync(
            async steps =>
            {
                var log = new LogUnderTest();
                var writers = Enumerable.Range(0, 3).Select(_ => log.NewWriter()).ToArray();
                var faults = new Faults();
                Sequencer[] sequencers = [log.NewSequencer(faults), log.NewSequencer()];
                foreach (var (what, number, kind) in steps)
                {
                    switch (what)
                    {
                        case 0 or 1:
                            for (var i = 0; i < number; i++)
                            {
                                await writers[i % writers.Length].AppendAsync();
                            }

                            break;
                        case 2:
                            faults.Arm(new(number, kind));
                            await RunAsync(log, sequencers[0]);
                            faults.Revive();
                            sequencers[0] = kind is FaultKind.KillBefore or FaultKind.KillAfter ? log.NewSequencer(faults) : sequencers[0];
                            break;
                        case 3:
                            await RunAsync(log, sequencers[1]);
                            break;
                        case 4:
                            foreach (var entry in log.Appended.Values.Take(number).Reverse().ToList())
                            {
                                await log.InsertAsync(entry);
                            }

                            break;
                        default:
                            log.WaitLong();
                            break;
                    }
                }

                log.WaitLong();
                await log.RunAsync(log.NewSequencer());
                await log.VerifyDoneAsync();
            },
            iter: 150);

    private static async Task RunAsync(LogUnderTest log, Sequencer sequencer)
    {
        try
        {
            await log.RunAsync(sequencer);
        }
        catch (Exception e) when (e is AuditUnavailableException or ProcessKilledException)
        {
        }
    }
}

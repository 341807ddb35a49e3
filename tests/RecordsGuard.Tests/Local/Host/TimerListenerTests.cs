using System.Text.Json.Nodes;
using Microsoft.Extensions.Time.Testing;
using RecordsGuard.Local.Host;

namespace RecordsGuard.Tests.Local.Host;

public sealed class TimerListenerTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("timers-").FullName;
    private readonly FakeTimeProvider time = new(new DateTimeOffset(2031, 5, 1, 12, 0, 0, TimeSpan.Zero));
    private readonly List<JsonObject> runs = [];
    private readonly CancellationTokenSource stop = new();
    private bool outcome = true;

    public void Dispose()
    {
        stop.Cancel();
        stop.Dispose();
        Directory.Delete(folder, recursive: true);
    }

    [Fact]
    public async Task It_runs_at_each_tick_and_not_before()
    {
        var listening = Start("0 0 2 * * *");

        time.Advance(TimeSpan.FromHours(14) - TimeSpan.FromSeconds(1));
        Assert.Empty(runs);
        time.Advance(TimeSpan.FromSeconds(1));
        await Processes.UntilAsync(() => runs.Count == 1);
        time.Advance(TimeSpan.FromDays(1));
        await Processes.UntilAsync(() => runs.Count == 2);

        Assert.All(runs, r => Assert.False(r["IsPastDue"]!.GetValue<bool>()));
        Assert.False(listening.IsCompleted);
    }

    [Fact]
    public async Task All_missed_ticks_are_one_past_due_run()
    {
        Keep(last: At(1, 2), next: At(2, 2));
        time.SetUtcNow(At(9, 12));

        _ = Start("0 0 2 * * *");
        await Processes.UntilAsync(() => runs.Count == 1);

        Assert.True(runs[0]["IsPastDue"]!.GetValue<bool>());
        Assert.Equal(At(10, 2), Kept()!.Next);
    }

    [Fact]
    public void The_status_is_saved_after_the_run_so_that_one_cut_off_is_past_due()
    {
        Keep(last: At(1, 2), next: At(2, 2));
        time.SetUtcNow(At(2, 3));

        var never = new TaskCompletionSource<bool>();
        _ = Listener("0 0 2 * * *", (_, _, _) => never.Task).RunAsync(stop.Token);

        Assert.Equal(At(2, 2), Kept()!.Next);
    }

    [Fact]
    public async Task A_failed_run_moves_on_to_its_next_tick()
    {
        outcome = false;
        _ = Start("0 0 2 * * *");

        time.Advance(TimeSpan.FromHours(14));
        await Processes.UntilAsync(() => Kept()!.Next > At(2, 2));

        Assert.Single(runs);
        Assert.Equal(At(3, 2), Kept()!.Next);
    }

    [Fact]
    public void A_first_start_runs_nothing_and_notes_when_the_first_run_is_due()
    {
        _ = Start("0 0 2 * * *");

        Assert.Empty(runs);
        Assert.Equal(At(2, 2), Kept()!.Next);
    }

    [Fact]
    public async Task A_schedule_of_less_than_a_minute_keeps_no_status()
    {
        _ = Start("*/10 * * * * *");

        time.Advance(TimeSpan.FromSeconds(10));
        await Processes.UntilAsync(() => runs.Count == 1);

        Assert.Null(runs[0]["ScheduleStatus"]);
        Assert.Null(Kept());
    }

    [Fact]
    public void Five_fields_are_refused() =>
        Assert.Throws<RecordsGuard.Local.LocalFailure>(() => Listener("0 2 * * *", (_, _, _) => Task.FromResult(true)));

    private static DateTimeOffset At(int day, int hour) => new(2031, 5, day, hour, 0, 0, TimeSpan.Zero);

    private Task Start(string schedule) => Listener(schedule, (_, data, _) =>
    {
        runs.Add((JsonObject)data);
        return Task.FromResult(outcome);
    }).RunAsync(stop.Token);

    private TimerListener Listener(string schedule, Invoke invoke) =>
        new(new("Nightly", new FunctionTrigger.Timer("timer", schedule, false, true), false), folder, invoke, time);

    private void Keep(DateTimeOffset last, DateTimeOffset next) => new TimerStatusFile(folder, "Nightly").Write(new(last, next, last));

    private TimerStatus? Kept() => new TimerStatusFile(folder, "Nightly").Read();
}

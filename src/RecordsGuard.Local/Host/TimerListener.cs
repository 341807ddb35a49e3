using System.Globalization;
using System.Text.Json.Nodes;
using NCrontab;

namespace RecordsGuard.Local.Host;

/// <summary>
/// Runs one timer function on its schedule (NCrontab, six fields, UTC). All ticks missed while nothing ran are made up
/// by one past-due run. The status is saved after the run, so a run that was cut off is past due; one that failed is not.
/// </summary>
internal sealed class TimerListener
{
    private readonly FunctionDefinition function;
    private readonly FunctionTrigger.Timer trigger;
    private readonly CrontabSchedule schedule;
    private readonly TimerStatusFile? file;
    private readonly Invoke invoke;
    private readonly TimeProvider time;

    public TimerListener(FunctionDefinition function, string statusFolder, Invoke invoke, TimeProvider time)
    {
        this.function = function;
        this.invoke = invoke;
        this.time = time;
        trigger = (FunctionTrigger.Timer)function.Trigger;
        schedule = CrontabSchedule.TryParse(trigger.Schedule, new() { IncludingSeconds = true })
            ?? throw new LocalFailure($"Function {function.Name}: '{trigger.Schedule}' is no six-field schedule.");

        // As the host has it: a schedule of less than a minute keeps no status.
        var first = Next(time.GetUtcNow());
        file = trigger.UseMonitor && Next(first) - first >= TimeSpan.FromMinutes(1) ? new(statusFolder, function.Name) : null;
    }

    public async Task RunAsync(CancellationToken stop)
    {
        var now = time.GetUtcNow();
        var status = file?.Read();
        if (status is not null && now > status.Next)
        {
            await TickAsync(status, pastDue: true);
        }
        else if (trigger.RunOnStartup)
        {
            await TickAsync(status, pastDue: false);
        }
        else if (status is null)
        {
            // Written before the first run: a tick missed from now on is noticed.
            file?.Write(new(default, Next(now), now));
        }

        while (true)
        {
            var due = Next(time.GetUtcNow());
            while (due - time.GetUtcNow() is { } left && left > TimeSpan.Zero)
            {
                // In steps, because a machine may sleep.
                await Task.Delay(left < TimeSpan.FromHours(1) ? left : TimeSpan.FromHours(1), time, stop);
            }

            await TickAsync(file?.Read(), pastDue: false);
        }
    }

    /// <summary>One run out of turn; the status stays as it is.</summary>
    public Task<bool> RunNowAsync() => invoke(function, Data(file?.Read(), false), []);

    private async Task TickAsync(TimerStatus? status, bool pastDue)
    {
        var started = time.GetUtcNow();
        await invoke(function, Data(status, pastDue), []);
        var ended = time.GetUtcNow();
        file?.Write(new(started, Next(ended), ended));
    }

    private DateTimeOffset Next(DateTimeOffset after) =>
        new(DateTime.SpecifyKind(schedule.GetNextOccurrence(after.UtcDateTime), DateTimeKind.Utc));

    private static JsonObject Data(TimerStatus? status, bool pastDue) => new()
    {
        ["Schedule"] = new JsonObject { ["AdjustForDST"] = true },
        ["ScheduleStatus"] = status is null ? null : new JsonObject
        {
            ["Last"] = Text(status.Last),
            ["Next"] = Text(status.Next),
            ["LastUpdated"] = Text(status.LastUpdated),
        },
        ["IsPastDue"] = pastDue,
    };

    private static string Text(DateTimeOffset moment) => moment.UtcDateTime.ToString("O", CultureInfo.InvariantCulture);
}

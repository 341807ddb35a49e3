using System.Diagnostics;
using Microsoft.AspNetCore.Http;
using RecordsGuard.Local;

namespace RecordsGuard.Tests.Local;

/// <summary>Several operations are held, each at a point of its own, until one kill has ended them all.</summary>
public sealed class ParkingPlaceTests
{
    private static readonly string Mine = ActivityTraceId.CreateRandom().ToHexString();
    private static readonly string Other = ActivityTraceId.CreateRandom().ToHexString();

    private readonly FaultPoints faults = new() { Kill = _ => throw new InvalidOperationException("Nobody is killed here.") };

    [Fact]
    public async Task An_operation_is_held_at_its_own_point_and_others_pass()
    {
        faults.Arm(0);
        faults.Park(new(Mine, null, null, 2));
        Assert.False(await ReachAsync("before PUT /a", Mine));
        Assert.False(await ReachAsync("before PUT /b", Other));
        Assert.False(await ReachAsync("after PUT /b", Other));
        var held = ReachAsync("after PUT /a", Mine);
        Assert.False(held.IsCompleted);
        Assert.Equal([Mine], faults.State.Held);

        var reached = faults.Disarm();
        Assert.True(await held); // its connection is dropped
        Assert.Equal([Mine, Other, Other, Mine], reached.Select(p => p.Trace));
        Assert.Empty(faults.State.Held);
        Assert.False(await ReachAsync("after PUT /a", Mine));
    }

    [Fact]
    public async Task A_queues_run_is_known_by_its_message_and_only_the_first_is_held()
    {
        faults.Arm(0);
        faults.Park(new(null, "Purge", "r-1", 1));
        faults.Invoking(Other, "Sweep", "demo r-1");
        Assert.False(await ReachAsync("before GET /a", Other));
        faults.Invoking(Mine, "Purge", "demo c-1 r-1");
        var held = ReachAsync("before GET /a", Mine);
        faults.Invoking(Other, "Purge", "demo c-1 r-1"); // delivered again
        Assert.False(await ReachAsync("after GET /a", Other));

        Assert.False(held.IsCompleted);
        Assert.Equal(["r-1"], faults.State.Held);
        Assert.Equal(["Sweep", "Purge", "Purge"], faults.Disarm().Select(p => p.Function));
        Assert.True(await held);
    }

    private Task<bool> ReachAsync(string point, string trace) =>
        faults.ReachAsync(point, new DefaultHttpContext { Request = { Headers = { TraceParent = $"00-{trace}-{ActivitySpanId.CreateRandom().ToHexString()}-01" } } }.Request).AsTask();
}

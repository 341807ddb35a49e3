using System.Text;
using RecordsGuard.Alerts;

namespace RecordsGuard.Azure.Tests.Contracts;

/// <summary>What every <see cref="IAlertRoute"/> does.</summary>
public abstract class AlertRouteContract
{
    protected static CancellationToken Cancel => TestContext.Current.CancellationToken;

    protected static AlertNotice Notice { get; } = new("a-1", 2, Encoding.UTF8.GetBytes("""{"specversion":"1.0","id":"a-1/2","data":"ü"}"""));

    protected abstract Task<IAlertRoute> RouteAsync();

    /// <summary>From now on the other side takes nothing.</summary>
    protected abstract void Break();

    /// <summary>The bodies that arrived.</summary>
    protected abstract IReadOnlyList<byte[]> Arrived { get; }

    [Fact]
    public async Task A_notice_that_is_delivered_has_arrived_byte_for_byte_each_time()
    {
        var route = await RouteAsync();
        Assert.Matches("^[a-z]+$", route.Name);
        await route.DeliverAsync(Notice, Cancel);
        await route.DeliverAsync(Notice, Cancel);
        Assert.Equal([Notice.Json.ToArray(), Notice.Json.ToArray()], Arrived);
    }

    [Fact]
    public async Task A_notice_that_is_not_taken_is_an_error_and_nothing_else_is()
    {
        var route = await RouteAsync();
        Break();
        await Assert.ThrowsAsync<AlertRouteException>(() => route.DeliverAsync(Notice, Cancel));
    }

    [Fact]
    public async Task A_cancelled_delivery_says_so()
    {
        var route = await RouteAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => route.DeliverAsync(Notice, new(canceled: true)));
        Assert.Empty(Arrived);
    }
}

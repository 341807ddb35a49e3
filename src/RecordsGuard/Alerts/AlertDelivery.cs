using RecordsGuard.Records;

namespace RecordsGuard.Alerts;

/// <summary>
/// Sends stored alerts through every route, at least once each. A route that is down throws after the others had
/// their turn: the queue brings the message back, and the routes that took it get it again.
/// </summary>
public sealed class AlertDelivery(IRecordStore store, IReadOnlyList<IAlertRoute> routes)
{
    /// <param name="message"><c>practice alert-id</c>, as the alert desk sends it.</param>
    /// <exception cref="AlertRouteException">At least one route did not take it.</exception>
    public async Task RunAsync(string message, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(message);
        var parts = message.Split(' ');
        if (parts.Length != 2 || await store.ReadAsync(Table.Alerts, parts[0], parts[1], cancel) is not { } row)
        {
            return;
        }

        var alert = AlertDesk.Read(row);
        if (alert.Delivered >= alert.Count)
        {
            return;
        }

        var failures = new List<Exception>();
        foreach (var route in routes)
        {
            try
            {
                await route.DeliverAsync(AlertEvent.Notice(alert), cancel);
            }
            catch (AlertRouteException e)
            {
                failures.Add(e);
            }
        }

        if (failures.Count > 0)
        {
            throw new AlertRouteException("At least one alert route did not take it.", new AggregateException(failures));
        }

        // In a conflict the alert was raised again meanwhile, and that has a message of its own.
        await store.CommitAsync(
            Table.Alerts, row.Partition,
            [new RowChange.Replace(row.Next(AlertDesk.Write(alert with { Delivered = alert.Count })))], cancel);
    }
}

using Microsoft.Extensions.Logging;
using RecordsGuard.Alerts;

namespace RecordsGuard.App;

/// <summary>
/// Delivers a stored alert at once, beside the request that raised it; where other apps have the duty alerts, asks them
/// to. If that fails or the process dies, the queue message that was sent before the alert was stored does it a few
/// seconds later.
/// </summary>
/// <param name="here">Null in an app without the duty alerts.</param>
internal sealed partial class PromptDelivery(AlertDelivery? here, AlertDesk desk, ILogger<PromptDelivery> log)
{
    public void Start(Alert alert) => _ = Task.Run(() => RunAsync(alert));

    internal async Task RunAsync(Alert alert)
    {
        try
        {
            await (here is null
                ? desk.HastenAsync(alert, CancellationToken.None)
                : here.RunAsync($"{alert.Practice} {alert.Id}", CancellationToken.None));
        }
        catch (Exception e)
        {
            LeftToQueue(log, alert.Id, e.GetType().Name);
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Alert {Alert} was not delivered at once ({Reason}); the queue will.")]
    private static partial void LeftToQueue(ILogger log, string alert, string reason);
}

using System.Globalization;
using RecordsGuard.Records;

namespace RecordsGuard.Alerts;

/// <summary>
/// Sends stored alerts through every route, at least once each. The routes know nothing of each other: one that is down is
/// tried again later by a message of its own, while the others go on, and is given up only with an alert that says so.
/// </summary>
public sealed class AlertDelivery(
    IRecordStore store, IReadOnlyList<IAlertRoute> routes, IWorkQueue queue, AlertDesk desk, DeliveryTerms terms, TimeProvider time)
{
    private const string Escalate = "escalate";

    /// <param name="message">
    /// <c>practice alert-id</c> as the desk sends it; <c>practice alert-id route attempt</c> or
    /// <c>practice alert-id escalate</c> as this one does.
    /// </param>
    public async Task RunAsync(string message, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(message);
        switch (message.Split(' '))
        {
            case [var practice, var id]:
                await TellAsync(practice, id, cancel);
                break;
            case [var practice, var id, Escalate]:
                await EscalateAsync(practice, id, cancel);
                break;
            case [var practice, var id, var name, var text] when int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var attempt):
                await TryAsync(practice, id, routes.Where(r => r.Name == name), attempt, cancel);
                break;
        }
    }

    private async Task TellAsync(string practice, string id, CancellationToken cancel)
    {
        if (await FindAsync(practice, id, cancel) is not { } alert || alert.Delivered >= alert.Count)
        {
            return;
        }

        // Before the first attempt, so that no crash and no route that is down keeps the second contact from hearing.
        if (alert.Severity == Severity.Critical && alert.IsNews)
        {
            await queue.SendAsync(WorkQueues.Alerts, $"{practice} {id} {Escalate}", terms.Patience, cancel);
        }

        await TryAsync(practice, id, routes.Where(r => !r.IsSecondContact), 0, cancel);
    }

    private async Task EscalateAsync(string practice, string id, CancellationToken cancel)
    {
        if (await FindAsync(practice, id, cancel) is { State: AlertState.Open })
        {
            await TryAsync(practice, id, routes.Where(r => r.IsSecondContact), 0, cancel);
        }
    }

    private Task TryAsync(string practice, string id, IEnumerable<IAlertRoute> some, int attempt, CancellationToken cancel) =>
        Task.WhenAll(some.Select(r => TryAsync(practice, id, r, attempt, cancel)));

    private async Task TryAsync(string practice, string id, IAlertRoute route, int attempt, CancellationToken cancel)
    {
        var now = time.GetUtcNow();
        if (await ClaimAsync(practice, id, route, now, cancel) is not var (alert, due))
        {
            return;
        }

        if (due > now)
        {
            await LaterAsync(due - now, attempt);
            return;
        }

        var together = route.IsForPeople && alert.Severity == Severity.Low ? await LowAsync(alert, route, cancel) : [alert];
        try
        {
            await route.DeliverAsync(AlertEvent.Notice(alert, together), cancel);
        }
        catch (AlertRouteException) when (attempt < terms.Retries.Count)
        {
            await LaterAsync(terms.Retries[attempt], attempt + 1);
            return;
        }
        catch (AlertRouteException e)
        {
            await GiveUpAsync(route, e, cancel);
            return;
        }

        foreach (var told in together)
        {
            await ChangeAsync(told.Practice, told.Id, a => Taken(a, route, Math.Max(told.Count, a.TakenBy(route.Name)), now), cancel);
        }

        Task LaterAsync(TimeSpan delay, int next) => queue.SendAsync(
            WorkQueues.Alerts, string.Create(CultureInfo.InvariantCulture, $"{practice} {id} {route.Name} {next}"), delay, cancel);
    }

    /// <summary>
    /// The alert and when the route is to have it; null if it has it. Whoever may send now says so in the row first, so that
    /// of thirty at once one sends and the others wait. Who dies after that is repeated by its message, a minute later.
    /// </summary>
    private async Task<(Alert Alert, DateTimeOffset Due)?> ClaimAsync(
        string practice, string id, IAlertRoute route, DateTimeOffset now, CancellationToken cancel)
    {
        var due = now;
        Alert? claimed = null;
        await ChangeAsync(
            practice, id,
            alert =>
            {
                claimed = alert.TakenBy(route.Name) >= alert.Count ? null : alert;
                var sent = alert.Routes?.GetValueOrDefault(route.Name);
                due = sent is null ? now : sent.Last + terms.Together;
                if (route.IsForPeople && terms.ForPeople(alert.Severity, sent?.Last ?? alert.First, now) is var morning && morning > due)
                {
                    due = morning;
                }

                return claimed is null || due > now ? alert : Taken(alert, route, alert.TakenBy(route.Name), now);
            },
            cancel);
        return claimed is null ? null : (claimed, due);
    }

    /// <summary>A digest: every low alert of the practice that this route has not taken yet.</summary>
    private async Task<IReadOnlyList<Alert>> LowAsync(Alert first, IAlertRoute route, CancellationToken cancel)
    {
        var low = new List<Alert>();
        await foreach (var row in store.ListAsync(Table.Alerts, first.Practice, "", cancel))
        {
            if (AlertDesk.Read(row) is { Severity: Severity.Low } alert && alert.TakenBy(route.Name) < alert.Count)
            {
                low.Add(alert);
            }
        }

        return low.Count == 0 ? [first] : low;
    }

    /// <summary>The dead letter: the alert itself stays where it is; that nobody was told of it by this route is told by the others.</summary>
    private Task GiveUpAsync(IAlertRoute route, AlertRouteException e, CancellationToken cancel) => desk.ReportOnceAsync(
        new Finding(
            PracticeId.None.ToString(), $"route-{route.Name}-down", Severity.Critical, null, null, null,
            $"The route {route.Name} took no alerts for a day: {e.Message} What it was to tell is in the list of alerts.",
            "Mend the route, then read the list of alerts of the last days.", null),
        cancel);

    private Alert Taken(Alert alert, IAlertRoute route, int count, DateTimeOffset when)
    {
        alert = alert with
        {
            Routes = new Dictionary<string, RouteState>(alert.Routes ?? new Dictionary<string, RouteState>()) { [route.Name] = new(count, when) },
        };
        return alert with { Delivered = routes.Where(r => !r.IsSecondContact).Select(r => alert.TakenBy(r.Name)).DefaultIfEmpty(alert.Count).Min() };
    }

    /// <summary>In a conflict the alert was raised or taken by another route meanwhile: theirs stays, ours is added.</summary>
    private async Task ChangeAsync(string practice, string id, Func<Alert, Alert> change, CancellationToken cancel)
    {
        while (await store.ReadAsync(Table.Alerts, practice, id, cancel) is { } row)
        {
            var alert = AlertDesk.Read(row);
            var changed = change(alert);
            if (ReferenceEquals(changed, alert)
                || await store.CommitAsync(Table.Alerts, row.Partition, [new RowChange.Replace(row.Next(AlertDesk.Write(changed)))], cancel) == Commit.Done)
            {
                return;
            }
        }
    }

    private async Task<Alert?> FindAsync(string practice, string id, CancellationToken cancel) =>
        await store.ReadAsync(Table.Alerts, practice, id, cancel) is { } row ? AlertDesk.Read(row) : null;
}

using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;
using RecordsGuard.Audit;
using RecordsGuard.Records;

namespace RecordsGuard.EndToEnd.Tests.Crashes;

/// <summary>Somebody without a relationship asks for content. A 403 is never answered without its entry and its alert.</summary>
internal sealed class RefusalRun(StackUnderTest stack, List<string> refusals) : CrashRun(stack)
{
    private string client = "";
    private string record = "";

    public override async Task PrepareAsync()
    {
        client = await Stack.RegisterAsync("2024-03-15");
        record = await Stack.UploadedAsync(client, [1, 2, 3]);
    }

    public override async Task ActAsync(Func<Task<bool>> died)
    {
        if (await LegAsync("refusal", AskAsync))
        {
            await Stack.UntilAsync("the alert is delivered", async () => await DeliveredAsync() || await died());
        }
    }

    /// <summary>An entry without an alert would be an attempt that nobody was told of, if it is not repeated.</summary>
    public override async Task FinishAsync()
    {
        Assert.True(
            await AlertAsync() is not null || !(await Storage.AuditAsync()).Exists(e => e.Event.Kind == AuditKind.Refused && e.Event.Record == record),
            "the log says that somebody was refused, and there is no alert");
        await Stack.UntilAsync("the repeated request is answered 403", AskAsync);

        // An app that died between claiming the delivery and making it leaves it to the queue's message: that is off now, and
        // what it delivers is looked at in the end. Here it is only waited for, so that it is not in the next run's way.
        for (var tries = 0; tries < 20 && !await DeliveredAsync(); tries++)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(100), TestContext.Current.CancellationToken);
        }
    }

    /// <summary>True if it was answered 403, and then entry and alert are there already.</summary>
    private async Task<bool> AskAsync()
    {
        using var answer = await StackUnderTest.TryAsync(() => Stack.ReadAsync("clinician-2", client, record));
        Assert.False(answer?.IsSuccessStatusCode ?? false, "The content was answered to somebody outside the authorised roles.");
        if (answer?.StatusCode != HttpStatusCode.Forbidden)
        {
            return false;
        }

        using var problem = JsonDocument.Parse(await answer.Content.ReadAsStringAsync());
        var entry = problem.RootElement.GetProperty("audit").GetString()!;
        Assert.True(
            (await Storage.AuditAsync()).Exists(e => e.Id.ToString() == entry && e.Event.Kind == AuditKind.Refused && e.Event.Record == record),
            "403 was answered and the log does not say so");
        var alert = await AlertAsync();
        Assert.NotNull(alert);
        Assert.Contains(entry, alert["evidence"]!.AsArray().Select(e => (string?)e));
        refusals.Add((string)alert["id"]!);
        return true;
    }

    /// <summary>Told once: what is repeated within the minute comes by the queue's own message, when that is on again.</summary>
    private async Task<bool> DeliveredAsync() =>
        await AlertAsync() is { } alert && (int)alert["delivered"]! > 0;

    private async Task<JsonNode?> AlertAsync() =>
        (await Storage.RowsAsync(Table.Alerts, "PartitionKey eq 'demo'"))
            .Select(row => JsonNode.Parse(row.Body)!).SingleOrDefault(alert => (string?)alert["client"] == client);
}

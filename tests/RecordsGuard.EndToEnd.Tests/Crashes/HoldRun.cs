using RecordsGuard.Envelopes;
using RecordsGuard.Records;
using RecordsGuard.Retention;

namespace RecordsGuard.EndToEnd.Tests.Crashes;

/// <summary>A hold on a client whose record is due. Once it is answered 201, nothing destroys the record.</summary>
internal sealed class HoldRun(StackUnderTest stack) : CrashRun(stack)
{
    private string client = "";
    private string record = "";
    private string? hold;

    public override async Task PrepareAsync()
    {
        client = await Stack.RegisterAsync("2010-03-15");
        record = await Stack.UploadedAsync(client, [1, 2, 3]);
    }

    public override async Task ActAsync(Func<Task<bool>> died) => hold = await LegAsync("hold", PlaceAsync);

    public override async Task FinishAsync()
    {
        await Stack.UntilAsync("the repeated hold is answered 201", async () => (hold ??= await PlaceAsync()) is not null);

        var row = Assert.Single(await Storage.ClientAsync(client), r => r.Key == Keys.Holds + hold);
        Assert.True(await Storage.AnnouncedAsync(row), "the log named the row before it was there");
        await Stack.SweptAsync();
        var answer = await Stack.JsonOfAsync("custodian-1", "/api/practices/demo/dispositions/approve", new { clients = new[] { client } });
        Assert.Equal(0, answer.GetProperty("approved").GetArrayLength());
        await SendPurgeAsync();
        Assert.Equal(RowKinds.Record, (await Storage.RowAsync(Table.Clients, row.Partition, Keys.Records + record))!.Kind);
        Assert.True((await Storage.Blobs(Container.Records).GetBlobClient($"demo/{client}/{record}").ExistsAsync()).Value, "the held record's blob");
    }

    private async Task<string?> PlaceAsync() => (await StackUnderTest.TryJsonAsync(() => Stack.PostAsync(
        "custodian-1", $"/api/practices/demo/clients/{client}/holds", new { matter = "Example v. Example", reason = "subpoena" })))
        ?.GetProperty("id").GetString();

    /// <summary>The message that an approval would have sent, however it came into the queue.</summary>
    private async Task SendPurgeAsync()
    {
        var today = DateOnly.FromDateTime(DateTime.UtcNow);
        var message = new PurgeMessage(PracticeId.Parse("demo"), ClientId.Parse(client), RecordId.Parse(record), today);
        await Storage.Queue(WorkQueues.Purge).SendMessageAsync(message.ToString());
        await Stack.DrainedAsync(WorkQueues.Purge);
    }
}

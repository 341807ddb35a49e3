using RecordsGuard.Audit;
using RecordsGuard.Envelopes;
using RecordsGuard.Records;

namespace RecordsGuard.EndToEnd.Tests.Crashes;

/// <summary>From the nightly sweep through the custodian's approval to the last trace. Once begun it ends, and stays so.</summary>
internal sealed class PurgeRun(StackUnderTest stack) : CrashRun(stack)
{
    private string client = "";
    private string record = "";

    /// <summary>It is to be held where the sweep is over: that one is then shared with other runs.</summary>
    private bool BeginsListed => Halt?.Leg is "approve" or "Purge";

    public override bool EndsWithItsRequest => false;

    public override async Task PrepareAsync()
    {
        client = await Stack.RegisterAsync("2010-03-15");
        record = await Stack.UploadedAsync(client, [1, 2, 3]);
        if (BeginsListed)
        {
            await Stack.SweptAsync();
        }
    }

    public override async Task ActAsync(Func<Task<bool>> died)
    {
        await QueuedLegAsync("Sweep", client);
        if ((BeginsListed || await SentToSweepAsync()) && !await died())
        {
            await Stack.DrainedAsync(WorkQueues.Sweep, died);
            await QueuedLegAsync("Purge", record);
            if (!await died() && await LegAsync("approve", ApproveAsync))
            {
                await Stack.UntilAsync("the purge is done", async () => await IsDoneAsync() || await died());
            }
        }
    }

    public override async Task SettleAsync()
    {
        await Stack.DrainedAsync(WorkQueues.Sweep);
        await Stack.DrainedAsync(WorkQueues.Purge);
    }

    public override async Task FinishAsync()
    {
        // As an operator would: the list of the sweep, the approval, and if the purge then does not end by itself (its
        // message may not have been sent), the next night's sweep.
        if (await Storage.RowAsync(Table.Dispositions, "demo", client) is null)
        {
            await Stack.SweptAsync();
        }

        await Stack.UntilAsync("the approval is answered", ApproveAsync);
        await Stack.DrainedAsync(WorkQueues.Purge);
        if (!await IsDoneAsync())
        {
            await Stack.SweptAsync();
            await Stack.UntilAsync("the purge is done", IsDoneAsync);
        }

        await SettleAsync();
        await CheckAsync();
    }

    /// <summary>Whether everything about the record says that it is gone for good.</summary>
    private async Task CheckAsync()
    {
        var row = Assert.Single(await Storage.ClientAsync(client), r => r.Key == Keys.Records + record);
        Assert.Equal(RowKinds.Tombstone, row.Kind);
        var tombstone = row.As<TombstoneFacts>();
        Assert.Contains(record, tombstone.Certificate, StringComparison.Ordinal);
        Assert.False((await Storage.Blobs(Container.Records).GetBlobClient($"demo/{client}/{record}").ExistsAsync()).Value, "the blob");
        var entries = await Storage.AuditAsync();
        Assert.True(entries.Exists(e => e.Id.ToString() == tombstone.Intent && e.Event.Kind == AuditKind.ChangeIntended && e.Event.Record == record), "the intent");
        Assert.True(entries.Exists(e => e.Event.Kind == AuditKind.ChangeDone && e.Event.Details.Contains(new("intent", tombstone.Intent))), "the outcome");
        Assert.False(entries.Exists(e => e.Event.Kind == AuditKind.IntegrityFailed), "the blob was another");
        using var read = await Stack.ReadAsync("clinician-1", client, record);
        Assert.Equal(System.Net.HttpStatusCode.Gone, read.StatusCode);
    }

    /// <summary>The due row goes last: nothing is left to do once none of a day until today names the record.</summary>
    private async Task<bool> IsDoneAsync() =>
        (await Storage.ClientAsync(client)).Exists(r => r.Key == Keys.Records + record && r.Kind == RowKinds.Tombstone)
        && !(await Storage.DueAsync(client, record)).Exists(day => day <= DateOnly.FromDateTime(DateTime.UtcNow))
        && await Storage.WaitingAsync(WorkQueues.Purge) == 0;

    private async Task<bool> SentToSweepAsync()
    {
        if (Halt?.Leg == "Sweep")
        {
            // A message of its own, to be held: to the function it is like any other.
            await Storage.Queue(WorkQueues.Sweep).SendMessageAsync(client);
            return true;
        }

        return await LegAsync("sweep", Stack.StartSweepAsync);
    }

    /// <summary>True once the approval is answered, or was before and the record is gone since.</summary>
    private async Task<bool> ApproveAsync() =>
        await StackUnderTest.TryJsonAsync(() => Stack.PostAsync(
            "custodian-1", "/api/practices/demo/dispositions/approve", new { clients = new[] { client } })) is not null
        && (await Storage.ClientAsync(client)).Exists(r => r.Key == Keys.Approvals + record);
}

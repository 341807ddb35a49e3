using RecordsGuard.Audit;
using RecordsGuard.Envelopes;
using RecordsGuard.Records;

namespace RecordsGuard.EndToEnd.Tests.Crashes;

/// <summary>From the nightly sweep through the custodian's approval to the last trace. Once begun it ends, and stays so.</summary>
internal sealed class PurgeRun(StackUnderTest stack) : CrashRun(stack)
{
    private string client = "";
    private string record = "";

    public override bool EndsWithItsRequest => false;

    public override async Task PrepareAsync()
    {
        client = await Stack.RegisterAsync("2010-03-15");
        record = await Stack.UploadedAsync(client, [1, 2, 3]);
    }

    public override async Task ActAsync(Func<Task<bool>> died)
    {
        await QueuedLegAsync("Sweep", client);
        if (await (Halt is { Leg: "Sweep" } ? MessageAsync() : LegAsync("sweep", SweepAsync)) && !await died())
        {
            await DrainedAsync(WorkQueues.Sweep, died);
            await QueuedLegAsync("Purge", record);
            if (!await died() && await LegAsync("approve", ApproveAsync))
            {
                await Stack.UntilAsync("the purge is done", async () => await IsDoneAsync() || await died());
            }
        }
    }

    public override async Task FinishAsync()
    {
        // As an operator would: the list of the sweep, the approval, and if the purge then does not end by itself (its
        // message may not have been sent), the next night's sweep.
        await DrainedAsync(WorkQueues.Sweep);
        if (await Storage.RowAsync(Table.Dispositions, "demo", client) is null)
        {
            await Stack.UntilAsync("the sweep is started", SweepAsync);
            await DrainedAsync(WorkQueues.Sweep);
        }

        await Stack.UntilAsync("the approval is answered", ApproveAsync);
        await DrainedAsync(WorkQueues.Purge);
        if (!await IsDoneAsync())
        {
            await Stack.UntilAsync("the sweep is started", SweepAsync);
            await Stack.UntilAsync("the purge is done", IsDoneAsync);
        }

        await DrainedAsync(WorkQueues.Sweep);
        await DrainedAsync(WorkQueues.Purge);
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

    /// <summary>A sweep of one's own, to be held: one message is like any other to the function, and one sweep visits what all runs left.</summary>
    private async Task<bool> MessageAsync()
    {
        await Storage.Queue(WorkQueues.Sweep).SendMessageAsync(client);
        return true;
    }

    private async Task<bool> SweepAsync() =>
        await TryJsonAsync(() => Stack.PostAsync("custodian-1", "/api/admin/run/NightlySweep", new { })) is not null;

    /// <summary>True once the approval is answered, or was before and the record is gone since.</summary>
    private async Task<bool> ApproveAsync() =>
        await TryJsonAsync(() => Stack.PostAsync(
            "custodian-1", "/api/practices/demo/dispositions/approve", new { clients = new[] { client } })) is not null
        && (await Storage.ClientAsync(client)).Exists(r => r.Key == Keys.Approvals + record);
}

using System.Net;
using System.Security.Cryptography;
using Azure.Storage.Blobs.Models;
using RecordsGuard.Envelopes;
using RecordsGuard.Records;
using RecordsGuard.Retention.Intake;

namespace RecordsGuard.EndToEnd.Tests.Crashes;

/// <summary>
/// A file put into the inbox and announced there, until it is a record (or, of no client, lies in
/// quarantine) and the plaintext is gone. Whatever dies meanwhile, it is one, whole.
/// </summary>
internal sealed class InboxRun(StackUnderTest stack, bool stray) : CrashRun(stack)
{
    private readonly byte[] content = RandomNumberGenerator.GetBytes(5 * 512 * 1024);
    private string client = "";
    private string other = "";
    private string file = "";
    private string id = "";

    public override bool EndsWithItsRequest => false;

    public override async Task PrepareAsync()
    {
        client = await Stack.RegisterAsync("2024-03-15");
        other = await Stack.UploadedAsync(client, [1, 2, 3]);
        file = $"demo/{(stray ? ClientId.New().ToString() : client)}/recording/{Guid.NewGuid():N}";
    }

    public override async Task ActAsync(Func<Task<bool>> died)
    {
        BlobContentInfo sent = await Storage.Blobs(Container.Inbox).GetBlobClient(file).UploadAsync(new BinaryData(content));
        id = QuarantineId.Of(file, sent.ETag.ToString("H")).ToString();
        await QueuedLegAsync("Inbox", file);
        await Storage.Queue(WorkQueues.Inbox).SendMessageAsync(InboxMessage.Of(file));
        await Stack.DrainedAsync(WorkQueues.Inbox, died);
    }

    public override Task SettleAsync() => Stack.DrainedAsync(WorkQueues.Inbox);

    public override async Task FinishAsync()
    {
        Assert.False((await Storage.Blobs(Container.Inbox).GetBlobClient(file).ExistsAsync()).Value, "the plaintext");
        var rows = (await Storage.ClientAsync(client)).Where(r => r.Kind == RowKinds.Record).ToList();
        var mine = rows.Where(r => r.Key != Keys.Records + other).ToList();
        var quarantined = (await Storage.RowsAsync(Table.Quarantine, "PartitionKey eq 'demo'"))
            .Where(r => r.Key == id && r.Kind == RowKinds.Quarantined).ToList();
        Assert.Equal(stray ? (0, 1) : (1, 0), (mine.Count, quarantined.Count));
        if (stray)
        {
            return;
        }

        var record = mine[0].Key[Keys.Records.Length..];
        using var read = await Stack.ReadAsync("clinician-1", client, record);
        Assert.Equal(HttpStatusCode.OK, read.StatusCode);
        var got = await read.Content.ReadAsByteArrayAsync();
        Assert.True(content.AsSpan().SequenceEqual(got), "read back as sent");
        Assert.NotEmpty(await Storage.DueAsync(client, record));
        Assert.True(await Storage.AnnouncedAsync(mine[0]), "the log named the row before it was there");
    }
}

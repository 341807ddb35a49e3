using Azure.Storage.Queues;
using Microsoft.Extensions.Time.Testing;
using RecordsGuard.Fakes;
using RecordsGuard.Records;

namespace RecordsGuard.Azure.Tests.Contracts;

public sealed class InMemoryWorkQueueTests : WorkQueueContract
{
    private readonly FakeTimeProvider time = new();
    private readonly InMemoryWorkQueue queue;

    public InMemoryWorkQueueTests() => queue = new(time);

    protected override Task<IWorkQueue> QueueAsync() => Task.FromResult<IWorkQueue>(queue);

    protected override Task<string?> ReceiveAsync(string queue) => Task.FromResult(this.queue.Take(queue));

    protected override Task PassAsync(TimeSpan time)
    {
        this.time.Advance(time);
        return Task.CompletedTask;
    }
}

public sealed class StorageWorkQueueTests(AzuriteFixture azurite) : WorkQueueContract
{
    [Fact]
    public async Task A_message_is_base64_as_host_json_has_it_and_never_expires()
    {
        var queue = await QueueAsync();
        await queue.SendAsync(WorkQueues.Sweep, "ids", TimeSpan.Zero, Cancel);
        var raw = azurite.QueueOptions();
        raw.MessageEncoding = QueueMessageEncoding.None;
        var client = new QueueServiceClient(azurite.QueueUri(AzuriteFixture.Records), azurite.Credential, raw).GetQueueClient(WorkQueues.Sweep);
        var message = (await client.PeekMessageAsync(Cancel)).Value;
        Assert.Equal("aWRz", message.Body.ToString());
        Assert.Equal(9999, message.ExpiresOn!.Value.Year);
    }

    [Fact]
    public async Task A_queue_that_cannot_be_reached_is_an_outage()
    {
        var queue = Adapters.On(new Scripted((_, _) => new(System.Net.HttpStatusCode.Forbidden))).WorkQueue(new("https://account.queue.example"));
        await Assert.ThrowsAsync<StoreUnavailableException>(() => queue.SendAsync(WorkQueues.Sweep, "x", TimeSpan.Zero, Cancel));
        await Assert.ThrowsAsync<StoreUnavailableException>(() => queue.CountAsync(WorkQueues.Sweep, Cancel));
    }

    protected override async Task<IWorkQueue> QueueAsync()
    {
        await Adapters.CreateStorageAsync(azurite);
        foreach (var name in StorageNames.Queues)
        {
            await azurite.Queues(AzuriteFixture.Records).GetQueueClient(name).ClearMessagesAsync(Cancel);
        }

        return Adapters.On(azurite).WorkQueue(azurite.QueueUri(AzuriteFixture.Records));
    }

    protected override async Task<string?> ReceiveAsync(string queue)
    {
        var client = azurite.Queues(AzuriteFixture.Records).GetQueueClient(queue);
        var message = (await client.ReceiveMessageAsync(cancellationToken: Cancel)).Value;
        if (message is not null)
        {
            await client.DeleteMessageAsync(message.MessageId, message.PopReceipt, Cancel);
        }

        return message?.Body.ToString();
    }

    protected override Task PassAsync(TimeSpan time) => Task.Delay(time, Cancel);
}

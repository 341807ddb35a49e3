using System.Collections.Concurrent;
using Azure;
using Azure.Storage.Queues;
using Azure.Storage.Queues.Models;
using RecordsGuard.Records;

namespace RecordsGuard.Azure;

/// <summary>Queue storage, in the base64 that host.json's <c>messageEncoding</c> names. Messages never expire.</summary>
internal sealed class StorageWorkQueue(QueueServiceClient service) : IWorkQueue
{
    private static readonly TimeSpan Never = TimeSpan.FromSeconds(-1);

    private readonly ConcurrentDictionary<string, QueueClient> queues = new(StringComparer.Ordinal);

    public async Task SendAsync(string queue, string message, TimeSpan delay, CancellationToken cancel)
    {
        WorkQueues.Check(message, delay);
        await StoreCall.RunAsync(
            $"Sending to {queue}",
            () => Client(queue).SendMessageAsync(message, TimeSpan.FromSeconds(Math.Ceiling(delay.TotalSeconds)), Never, cancel),
            cancel);
    }

    public Task<int> CountAsync(string queue, CancellationToken cancel) => StoreCall.RunAsync(
        $"Counting {queue}",
        async () =>
        {
            try
            {
                QueueProperties properties = await Client(queue).GetPropertiesAsync(cancel);
                return properties.ApproximateMessagesCount;
            }
            catch (RequestFailedException e) when (e.ErrorCode == QueueErrorCode.QueueNotFound)
            {
                return 0;
            }
        },
        cancel);

    private QueueClient Client(string queue) => queues.GetOrAdd(queue, service.GetQueueClient);
}

using Azure;
using Azure.Storage.Queues;
using Azure.Storage.Queues.Models;

namespace RecordsGuard.Local.Host;

/// <summary>A storage queue, by whatever credential its service client has.</summary>
internal sealed class StorageTriggerQueue(QueueServiceClient service, string name) : ITriggerQueue
{
    private static readonly TimeSpan Never = TimeSpan.FromSeconds(-1);

    private readonly QueueClient queue = service.GetQueueClient(name);

    public Task<IReadOnlyList<QueueItem>> ReceiveAsync(int most, TimeSpan lease, CancellationToken cancellationToken) =>
        GuardAsync<IReadOnlyList<QueueItem>>(async () =>
        {
            try
            {
                var messages = (await queue.ReceiveMessagesAsync(most, lease, cancellationToken)).Value;
                return [.. messages.Select(m => new QueueItem(
                    m.MessageId,
                    m.Body.ToString(),
                    m.PopReceipt,
                    m.DequeueCount,
                    m.InsertedOn ?? default,
                    m.ExpiresOn ?? default,
                    m.NextVisibleOn ?? default))];
            }
            catch (RequestFailedException e) when (e.ErrorCode == QueueErrorCode.QueueNotFound)
            {
                return [];
            }
        });

    public Task<QueueItem> HideAsync(QueueItem item, TimeSpan time) => GuardAsync(async () =>
    {
        var receipt = (await queue.UpdateMessageAsync(item.Id, item.Receipt, visibilityTimeout: time)).Value;
        return item with { Receipt = receipt.PopReceipt, NextVisible = receipt.NextVisibleOn };
    });

    public Task DeleteAsync(QueueItem item) => GuardAsync(() => queue.DeleteMessageAsync(item.Id, item.Receipt));

    // Copy, then delete: a crash in between leaves the message in both, never in neither.
    public Task PoisonAsync(QueueItem item) => GuardAsync(async () =>
    {
        var poison = service.GetQueueClient($"{name}-poison");
        try
        {
            await poison.SendMessageAsync(item.Text, timeToLive: Never);
        }
        catch (RequestFailedException e) when (e.ErrorCode == QueueErrorCode.QueueNotFound)
        {
            await poison.CreateIfNotExistsAsync();
            await poison.SendMessageAsync(item.Text, timeToLive: Never);
        }

        return await queue.DeleteMessageAsync(item.Id, item.Receipt);
    });

    private static async Task<T> GuardAsync<T>(Func<Task<T>> call)
    {
        try
        {
            return await call();
        }
        catch (Exception e) when (e is RequestFailedException or AggregateException)
        {
            throw new LocalFailure(e is RequestFailedException { ErrorCode: { } code } ? code : "storage does not answer", e);
        }
    }
}

using Azure;
using Azure.Storage.Queues.Models;

namespace RecordsGuard.Azure.Tests.Local;

public sealed class QueuesThroughTheProxyTests(AzuriteFixture azurite)
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public static TheoryData<Proof> Proofs => [Proof.Bearer, Proof.SharedKey, Proof.AccountSas];

    [Theory]
    [MemberData(nameof(Proofs))]
    public async Task A_message_is_sent_peeked_received_prolonged_and_deleted_under_its_last_receipt(Proof proof)
    {
        var queue = azurite.Queues(AzuriteFixture.Records, proof).GetQueueClient(AzuriteFixture.FreshName("q"));
        await queue.CreateAsync(cancellationToken: Cancelled);
        await queue.SendMessageAsync("""{"id":1}""", timeToLive: TimeSpan.FromSeconds(-1), cancellationToken: Cancelled);
        Assert.Single((PeekedMessage[])await queue.PeekMessagesAsync(cancellationToken: Cancelled));

        QueueMessage message = await queue.ReceiveMessageAsync(TimeSpan.FromSeconds(30), Cancelled);
        Assert.Equal("""{"id":1}""", message.Body.ToString());
        Assert.Null((await queue.ReceiveMessageAsync(cancellationToken: Cancelled)).Value);
        UpdateReceipt prolonged = await queue.UpdateMessageAsync(message.MessageId, message.PopReceipt, message.Body, TimeSpan.FromSeconds(60), Cancelled);
        var stale = await Assert.ThrowsAsync<RequestFailedException>(() => queue.DeleteMessageAsync(message.MessageId, message.PopReceipt, Cancelled));
        Assert.Equal(400, stale.Status);
        await queue.DeleteMessageAsync(message.MessageId, prolonged.PopReceipt, Cancelled);
        await queue.DeleteAsync(Cancelled);
    }
}

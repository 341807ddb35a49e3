namespace RecordsGuard.Tests.Infra;

[Collection(nameof(Deployments))]
public sealed class EventsTests(Deployments deployments)
{
    private Resource Arrivals => Assert.Single(deployments.SmallPractice.OfType("Microsoft.EventGrid/systemTopics/eventSubscriptions"));

    [Fact]
    public void A_file_in_the_inbox_is_announced_when_it_is_complete_and_not_before()
    {
        var filter = Assert.Single(Arrivals.At("filter.advancedFilters").EnumerateArray());

        Assert.Equal("data.api", filter.GetProperty("key").GetString());
        Assert.Equal("StringIn", filter.GetProperty("operatorType").GetString());
        Assert.Equal(
            ["PutBlob", "PutBlockList", "FlushWithClose", "SftpCommit"],
            filter.GetProperty("values").EnumerateArray().Select(v => v.GetString()));
        Assert.Equal("Microsoft.Storage.BlobCreated", Assert.Single(Arrivals.At("filter.includedEventTypes").EnumerateArray()).GetString());
        Assert.Equal("/blobServices/default/containers/inbox/blobs/", Arrivals.Text("filter.subjectBeginsWith"));
    }

    [Fact]
    public void An_announcement_goes_to_the_inbox_queue_by_identity_and_never_expires()
    {
        Assert.Equal("SystemAssigned", Arrivals.Text("deliveryWithResourceIdentity.identity.type"));
        Assert.Equal("StorageQueue", Arrivals.Text("deliveryWithResourceIdentity.destination.endpointType"));
        Assert.Equal("inbox", Arrivals.Text("deliveryWithResourceIdentity.destination.properties.queueName"));
        Assert.Equal(-1, Arrivals.Number("deliveryWithResourceIdentity.destination.properties.queueMessageTimeToLiveInSeconds"));
    }

    [Fact]
    public void An_announcement_that_cannot_be_delivered_is_kept_and_somebody_is_told()
    {
        Assert.Equal(
            "inbox-dead-letters", Arrivals.Text("deadLetterWithResourceIdentity.deadLetterDestination.properties.blobContainerName"));
        Assert.Single(
            deployments.SmallPractice.OfType("Microsoft.Insights/metricAlerts"),
            a => a.At("criteria.allOf")[0].GetProperty("metricName").GetString() == "DeadLetteredCount");
    }
}

using RecordsGuard.Envelopes;

namespace RecordsGuard.Azure.Tests.Contracts;

public sealed class AzureAdaptersTests
{
    private readonly AzureAdapters adapters = Adapters.On(new Scripted((_, _) => throw new InvalidOperationException()));

    [Theory]
    [InlineData("http://account.example")]
    [InlineData("https://account.example/?sv=2026&sig=x")]
    [InlineData("https://localhost:10002/account")]
    public void An_endpoint_in_clear_or_with_a_signature_in_it_is_refused(string endpoint)
    {
        var uri = new Uri(endpoint);
        Action[] refused =
        [
            () => adapters.RecordStore(uri),
            () => adapters.LogStore(uri),
            () => adapters.WorkQueue(uri),
            () => adapters.BlobStore(new Dictionary<Container, Uri> { [Container.Records] = uri }),
            () => adapters.ResourceLogs(uri),
            () => adapters.KeyVault(uri),
        ];
        Assert.All(refused, r => Assert.Throws<ArgumentException>(r));
    }

    [Fact]
    public void Every_name_is_one_that_Azure_takes()
    {
        Assert.All(StorageNames.Tables, t => Assert.Matches("^[A-Za-z][A-Za-z0-9]{2,62}$", t));
        Assert.All(StorageNames.Queues.Concat(StorageNames.Containers), n => Assert.Matches("^[a-z0-9](-?[a-z0-9]){2,62}$", n));
        Assert.Equal(10, StorageNames.Tables.Count);
        Assert.Equal(20, StorageNames.Queues.Count);
        Assert.Equal(["records", "slips", "inbox", "quarantine"], StorageNames.Containers);
        Assert.Equal(["tiles", "staging", "head"], StorageNames.AuditContainers);
    }
}

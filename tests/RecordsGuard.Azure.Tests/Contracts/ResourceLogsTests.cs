using System.Text;
using Azure.Storage.Blobs.Specialized;
using RecordsGuard.Alerts;
using RecordsGuard.Fakes;

namespace RecordsGuard.Azure.Tests.Contracts;

public sealed class InMemoryResourceLogsTests : ResourceLogsContract
{
    private readonly InMemoryResourceLogs logs = new();

    protected override Task<IResourceLogs> LogsAsync() => Task.FromResult<IResourceLogs>(logs);

    protected override Task<string> AppendAsync(string resource, DateTimeOffset arrival, string text) =>
        Task.FromResult(logs.Append(Category, $"/subscriptions/0/{resource}", arrival, Encoding.UTF8.GetBytes(text)));
}

public sealed class BlobResourceLogsTests(AzuriteFixture azurite) : ResourceLogsContract
{
    protected override Task<IResourceLogs> LogsAsync() =>
        Task.FromResult(Adapters.On(azurite).ResourceLogs(azurite.BlobUri(AzuriteFixture.Logs)));

    protected override async Task<string> AppendAsync(string resource, DateTimeOffset arrival, string text)
    {
        // Past the proxy, as the platform writes: the proxy logs what goes through it.
        var container = azurite.Direct(AzuriteFixture.Logs).GetBlobContainerClient($"insights-logs-{Category}");
        await container.CreateIfNotExistsAsync(cancellationToken: Cancel);
        var name = $"resourceId=/SUBSCRIPTIONS/0/{resource.ToUpperInvariant()}/y={arrival:yyyy}/m={arrival:MM}/d={arrival:dd}/h={arrival:HH}/m=00/PT1H.json";
        var blob = container.GetAppendBlobClient(name);
        await blob.CreateIfNotExistsAsync(cancellationToken: Cancel);
        await blob.AppendBlockAsync(new MemoryStream(Encoding.UTF8.GetBytes(text)), cancellationToken: Cancel);
        return $"{container.Name}/{name}";
    }
}

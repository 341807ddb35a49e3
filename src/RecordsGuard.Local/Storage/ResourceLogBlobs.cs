using System.Globalization;
using Azure;
using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Specialized;

namespace RecordsGuard.Local.Storage;

/// <summary>Where Azure puts resource logs in an account, and how lines get there.</summary>
internal sealed class ResourceLogBlobs(BlobServiceClient account)
{
    // The service takes 4 MiB in one append from every version of the protocol.
    private const int AppendBytes = 4 << 20;

    internal readonly record struct To(string Container, string Blob);

    /// <summary>The hour is that of arrival. The resource id keeps its case: Key Vault's is upper, storage's is not.</summary>
    public static To Address(string category, string resourceId, DateTimeOffset arrived) => new(
        "insights-logs-" + category.ToLowerInvariant(),
        string.Create(CultureInfo.InvariantCulture, $"resourceId={resourceId}/y={arrived.UtcDateTime:yyyy}/m={arrived.UtcDateTime:MM}/d={arrived.UtcDateTime:dd}/h={arrived.UtcDateTime:HH}/m=00/PT1H.json"));

    /// <summary>Appends whole lines. If it fails, some of them may have been written.</summary>
    public async Task AppendAsync(To to, List<ReadOnlyMemory<byte>> lines, CancellationToken cancellationToken)
    {
        var container = account.GetBlobContainerClient(to.Container);
        var blob = container.GetAppendBlobClient(to.Blob);
        var block = new MemoryStream();
        foreach (var line in lines)
        {
            if (block.Length > 0 && block.Length + line.Length >= AppendBytes)
            {
                await AppendAsync(container, blob, block, cancellationToken);
                block.SetLength(0);
            }

            block.Write(line.Span);
            block.WriteByte((byte)'\n');
        }

        await AppendAsync(container, blob, block, cancellationToken);
    }

    private static async Task AppendAsync(BlobContainerClient container, AppendBlobClient blob, MemoryStream block, CancellationToken cancellationToken)
    {
        block.Position = 0;
        try
        {
            await blob.AppendBlockAsync(block, cancellationToken: cancellationToken);
        }
        catch (RequestFailedException e) when (e.Status == 404)
        {
            await container.CreateIfNotExistsAsync(cancellationToken: cancellationToken);
            await blob.CreateIfNotExistsAsync(cancellationToken: cancellationToken);
            block.Position = 0;
            await blob.AppendBlockAsync(block, cancellationToken: cancellationToken);
        }
    }
}

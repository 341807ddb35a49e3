using System.Runtime.CompilerServices;
using Azure;
using Azure.Core.Pipeline;
using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Models;
using Azure.Storage.Blobs.Specialized;
using RecordsGuard.Envelopes;
using BlobItem = RecordsGuard.Envelopes.BlobItem;

namespace RecordsGuard.Azure;

/// <summary>
/// Blobs that are written once. A read is pinned: by version id where the account keeps versions, else by ETag. A
/// deletion names the ETag of the current blob and never a version id, which would delete the version for good.
/// </summary>
internal sealed class BlobStore(IReadOnlyDictionary<Container, BlobContainerClient> containers, TimeProvider time) : IBlobStore
{
    public async Task<BlobVersion?> CreateAsync(
        Container container, string name, Stream content, string cause, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(content);
        using var scope = HttpPipeline.CreateClientRequestIdScope(cause);
        return await new BlobCreation(containers[container].GetBlockBlobClient(name)).RunAsync(content, cancel);
    }

    public async Task<Stream?> OpenAsync(
        Container container, string name, BlobVersion version, long offset, long length, string cause, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(version);
        ArgumentOutOfRangeException.ThrowIfNegative(offset);
        ArgumentOutOfRangeException.ThrowIfNegative(length);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(length, version.Length - offset);
        using var scope = HttpPipeline.CreateClientRequestIdScope(cause);
        var blob = containers[container].GetBlobBaseClient(name);
        var pin = new BlobRequestConditions();
        if (version.VersionId is { } id)
        {
            blob = blob.WithVersion(id);
        }
        else
        {
            pin.IfMatch = new ETag(version.ETag);
        }

        return await StoreCall.RunAsync<Stream?>(
            $"Reading from {container}",
            async () =>
            {
                try
                {
                    if (length == 0)
                    {
                        // No HTTP range says "nothing"; but whether the version is there still has to be asked.
                        await blob.GetPropertiesAsync(pin, cancel);
                        return Stream.Null;
                    }

                    var options = new BlobDownloadOptions { Range = new HttpRange(offset, length), Conditions = pin };
                    BlobDownloadStreamingResult answer = await blob.DownloadStreamingAsync(options, cancel);
                    return new PinnedStream(answer.Content, length, cause);
                }
                catch (RequestFailedException e) when (IsGoneOrChanged(e))
                {
                    return null;
                }
            },
            cancel);
    }

    public async Task<bool> DeleteAsync(
        Container container, string name, BlobVersion version, string cause, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(version);
        using var scope = HttpPipeline.CreateClientRequestIdScope(cause);
        var blob = containers[container].GetBlobBaseClient(name);
        var snapshots = container == Container.Inbox ? DeleteSnapshotsOption.IncludeSnapshots : DeleteSnapshotsOption.None;
        return await StoreCall.RunAsync(
            $"Deleting from {container}",
            async () =>
            {
                try
                {
                    await blob.DeleteAsync(snapshots, new BlobRequestConditions { IfMatch = new ETag(version.ETag) }, cancel);
                    return true;
                }
                catch (RequestFailedException e) when (e.ErrorCode == BlobErrorCode.BlobNotFound)
                {
                    return true;
                }
                catch (RequestFailedException e) when (e.Status == 412)
                {
                    // "Not this ETag" may also be said of a blob that is not there.
                    return !await ExistsAsync(blob, cancel);
                }
            },
            cancel);
    }

    public Task<BlobLook?> LookAsync(Container container, string name, string cause, CancellationToken cancel)
    {
        using var scope = HttpPipeline.CreateClientRequestIdScope(cause);
        var blob = containers[container].GetBlobBaseClient(name);
        return StoreCall.RunAsync<BlobLook?>(
            $"Looking into {container}",
            async () =>
            {
                try
                {
                    BlobProperties found = await blob.GetPropertiesAsync(cancellationToken: cancel);
                    return new(
                        new(found.ETag.ToString("H"), found.VersionId, found.ContentLength),
                        found.LastModified,
                        Busy: found.LeaseState is LeaseState.Leased or LeaseState.Breaking || found.BlobCopyStatus == CopyStatus.Pending,
                        Growing: found.BlobType != BlobType.Block,
                        found.ContentType ?? "",
                        new Dictionary<string, string>(found.Metadata, StringComparer.OrdinalIgnoreCase));
                }
                catch (RequestFailedException e) when (e.ErrorCode == BlobErrorCode.BlobNotFound)
                {
                    return null;
                }
            },
            cancel);
    }

    public async Task<CreationGrant> GrantCreationAsync(
        Container container, string name, TimeSpan life, string cause, CancellationToken cancel)
    {
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(life, TimeSpan.Zero);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(life, TimeSpan.FromHours(1));
        using var scope = HttpPipeline.CreateClientRequestIdScope(cause);
        return await StoreCall.RunAsync(
            $"Granting a creation in {container}",
            () => BlobCreationGrant.SignAsync(containers[container], name, life, time.GetUtcNow(), cancel),
            cancel);
    }

    public async IAsyncEnumerable<BlobItem> ListAsync(
        Container container, string prefix, [EnumeratorCancellation] CancellationToken cancel)
    {
        var pages = containers[container].GetBlobsAsync(BlobTraits.None, BlobStates.None, prefix, cancel);
        await foreach (var item in StoreCall.ListAsync($"Listing {container}", pages, cancel))
        {
            var properties = item.Properties;
            var etag = properties.ETag.GetValueOrDefault().ToString("H");
            yield return new(
                item.Name,
                new(etag, VersionId: null, properties.ContentLength ?? 0),
                properties.LastModified ?? DateTimeOffset.MinValue);
        }
    }

    private static async Task<bool> ExistsAsync(BlobBaseClient blob, CancellationToken cancel)
    {
        try
        {
            await blob.GetPropertiesAsync(cancellationToken: cancel);
            return true;
        }
        catch (RequestFailedException e) when (e.ErrorCode == BlobErrorCode.BlobNotFound)
        {
            return false;
        }
    }

    private static bool IsGoneOrChanged(RequestFailedException e) =>
        e.Status is 412 or 416 || e.ErrorCode == BlobErrorCode.BlobNotFound;
}

using System.Runtime.CompilerServices;
using Azure;
using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Models;
using Azure.Storage.Blobs.Specialized;
using RecordsGuard.Audit;

namespace RecordsGuard.Azure;

/// <summary>
/// The tree's blobs, each one Put Blob and under a condition. The lease is that of an empty blob beside the head: the
/// head itself is guarded by its ETag alone.
/// </summary>
internal sealed class BlobTreeStore(IReadOnlyDictionary<TreePart, BlobContainerClient> containers) : ITreeStore
{
    private const string Lease = "lease";

    public Task<TreeBlob?> ReadAsync(TreePart part, string name, CancellationToken cancel) => LogCall.RunAsync(
        $"Reading from {part}",
        async () =>
        {
            try
            {
                BlobDownloadResult blob = await containers[part].GetBlobClient(name).DownloadContentAsync(cancel);
                return new TreeBlob(blob.Content.ToMemory(), blob.Details.ETag.ToString("H"));
            }
            catch (RequestFailedException e) when (e.ErrorCode == BlobErrorCode.BlobNotFound)
            {
                return null;
            }
        },
        cancel);

    public async Task<bool> CreateAsync(TreePart part, string name, ReadOnlyMemory<byte> bytes, CancellationToken cancel)
    {
        ArgumentOutOfRangeException.ThrowIfEqual(part, TreePart.Head);
        return await PutAsync(part, name, bytes, new() { IfNoneMatch = ETag.All }, cancel) is not null
            || (await ReadAsync(part, name, cancel) is { } there && there.Bytes.Span.SequenceEqual(bytes.Span));
    }

    public Task<string?> SwapAsync(string name, ReadOnlyMemory<byte> bytes, string? etag, CancellationToken cancel) => PutAsync(
        TreePart.Head, name, bytes, etag is null ? new() { IfNoneMatch = ETag.All } : new() { IfMatch = new ETag(etag) }, cancel);

    public Task RemoveAsync(string name, CancellationToken cancel) => LogCall.RunAsync(
        "Removing a staged batch",
        () => containers[TreePart.Staging].GetBlobClient(name).DeleteIfExistsAsync(cancellationToken: cancel),
        cancel);

    public async IAsyncEnumerable<string> ListStagedAsync([EnumeratorCancellation] CancellationToken cancel)
    {
        var pages = containers[TreePart.Staging].GetBlobsAsync(BlobTraits.None, BlobStates.None, null, cancel);
        await using var each = pages.GetAsyncEnumerator(cancel);
        while (await LogCall.RunAsync("Listing staged batches", () => each.MoveNextAsync().AsTask(), cancel))
        {
            yield return each.Current.Name;
        }
    }

    /// <summary>The id is ours to choose: a try that is repeated because its answer was lost gets the same lease.</summary>
    public async Task<string?> AcquireLeaseAsync(TimeSpan length, CancellationToken cancel)
    {
        var lease = LeaseBlob.GetBlobLeaseClient(Guid.NewGuid().ToString());
        if (await TryAsync(() => lease.AcquireAsync(length, cancellationToken: cancel), cancel) is { } first)
        {
            return first ? lease.LeaseId : null;
        }

        await PutAsync(TreePart.Head, Lease, default, new() { IfNoneMatch = ETag.All }, cancel);
        return await TryAsync(() => lease.AcquireAsync(length, cancellationToken: cancel), cancel) == true ? lease.LeaseId : null;
    }

    public async Task<bool> RenewLeaseAsync(string lease, CancellationToken cancel) =>
        await TryAsync(() => LeaseBlob.GetBlobLeaseClient(lease).RenewAsync(cancellationToken: cancel), cancel) == true;

    public Task ReleaseLeaseAsync(string lease, CancellationToken cancel) =>
        TryAsync(() => LeaseBlob.GetBlobLeaseClient(lease).ReleaseAsync(cancellationToken: cancel), cancel);

    private BlobClient LeaseBlob => containers[TreePart.Head].GetBlobClient(Lease);

    /// <summary>The ETag, or null if the condition does not hold.</summary>
    private Task<string?> PutAsync(
        TreePart part, string name, ReadOnlyMemory<byte> bytes, BlobRequestConditions condition, CancellationToken cancel) =>
        LogCall.RunAsync(
            $"Writing to {part}",
            async () =>
            {
                try
                {
                    BlobContentInfo info = await containers[part].GetBlobClient(name).UploadAsync(
                        new BinaryData(bytes), new BlobUploadOptions { Conditions = condition }, cancel);
                    return info.ETag.ToString("H");
                }
                catch (RequestFailedException e) when (BlobCreation.Exists(e))
                {
                    return null;
                }
            },
            cancel);

    /// <summary>False if somebody else has the lease, null if there is no blob to lease.</summary>
    private static async Task<bool?> TryAsync<T>(Func<Task<T>> call, CancellationToken cancel) => await LogCall.RunAsync<bool?>(
        "The sequencer's lease",
        async () =>
        {
            try
            {
                await call();
                return true;
            }
            catch (RequestFailedException e) when (e.Status == 409)
            {
                return false;
            }
            catch (RequestFailedException e) when (e.ErrorCode == BlobErrorCode.BlobNotFound)
            {
                return null;
            }
        },
        cancel);
}

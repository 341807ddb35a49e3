using System.Collections.Concurrent;
using System.Security.Cryptography;
using Azure;
using Azure.Storage;
using Azure.Storage.Blobs.Models;
using Azure.Storage.Blobs.Specialized;
using RecordsGuard.Envelopes;

namespace RecordsGuard.Azure;

/// <summary>
/// One creation: blocks of 4 MiB, two under way while the next is filled, then the commit that makes them a blob, only
/// if there is none of that name. Block ids are random, because those of the SDK's own uploader follow the offset: two
/// creators of one name would replace each other's blocks, and the winner commit the loser's.
/// </summary>
internal sealed class BlobCreation(BlockBlobClient blob)
{
    private const int BlockBytes = 4 * 1024 * 1024;
    private const int UnderWay = 2;
    private const int MaxBlocks = 50_000;
    private const int KeptBlocks = 4;
    private const string Mark = "mark";

    /// <summary>Not the shared pool: that keeps an array for each thread that ever gave one back, and a block is 4 MiB.</summary>
    private static readonly ConcurrentQueue<byte[]> Idle = new();

    private static readonly UploadTransferValidationOptions Checked = new() { ChecksumAlgorithm = StorageChecksumAlgorithm.MD5 };

    private readonly string mark = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16));

    private Dictionary<string, string> Metadata => new() { [Mark] = mark };

    private static BlobRequestConditions NoneOfThatName => new() { IfNoneMatch = ETag.All };

    /// <summary>What <paramref name="content"/> throws passes as it is; nothing is committed then.</summary>
    public async Task<BlobVersion?> RunAsync(Stream content, CancellationToken cancel)
    {
        var blocks = new List<string>();
        var length = 0L;
        var underWay = new Queue<Task>(UnderWay);
        var buffer = RentBlock();
        using var abort = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        try
        {
            var filled = await content.ReadAtLeastAsync(buffer.AsMemory(0, BlockBytes), BlockBytes, false, cancel);
            if (filled < BlockBytes)
            {
                return await CommitAsync(
                    filled,
                    () => blob.UploadAsync(
                        new MemoryStream(buffer, 0, filled, writable: false),
                        new BlobUploadOptions { Conditions = NoneOfThatName, Metadata = Metadata, TransferValidation = Checked },
                        cancel),
                    cancel);
            }

            while (filled > 0)
            {
                if (underWay.Count == UnderWay)
                {
                    await underWay.Dequeue();
                }

                if (blocks.Count == MaxBlocks)
                {
                    throw new InvalidDataException("A blob holds at most 50,000 blocks of 4 MiB.");
                }

                blocks.Add(Convert.ToBase64String(RandomNumberGenerator.GetBytes(16)));
                length += filled;
                underWay.Enqueue(StageAsync(blocks[^1], buffer, filled, abort.Token));
                buffer = RentBlock();
                filled = await content.ReadAtLeastAsync(buffer.AsMemory(0, BlockBytes), BlockBytes, false, cancel);
            }

            while (underWay.TryDequeue(out var stage))
            {
                await stage;
            }

            return await CommitAsync(
                length,
                () => blob.CommitBlockListAsync(
                    blocks, new CommitBlockListOptions { Conditions = NoneOfThatName, Metadata = Metadata }, cancel),
                cancel);
        }
        finally
        {
            await abort.CancelAsync();
            await Task.WhenAll(underWay).ContinueWith(
                _ => { }, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
            ReturnBlock(buffer);
        }
    }

    private static byte[] RentBlock() =>
        Idle.TryDequeue(out var idle) ? idle : GC.AllocateUninitializedArray<byte>(BlockBytes);

    private static void ReturnBlock(byte[] buffer)
    {
        if (Idle.Count < KeptBlocks)
        {
            Idle.Enqueue(buffer);
        }
    }

    /// <summary>
    /// Returns the buffer when no try can send from it any more. Begins on another thread: the SDK computes a block's MD5
    /// before it first waits, and the next block can be sealed meanwhile.
    /// </summary>
    private async Task StageAsync(string id, byte[] buffer, int filled, CancellationToken cancel)
    {
        try
        {
            await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
            var options = new BlockBlobStageBlockOptions { TransferValidation = Checked };
            await StoreCall.RunAsync(
                "Sending a block",
                () => blob.StageBlockAsync(id, new MemoryStream(buffer, 0, filled, writable: false), options, cancel),
                cancel);
        }
        finally
        {
            ReturnBlock(buffer);
        }
    }

    private async Task<BlobVersion?> CommitAsync(
        long length, Func<Task<Response<BlobContentInfo>>> commit, CancellationToken cancel)
    {
        using var attempts = Attempts.Begin();
        return await StoreCall.RunAsync(
            "Creating a blob",
            async () =>
            {
                try
                {
                    BlobContentInfo info = await commit();
                    return new BlobVersion(info.ETag.ToString("H"), info.VersionId, length);
                }
                catch (RequestFailedException e) when (Exists(e))
                {
                    return attempts.Retried ? await OursAsync(cancel) : null;
                }
            },
            cancel);
    }

    /// <summary>After a retry, the blob that exists may be the one that our first try created: our mark tells.</summary>
    private async Task<BlobVersion?> OursAsync(CancellationToken cancel)
    {
        BlobProperties properties = await blob.GetPropertiesAsync(cancellationToken: cancel);
        return properties.Metadata.TryGetValue(Mark, out var found) && found == mark
            ? new(properties.ETag.ToString("H"), properties.VersionId, properties.ContentLength)
            : null;
    }

    /// <summary>As Azure says it to an identity that may overwrite, to one that may only add, and of a write-once blob.</summary>
    internal static bool Exists(RequestFailedException e) =>
        e.Status == 412
        || e.ErrorCode == BlobErrorCode.BlobAlreadyExists
        || e.ErrorCode == "UnauthorizedBlobOverwrite"
        || e.ErrorCode == "BlobImmutableDueToPolicy";
}

using System.Globalization;
using System.Runtime.CompilerServices;
using Azure;
using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Models;
using RecordsGuard.Alerts;

namespace RecordsGuard.Azure;

/// <summary>
/// The logs account: append blobs <c>…/y=2026/m=01/d=31/h=23/m=00/PT1H.json</c>. Listing goes down the tree to the days and
/// leaves out those that are over, so that it costs what is new and not what is kept; a day is one call.
/// </summary>
internal sealed class BlobResourceLogs(BlobServiceClient service) : IResourceLogs
{
    public async IAsyncEnumerable<ResourceLogFile> ListAsync(
        string category, DateTimeOffset from, [EnumeratorCancellation] CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(category);
        var name = category == "activity" ? "insights-activity-logs" : $"insights-logs-{category.ToLowerInvariant()}";
        var container = service.GetBlobContainerClient(name);
        var hour = from.UtcDateTime.Date.AddHours(from.UtcDateTime.Hour);
        var folders = new Stack<string?>([null]);
        while (folders.TryPop(out var folder))
        {
            foreach (var item in await ChildrenAsync(container, folder, cancel))
            {
                if (!MayHold(item.IsBlob ? item.Blob.Name : item.Prefix, hour))
                {
                    continue;
                }

                if (item.IsBlob)
                {
                    yield return new($"{name}/{item.Blob.Name}", item.Blob.Properties.ContentLength ?? 0);
                }
                else
                {
                    folders.Push(item.Prefix);
                }
            }
        }
    }

    public async Task<Stream> OpenAsync(string name, long offset, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(name);
        ArgumentOutOfRangeException.ThrowIfNegative(offset);
        var slash = name.IndexOf('/', StringComparison.Ordinal);
        ArgumentOutOfRangeException.ThrowIfLessThan(slash, 1, nameof(name));
        var blob = service.GetBlobContainerClient(name[..slash]).GetBlobClient(name[(slash + 1)..]);
        return await StoreCall.RunAsync<Stream>(
            "Reading a resource log",
            async () =>
            {
                try
                {
                    BlobDownloadStreamingResult answer = await blob.DownloadStreamingAsync(
                        new BlobDownloadOptions { Range = new HttpRange(offset) }, cancel);
                    return new PinnedStream(answer.Content, length: null, cause: null);
                }
                catch (RequestFailedException e) when (e.Status == 416)
                {
                    return Stream.Null;
                }
            },
            cancel);
    }

    private static Task<List<BlobHierarchyItem>> ChildrenAsync(
        BlobContainerClient container, string? folder, CancellationToken cancel) => StoreCall.RunAsync(
            "Listing resource logs",
            async () =>
            {
                var items = new List<BlobHierarchyItem>();
                try
                {
                    var below = folder is not null && IsDay(folder) ? null : "/";
                    await foreach (var item in container.GetBlobsByHierarchyAsync(BlobTraits.None, BlobStates.None, below, folder, cancel))
                    {
                        items.Add(item);
                    }
                }
                catch (RequestFailedException e) when (e.ErrorCode == BlobErrorCode.ContainerNotFound)
                {
                    items.Clear();
                }

                return items;
            },
            cancel);

    private static bool IsDay(string folder) => folder.TrimEnd('/').Split('/') is [.., var year, _, var day]
        && year.StartsWith("y=", StringComparison.OrdinalIgnoreCase) && day.StartsWith("d=", StringComparison.OrdinalIgnoreCase);

    /// <summary>False once the y=, m=, d= and h= of the name say that all below it was before the hour.</summary>
    private static bool MayHold(string name, DateTime hour)
    {
        var parts = name.TrimEnd('/').Split('/');
        var year = Array.FindLastIndex(parts, p => p.StartsWith("y=", StringComparison.OrdinalIgnoreCase));
        if (year < 0)
        {
            return true;
        }

        int[] limits = [hour.Year, hour.Month, hour.Day, hour.Hour];
        foreach (var (part, limit) in parts[year..].Zip(limits))
        {
            if (part.Length < 3 || !int.TryParse(part.AsSpan(2), NumberStyles.None, CultureInfo.InvariantCulture, out var value))
            {
                return true;
            }

            if (value != limit)
            {
                return value > limit;
            }
        }

        return true;
    }
}

using System.Globalization;
using System.Runtime.CompilerServices;
using RecordsGuard.Audit;

namespace RecordsGuard.Fakes;

/// <summary>The tree's containers in memory, with the lease of Blob storage.</summary>
public sealed class InMemoryTreeStore(TimeProvider? time = null) : ITreeStore
{
    private readonly TimeProvider time = time ?? TimeProvider.System;
    private readonly Lock gate = new();
    private readonly Dictionary<(TreePart Part, string Name), TreeBlob> blobs = [];
    private long etags;
    private (string Id, TimeSpan Length, DateTimeOffset Ends) lease;

    /// <summary>How many blobs were read so far.</summary>
    public int BlobsRead { get; private set; }

    /// <summary>The names of a container's blobs, in ordinal order.</summary>
    public IReadOnlyList<string> Names(TreePart part)
    {
        lock (gate)
        {
            return [.. blobs.Keys.Where(k => k.Part == part).Select(k => k.Name).Order(StringComparer.Ordinal)];
        }
    }

    /// <summary>What a storage administrator may do: put other bytes there, or none.</summary>
    public void Tamper(TreePart part, string name, ReadOnlyMemory<byte>? bytes)
    {
        lock (gate)
        {
            if (bytes is { } other)
            {
                blobs[(part, name)] = new(other, NewETag());
            }
            else
            {
                blobs.Remove((part, name));
            }
        }
    }

    /// <summary>A store with the same blobs and no lease, which goes its own way from here.</summary>
    public InMemoryTreeStore Copy(TimeProvider time)
    {
        var copy = new InMemoryTreeStore(time) { etags = etags };
        lock (gate)
        {
            foreach (var (key, blob) in blobs)
            {
                copy.blobs.Add(key, blob);
            }
        }

        return copy;
    }

    public Task<TreeBlob?> ReadAsync(TreePart part, string name, CancellationToken cancel) => Locked(() =>
    {
        BlobsRead++;
        return blobs.GetValueOrDefault((part, name));
    }, cancel);

    public Task<bool> CreateAsync(TreePart part, string name, ReadOnlyMemory<byte> bytes, CancellationToken cancel)
    {
        ArgumentOutOfRangeException.ThrowIfEqual(part, TreePart.Head);
        return Locked(() => blobs.TryAdd((part, name), new(bytes.ToArray(), NewETag()))
            || blobs[(part, name)].Bytes.Span.SequenceEqual(bytes.Span), cancel);
    }

    public Task<string?> SwapAsync(string name, ReadOnlyMemory<byte> bytes, string? etag, CancellationToken cancel) => Locked(() =>
    {
        if (blobs.GetValueOrDefault((TreePart.Head, name))?.ETag != etag)
        {
            return null;
        }

        var next = NewETag();
        blobs[(TreePart.Head, name)] = new(bytes.ToArray(), next);
        return next;
    }, cancel);

    public Task RemoveAsync(string name, CancellationToken cancel) => Locked(() => blobs.Remove((TreePart.Staging, name)), cancel);

    public async IAsyncEnumerable<string> ListStagedAsync([EnumeratorCancellation] CancellationToken cancel)
    {
        await Task.Yield();
        foreach (var name in Names(TreePart.Staging))
        {
            cancel.ThrowIfCancellationRequested();
            yield return name;
        }
    }

    public Task<string?> AcquireLeaseAsync(TimeSpan length, CancellationToken cancel) => Locked(() =>
    {
        if (lease.Ends > time.GetUtcNow())
        {
            return null;
        }

        lease = (Guid.NewGuid().ToString(), length, time.GetUtcNow() + length);
        return lease.Id;
    }, cancel);

    public Task<bool> RenewLeaseAsync(string lease, CancellationToken cancel) => Locked(() =>
    {
        if (this.lease.Id != lease)
        {
            return false;
        }

        this.lease.Ends = time.GetUtcNow() + this.lease.Length;
        return true;
    }, cancel);

    public Task ReleaseLeaseAsync(string lease, CancellationToken cancel) => Locked(() =>
    {
        if (this.lease.Id == lease)
        {
            this.lease.Ends = DateTimeOffset.MinValue;
        }

        return true;
    }, cancel);

    private Task<T> Locked<T>(Func<T> call, CancellationToken cancel) => Answer.Of(() =>
    {
        cancel.ThrowIfCancellationRequested();
        lock (gate)
        {
            return call();
        }
    });

    private string NewETag() => string.Create(CultureInfo.InvariantCulture, $"\"{++etags}\"");
}

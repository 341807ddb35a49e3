using System.Globalization;
using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using System.Text;
using RecordsGuard.Envelopes;
using RecordsGuard.Records;

namespace RecordsGuard.Fakes;

/// <summary>
/// Blobs in memory, with the versions and soft-deleted copies that Azure keeps and a local emulator does not, unless
/// <paramref name="versions"/> is false. The inbox keeps none, there or here.
/// </summary>
public sealed class InMemoryBlobStore(TimeProvider? time = null, bool versions = true) : IBlobStore
{
    private readonly TimeProvider time = time ?? TimeProvider.System;
    private readonly Lock gate = new();
    private readonly SortedDictionary<(Container Container, string Name), List<StoredBlob>> blobs = new(
        Comparer<(Container Container, string Name)>.Create((x, y) =>
            x.Container != y.Container ? x.Container.CompareTo(y.Container) : string.CompareOrdinal(x.Name, y.Name)));
    private readonly List<BlobCall> calls = [];
    private long states;

    /// <summary>While set, every call throws <see cref="StoreUnavailableException"/> and does nothing.</summary>
    public bool Down { get; set; }

    /// <summary>Streams from <see cref="OpenAsync"/> break after so many bytes; never if negative.</summary>
    public long BreakReadsAfter { get; set; } = -1;

    /// <summary>Every call, with what it gave as its cause.</summary>
    public IReadOnlyList<BlobCall> Calls
    {
        get
        {
            lock (gate)
            {
                return [.. calls];
            }
        }
    }

    /// <summary>A store with the same blobs, which goes its own way from here; nobody has called it yet.</summary>
    public InMemoryBlobStore Copy(TimeProvider time)
    {
        var copy = new InMemoryBlobStore(time, versions) { states = states };
        lock (gate)
        {
            foreach (var (key, kept) in blobs)
            {
                copy.blobs.Add(key, [.. kept.Select(b => b with { })]);
            }
        }

        return copy;
    }

    /// <summary>The current blobs' names, in order.</summary>
    public IReadOnlyList<string> Names(Container container)
    {
        lock (gate)
        {
            return [.. blobs.Keys.Where(k => k.Container == container && Current(container, k.Name) is not null).Select(k => k.Name)];
        }
    }

    public async Task<BlobVersion?> CreateAsync(
        Container container, string name, Stream content, string cause, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(content);
        Enter(nameof(CreateAsync), container, name, cause, cancel);
        using var buffer = new MemoryStream();
        await content.CopyToAsync(buffer, cancel);
        cancel.ThrowIfCancellationRequested();
        lock (gate)
        {
            return Current(container, name) is null ? Add(container, name, buffer.ToArray()).Version : null;
        }
    }

    public Task<Stream?> OpenAsync(
        Container container, string name, BlobVersion version, long offset, long length, string cause, CancellationToken cancel) => Answer.Of<Stream?>(() =>
    {
        ArgumentNullException.ThrowIfNull(version);
        ArgumentOutOfRangeException.ThrowIfNegative(offset);
        ArgumentOutOfRangeException.ThrowIfNegative(length);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(length, version.Length - offset);
        Enter(nameof(OpenAsync), container, name, cause, cancel);
        lock (gate)
        {
            var blob = version.VersionId is { } id
                ? Kept(container, name).FirstOrDefault(b => b.Version.VersionId == id)
                : Current(container, name) is { } current && current.Version.ETag == version.ETag ? current : null;
            return blob is null || blob.Content.Length != version.Length
                ? null
                : new ChunkedStream(blob.Content.AsMemory((int)offset, (int)length)) { BreakAfter = BreakReadsAfter };
        }
    });

    public Task<bool> DeleteAsync(
        Container container, string name, BlobVersion version, string cause, CancellationToken cancel) => Answer.Of<bool>(() =>
    {
        ArgumentNullException.ThrowIfNull(version);
        Enter(nameof(DeleteAsync), container, name, cause, cancel);
        lock (gate)
        {
            var current = Current(container, name);
            if (current?.Version.ETag != version.ETag)
            {
                return current is null;
            }

            Retire(container, name, current!);
            return true;
        }
    });

    public Task<BlobLook?> LookAsync(Container container, string name, string cause, CancellationToken cancel) => Answer.Of<BlobLook?>(() =>
    {
        Enter(nameof(LookAsync), container, name, cause, cancel);
        lock (gate)
        {
            return Current(container, name)?.Look;
        }
    });

    public Task<CreationGrant> GrantCreationAsync(
        Container container, string name, TimeSpan life, string cause, CancellationToken cancel) => Answer.Of<CreationGrant>(() =>
    {
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(life, TimeSpan.Zero);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(life, TimeSpan.FromHours(1));
        Enter(nameof(GrantCreationAsync), container, name, cause, cancel);
        var now = time.GetUtcNow();
        var signature = Convert.ToBase64String(RandomNumberGenerator.GetBytes(32));
        return new(
            new($"https://fake.example/{container}/{Uri.EscapeDataString(name)}?sig={Uri.EscapeDataString(signature)}"), now, now + life,
            Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(signature))));
    });

    public async IAsyncEnumerable<BlobItem> ListAsync(
        Container container, string prefix, [EnumeratorCancellation] CancellationToken cancel)
    {
        await Task.Yield();
        Enter(nameof(ListAsync), container, prefix, "", cancel);
        List<BlobItem> found = [];
        lock (gate)
        {
            foreach (var ((held, name), _) in blobs)
            {
                if (held == container && name.StartsWith(prefix, StringComparison.Ordinal) && Current(container, name) is { } blob)
                {
                    found.Add(new(name, blob.Version with { VersionId = null }, blob.Created));
                }
            }
        }

        foreach (var item in found)
        {
            yield return item;
        }
    }

    /// <summary>The current content, or null.</summary>
    public byte[]? Content(Container container, string name)
    {
        lock (gate)
        {
            return Current(container, name)?.Content.ToArray();
        }
    }

    /// <summary>Every version that the platform still keeps, oldest first, deleted ones included.</summary>
    public IReadOnlyList<KeptVersion> Versions(Container container, string name)
    {
        lock (gate)
        {
            return [.. Kept(container, name).Select(b => new KeptVersion(b.Version, b.Content.ToArray(), b.Created, b.Deleted))];
        }
    }

    /// <summary>
    /// What the store's own contract forbids and an intruder does: put other bytes in the blob's place. In the inbox:
    /// what anybody does who sends a file; <paramref name="look"/> gives it other properties than a plain Put Blob.
    /// </summary>
    public BlobVersion Overwrite(Container container, string name, byte[] content, Func<BlobLook, BlobLook>? look = null)
    {
        ArgumentNullException.ThrowIfNull(content);
        lock (gate)
        {
            if (Current(container, name) is { } current)
            {
                Retire(container, name, current);
            }

            var blob = Add(container, name, [.. content]);
            var seen = look?.Invoke(blob.Look) ?? blob.Look;
            Kept(container, name)[^1] = blob with { Version = seen.Version, Look = seen };
            return seen.Version;
        }
    }

    /// <summary>What the platform's rules do in time: drops every version that was deleted before <paramref name="before"/>.</summary>
    public void Expire(DateTimeOffset before)
    {
        lock (gate)
        {
            foreach (var kept in blobs.Values)
            {
                kept.RemoveAll(b => b.Deleted < before);
            }
        }
    }

    private List<StoredBlob> Kept(Container container, string name) =>
        blobs.TryGetValue((container, name), out var kept) ? kept : [];

    private StoredBlob? Current(Container container, string name) =>
        Kept(container, name) is [.., { Deleted: null } last] ? last : null;

    private void Retire(Container container, string name, StoredBlob blob)
    {
        blob.Deleted = time.GetUtcNow();
        if (!versions || container == Container.Inbox)
        {
            Kept(container, name).Remove(blob);
        }
    }

    private StoredBlob Add(Container container, string name, byte[] content)
    {
        var now = time.GetUtcNow();
        var number = ++states;
        var id = versions && container != Container.Inbox ? $"{now.UtcDateTime:yyyy-MM-ddTHH:mm:ss}.{number:D7}Z" : null;
        var etag = string.Create(CultureInfo.InvariantCulture, $"\"0x8DE{number:X12}\"");
        var blob = new StoredBlob(new(etag, id, content.Length), content, now);
        if (!blobs.TryGetValue((container, name), out var kept))
        {
            kept = [];
            blobs.Add((container, name), kept);
        }

        kept.Add(blob);
        return blob;
    }

    private void Enter(string call, Container container, string name, string cause, CancellationToken cancel)
    {
        cancel.ThrowIfCancellationRequested();
        lock (gate)
        {
            calls.Add(new(call, container, name, cause));
        }

        if (Down)
        {
            throw new StoreUnavailableException("The fake blob store is down.");
        }
    }

    private sealed record StoredBlob(BlobVersion Version, byte[] Content, DateTimeOffset Created)
    {
        public DateTimeOffset? Deleted { get; set; }

        public BlobLook Look { get; init; } = new(
            Version, Created, Busy: false, Growing: false, "application/octet-stream",
            new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase));
    }
}

/// <summary>A call of the blob port.</summary>
public sealed record BlobCall(string Call, Container Container, string Name, string Cause);

/// <summary>A version that the platform keeps, and when it was deleted or overwritten.</summary>
public sealed record KeptVersion(BlobVersion Version, byte[] Content, DateTimeOffset Created, DateTimeOffset? Deleted);

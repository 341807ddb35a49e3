using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text;
using RecordsGuard.Alerts;
using RecordsGuard.Records;

namespace RecordsGuard.Fakes;

/// <summary>Exported log files in memory, in Azure's layout: one file a resource and hour of arrival.</summary>
public sealed class InMemoryResourceLogs : IResourceLogs
{
    private readonly Lock gate = new();
    private readonly SortedDictionary<string, LogFile> files = new(StringComparer.Ordinal);

    /// <summary>While set, every call throws <see cref="StoreUnavailableException"/>.</summary>
    public bool Down { get; set; }

    /// <summary>Adds a whole line.</summary>
    public string Append(string category, string resourceId, DateTimeOffset arrival, string line) =>
        Append(category, resourceId, arrival, Encoding.UTF8.GetBytes(line + "\n"));

    /// <summary>Adds bytes, which may end anywhere; answers the file's name.</summary>
    public string Append(string category, string resourceId, DateTimeOffset arrival, ReadOnlySpan<byte> bytes)
    {
        ArgumentNullException.ThrowIfNull(category);
        ArgumentNullException.ThrowIfNull(resourceId);
        var hour = new DateTimeOffset(arrival.UtcDateTime.Date.AddHours(arrival.UtcDateTime.Hour), TimeSpan.Zero);
        var container = category == "activity" ? "insights-activity-logs" : $"insights-logs-{category.ToLowerInvariant()}";
        var name = string.Create(
            CultureInfo.InvariantCulture,
            $"{container}/resourceId={resourceId.ToUpperInvariant()}/y={hour:yyyy}/m={hour:MM}/d={hour:dd}/h={hour:HH}/m=00/PT1H.json");
        lock (gate)
        {
            if (!files.TryGetValue(name, out var file))
            {
                file = new(container, hour, []);
                files.Add(name, file);
            }

            file.Bytes.AddRange(bytes);
        }

        return name;
    }

    public async IAsyncEnumerable<ResourceLogFile> ListAsync(
        string category, DateTimeOffset from, [EnumeratorCancellation] CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(category);
        await Task.Yield();
        Enter(cancel);
        var container = category == "activity" ? "insights-activity-logs" : $"insights-logs-{category.ToLowerInvariant()}";
        List<ResourceLogFile> found;
        lock (gate)
        {
            found =
            [
                .. files.Where(f => f.Value.Container == container && f.Value.Hour.AddHours(1) > from)
                    .Select(f => new ResourceLogFile(f.Key, f.Value.Bytes.Count))
            ];
        }

        foreach (var file in found)
        {
            yield return file;
        }
    }

    public Task<Stream> OpenAsync(string name, long offset, CancellationToken cancel) => Answer.Of<Stream>(() =>
    {
        ArgumentOutOfRangeException.ThrowIfNegative(offset);
        Enter(cancel);
        lock (gate)
        {
            if (!files.TryGetValue(name, out var file))
            {
                throw new StoreUnavailableException($"There is no log file {name}.");
            }

            var rest = file.Bytes.Skip((int)Math.Min(offset, file.Bytes.Count)).ToArray();
            return new ChunkedStream(rest);
        }
    });

    private void Enter(CancellationToken cancel)
    {
        cancel.ThrowIfCancellationRequested();
        if (Down)
        {
            throw new StoreUnavailableException("The fake logs account is down.");
        }
    }

    private sealed record LogFile(string Container, DateTimeOffset Hour, List<byte> Bytes);
}

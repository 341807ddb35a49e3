using System.Globalization;

namespace RecordsGuard.Alerts;

/// <summary>One exported log file and how long it is now.</summary>
/// <param name="Name">Container and path, such as <c>insights-logs-auditevent/resourceId=…/PT1H.json</c>.</param>
public sealed record ResourceLogFile(string Name, long Length)
{
    /// <summary>The end of the hour in which, by its name, its lines came; null if the name does not tell.</summary>
    public DateTimeOffset? Until
    {
        get
        {
            var year = Name.IndexOf("/y=", StringComparison.OrdinalIgnoreCase);
            return year >= 0 && Name[(year + 1)..].Split('/') is [var y, var m, var d, var h, ..]
                && DateTimeOffset.TryParseExact(
                    $"{y} {m} {d} {h}", "'y='yyyy 'm='MM 'd='dd 'h='HH", CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var hour)
                ? hour.AddHours(1)
                : null;
        }
    }
}

/// <summary>Azure's own logs of storage and vault, as files of lines that only grow.</summary>
public interface IResourceLogs
{
    /// <summary>
    /// The files of a category (<c>auditevent</c>, <c>storageread</c>, …; <c>activity</c> for the Activity log) for the
    /// hours from <paramref name="from"/>'s on; none if nothing was exported yet.
    /// </summary>
    IAsyncEnumerable<ResourceLogFile> ListAsync(string category, DateTimeOffset from, CancellationToken cancel);

    /// <summary>
    /// The bytes from <paramref name="offset"/> to the end as it is now; an empty stream if there is nothing new. They
    /// may end inside a line. The stream throws <see cref="IOException"/> if the store stops answering.
    /// </summary>
    Task<Stream> OpenAsync(string name, long offset, CancellationToken cancel);
}

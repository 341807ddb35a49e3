using System.Globalization;
using RecordsGuard.Envelopes;
using RecordsGuard.Records;

namespace RecordsGuard.Retention.Intake;

/// <summary>
/// The hourly look into the inbox: announcements get lost, and some files are never announced (a copy is at its start,
/// when there is nothing to take yet).
/// </summary>
public sealed class InboxWatch(IBlobStore blobs, IWorkQueue queue, TimeProvider time)
{
    /// <summary>Announces again what nobody has touched for an hour; tells of what has lain for more than a day.</summary>
    public async Task LookAsync(Func<InboxNotice, Task> tell, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(tell);
        var now = time.GetUtcNow();
        var stuck = 0;
        await foreach (var file in blobs.ListAsync(Container.Inbox, "", cancel))
        {
            if (now - file.LastModified >= Inbox.Rest)
            {
                await queue.SendAsync(WorkQueues.Inbox, InboxMessage.Of(file.Name), TimeSpan.Zero, cancel);
                stuck += now - file.LastModified > Inbox.Stale ? 1 : 0;
            }
        }

        if (stuck > 0)
        {
            await tell(Inbox.Stuck(string.Create(
                CultureInfo.InvariantCulture, $"{stuck} file(s) have lain in the inbox for more than a day.")));
        }
    }
}

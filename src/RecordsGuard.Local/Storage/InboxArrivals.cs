using System.Text.Json;
using System.Threading.Channels;
using Azure.Storage.Queues;
using RecordsGuard.Records;

namespace RecordsGuard.Local.Storage;

/// <summary>
/// Plays Event Grid: for each file that a storage log line says was put whole into the inbox, the event goes to the
/// queue <c>inbox</c> as infra/modules/inbox-events.bicep has it delivered. At most once and with no promise, as there.
/// The lines themselves go on to where they went before.
/// </summary>
internal sealed class InboxArrivals : ResourceLogWriter, IAsyncDisposable
{
    private const string Container = $"/{StorageAccounts.Inbox}/inbox/";

    private static readonly string Resource = LocalResourceIds.BlobService(StorageAccounts.Inbox);

    private readonly Channel<string> events = Channel.CreateUnbounded<string>();
    private readonly ResourceLogWriter logs;
    private readonly Task sending;

    public InboxArrivals(ResourceLogWriter logs, QueueServiceClient queues, Action<string> say)
    {
        this.logs = logs;
        sending = SendAsync(queues.GetQueueClient(WorkQueues.Inbox), say);
    }

    public override void Write(string category, string resourceId, ReadOnlyMemory<byte> json)
    {
        logs.Write(category, resourceId, json);
        if (category == "StorageWrite" && resourceId == Resource && EventOf(json) is { } arrival)
        {
            events.Writer.TryWrite(arrival);
        }
    }

    public async ValueTask DisposeAsync()
    {
        events.Writer.Complete();
        await sending;
    }

    /// <summary>Microsoft.Storage.BlobCreated in Event Grid's schema, or null: no file was completed.</summary>
    internal static string? EventOf(ReadOnlyMemory<byte> line)
    {
        using var json = JsonDocument.Parse(line);
        var root = json.RootElement;
        var operation = root.GetProperty("operationName").GetString();
        if (operation is not ("PutBlob" or "PutBlockList") || root.GetProperty("statusCode").GetInt32() != 201)
        {
            return null;
        }

        var address = root.GetProperty("uri").GetString()!.Split('?')[0];
        var path = "/" + address.Split('/', 4)[3];
        var name = Uri.UnescapeDataString(path);
        if (!name.StartsWith(Container, StringComparison.Ordinal) || name.Length == Container.Length)
        {
            return null;
        }

        var about = root.GetProperty("properties");
        string? Text(string of) => about.TryGetProperty(of, out var value) ? value.GetString() : null;
        using var buffer = new MemoryStream();
        using (var writer = new Utf8JsonWriter(buffer))
        {
            writer.WriteStartObject();
            writer.WriteString("topic", LocalResourceIds.StorageAccount(StorageAccounts.Inbox));
            writer.WriteString("subject", $"/blobServices/default/containers/inbox/blobs/{name[Container.Length..]}");
            writer.WriteString("eventType", "Microsoft.Storage.BlobCreated");
            writer.WriteString("id", Guid.NewGuid());
            writer.WriteStartObject("data");
            writer.WriteString("api", operation);
            writer.WriteString("requestId", root.TryGetProperty("correlationId", out var request) ? request.GetString() : null);
            writer.WriteString("eTag", Text("etag")?.Trim('"'));
            writer.WriteString("blobType", "BlockBlob");
            writer.WriteString("url", address);
            writer.WriteEndObject();
            writer.WriteString("dataVersion", "");
            writer.WriteString("metadataVersion", "1");
            writer.WriteString("eventTime", root.GetProperty("time").GetString());
            writer.WriteEndObject();
        }

        return Convert.ToBase64String(buffer.ToArray());
    }

    private async Task SendAsync(QueueClient queue, Action<string> say)
    {
        await foreach (var arrival in events.Reader.ReadAllAsync())
        {
            try
            {
                await queue.SendMessageAsync(arrival, timeToLive: TimeSpan.FromSeconds(-1));
            }
            catch (Exception e)
            {
                say($"The arrival of a file in the inbox was not announced ({e.GetType().Name}); the hourly look will find it.");
            }
        }
    }
}

using System.Text.Json;
using System.Text.Json.Nodes;

namespace RecordsGuard.Local;

/// <summary>Where the app's alerts go on one machine: the last 100 are kept, and each is one line on the console.</summary>
internal sealed class WebhookReceiver
{
    private const int Kept = 100;

    private readonly Lock gate = new();
    private readonly string file;
    private readonly Action<string> say;
    private readonly Queue<string> bodies;

    public WebhookReceiver(DirectoryInfo data, Action<string> say)
    {
        this.say = say;
        file = Path.Combine(data.FullName, "webhook.jsonl");
        bodies = new(File.Exists(file) ? File.ReadLines(file).Where(l => l.Length > 0).TakeLast(Kept) : []);
    }

    public void Map(WebApplication web)
    {
        web.MapPost("/.local/webhook", ReceiveAsync);
        web.MapGet("/.local/webhook", () => Results.Text($"[{string.Join(',', Snapshot())}]", "application/json"));
    }

    private async Task<IResult> ReceiveAsync(HttpContext context, CancellationToken cancellationToken)
    {
        JsonNode? body;
        try
        {
            body = await JsonNode.ParseAsync(context.Request.Body, cancellationToken: cancellationToken);
        }
        catch (JsonException)
        {
            return Results.BadRequest();
        }

        Keep(body?.ToJsonString() ?? "null");
        var detection = body is JsonObject alert && alert["data"]?["detection"] is JsonValue value ? value.ToString() : "(no detection named)";
        say($"alert delivered: {detection}");
        return Results.NoContent();
    }

    private void Keep(string body)
    {
        lock (gate)
        {
            bodies.Enqueue(body);
            while (bodies.Count > Kept)
            {
                bodies.Dequeue();
            }

            File.WriteAllLines(file + ".new", bodies);
            File.Move(file + ".new", file, overwrite: true);
        }
    }

    private List<string> Snapshot()
    {
        lock (gate)
        {
            return [.. bodies];
        }
    }
}

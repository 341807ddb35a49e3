using System.Collections.Concurrent;
using System.Text.Json;
using RecordsGuard.Local;

namespace RecordsGuard.Azure.Tests;

/// <summary>Keeps resource log lines for assertions and passes them on.</summary>
internal sealed class RecordedLogs(ResourceLogWriter next) : ResourceLogWriter
{
    private readonly ConcurrentQueue<string> lines = new();

    public override void Write(string category, string resourceId, ReadOnlyMemory<byte> json)
    {
        lines.Enqueue(System.Text.Encoding.UTF8.GetString(json.Span));
        next.Write(category, resourceId, json);
    }

    /// <summary>
    /// The lines of one client request. A line is written when its response has been sent, so a client may look too
    /// early: waits until there are <paramref name="count"/>.
    /// </summary>
    public Task<IReadOnlyList<JsonElement>> OfAsync(string clientRequestId, int count = 1) =>
        WithAsync($"\"clientRequestId\":\"{clientRequestId}\"", count);

    /// <summary>The lines that contain a text, as soon as there are enough.</summary>
    public async Task<IReadOnlyList<JsonElement>> WithAsync(string text, int count = 1)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(10));
        while (true)
        {
            var found = lines.Where(l => l.Contains(text, StringComparison.Ordinal))
                .Select(l => JsonElement.Parse(l)).ToList();
            if (found.Count >= count || limit.IsCancellationRequested)
            {
                return found;
            }

            await Task.Delay(20, TestContext.Current.CancellationToken);
        }
    }
}

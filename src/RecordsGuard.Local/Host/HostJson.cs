using System.Text.Json;

namespace RecordsGuard.Local.Host;

/// <summary>What of host.json is played here, with the host's own defaults.</summary>
/// <param name="FunctionTimeout">Null is no limit (<c>-1</c>).</param>
internal sealed record HostJson(TimeSpan? FunctionTimeout, string RoutePrefix, QueueSettings Queues, HandlerDescription Handler)
{
    private static readonly JsonDocumentOptions Lenient = new() { AllowTrailingCommas = true, CommentHandling = JsonCommentHandling.Skip };

    public static JsonElement Read(string file)
    {
        try
        {
            using var json = JsonDocument.Parse(File.ReadAllBytes(file), Lenient);
            return json.RootElement.Clone();
        }
        catch (Exception e) when (e is JsonException or IOException)
        {
            throw new LocalFailure($"{file} cannot be read: {e.Message}", e);
        }
    }

    public static HostJson Load(string appFolder)
    {
        var json = Read(Path.Combine(appFolder, "host.json"));
        var handler = json.At("customHandler") ?? throw new LocalFailure("host.json has no customHandler.");
        if (handler.At("http", "routes") is not null)
        {
            throw new LocalFailure("host.json has customHandler.http.routes beside function.json files: the host refuses to start.");
        }

        if (handler.At("enableProxyingHttpRequest")?.GetBoolean() is not true)
        {
            throw new LocalFailure("Only custom handlers with enableProxyingHttpRequest are played here.");
        }

        return new(
            json.At("functionTimeout")?.GetString() switch
            {
                null => TimeSpan.FromMinutes(30),
                "-1" => null,
                var limit => JsonElements.Span(limit),
            },
            json.At("extensions", "http", "routePrefix")?.GetString()?.Trim('/') ?? "api",
            QueueSettings.From(json.At("extensions", "queues")),
            HandlerDescription.From(handler));
    }
}

/// <summary>Queue settings of host.json; the defaults are the storage extension's.</summary>
internal sealed record QueueSettings(
    TimeSpan VisibilityTimeout, int MaxDequeueCount, TimeSpan MaxPollingInterval, int BatchSize, int NewBatchThreshold, bool Base64)
{
    public static QueueSettings From(JsonElement? json)
    {
        var batch = json?.At("batchSize")?.GetInt32() ?? 16;
        return new(
            json?.At("visibilityTimeout")?.Span() ?? TimeSpan.Zero,
            json?.At("maxDequeueCount")?.GetInt32() ?? 5,
            json?.At("maxPollingInterval")?.Span() ?? TimeSpan.FromMinutes(1),
            batch,
            json?.At("newBatchThreshold")?.GetInt32() ?? batch / 2,
            !string.Equals(json?.At("messageEncoding")?.GetString(), "none", StringComparison.OrdinalIgnoreCase));
    }
}

/// <summary>How the app's process is started.</summary>
internal sealed record HandlerDescription(
    string Executable, string WorkingDirectory, IReadOnlyList<string> Arguments, bool StdErrIsErrorsOnly, TimeSpan InitializationTimeout)
{
    public static HandlerDescription From(JsonElement handler) => new(
        handler.At("description", "defaultExecutablePath")?.GetString() is { Length: > 0 } path
            ? path
            : throw new LocalFailure("host.json names no customHandler.description.defaultExecutablePath."),
        handler.At("description", "workingDirectory")?.GetString() ?? "",
        [.. handler.At("description", "arguments")?.EnumerateArray().Select(a => a.GetString()!) ?? []],
        handler.At("description", "useStdErrorStreamForErrorsOnly")?.GetBoolean() ?? false,
        handler.At("initializationTimeout")?.Span() ?? TimeSpan.FromSeconds(30));
}

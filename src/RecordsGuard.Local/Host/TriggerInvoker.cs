using System.Diagnostics;
using System.Globalization;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace RecordsGuard.Local.Host;

/// <summary>Runs one function that is not HTTP; true if it succeeded. Never throws for what the app does.</summary>
internal delegate Task<bool> Invoke(FunctionDefinition function, JsonNode data, JsonObject metadata);

/// <summary>The JSON protocol, the host's side: one POST for one invocation, and the rules by which an answer is a success.</summary>
/// <param name="invoking">See <see cref="FunctionsHostOptions.Invoking"/>.</param>
internal sealed class TriggerInvoker(
    Handler handler, TimeSpan? functionTimeout, Action<string, string, string>? invoking, AppOutput output, TimeProvider time) : IDisposable
{
    private readonly HttpClient http = new(new SocketsHttpHandler { UseProxy = false, AllowAutoRedirect = false })
    {
        Timeout = Timeout.InfiniteTimeSpan,
    };

    public async Task<bool> InvokeAsync(FunctionDefinition function, JsonNode data, JsonObject metadata)
    {
        using var timeout = functionTimeout is { } limit ? new CancellationTokenSource(limit, time) : new CancellationTokenSource();
        var id = Guid.NewGuid().ToString();
        using var trace = new Activity(function.Name).Start();
        invoking?.Invoke(trace.TraceId.ToHexString(), function.Name, data.ToString());
        try
        {
            await handler.ReadyAsync(timeout.Token);
            using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(handler.Address, function.Name))
            {
                Content = new ByteArrayContent(Encoding.UTF8.GetBytes(Body(function, data, metadata).ToJsonString())),
            };
            request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json") { CharSet = "utf-8" };
            request.Headers.Add("X-Azure-Functions-InvocationId", id);
            using var answer = await http.SendAsync(request, timeout.Token);
            if (await FaultAsync(answer, timeout.Token) is { } fault)
            {
                output.Host(OutputLevel.Error, $"Function {function.Name} failed, invocation {id}: {fault}");
                return false;
            }

            return true;
        }
        catch (OperationCanceledException)
        {
            output.Host(OutputLevel.Error, $"Function {function.Name} ran longer than {functionTimeout}: the app is killed.");
            await handler.KillAsync();
            return false;
        }
        catch (Exception e) when (e is HttpRequestException or IOException or LocalFailure)
        {
            output.Host(OutputLevel.Error, $"Function {function.Name} failed, invocation {id}: {e.Message}");
            return false;
        }
    }

    public void Dispose() => http.Dispose();

    private JsonObject Body(FunctionDefinition function, JsonNode data, JsonObject metadata)
    {
        metadata["sys"] = new JsonObject
        {
            ["MethodName"] = function.Name,
            ["UtcNow"] = time.GetUtcNow().UtcDateTime.ToString("O", CultureInfo.InvariantCulture),
            ["RandGuid"] = Guid.NewGuid().ToString(),
        };
        return new JsonObject { ["Data"] = new JsonObject { [function.Trigger.Binding] = data }, ["Metadata"] = metadata };
    }

    /// <summary>Null is success. A 204, an empty 200 and <c>null</c> are neither: the host waits on until functionTimeout.</summary>
    private async Task<string?> FaultAsync(HttpResponseMessage answer, CancellationToken timeout)
    {
        if (!answer.IsSuccessStatusCode)
        {
            return $"status {(int)answer.StatusCode}";
        }

        var text = await answer.Content.ReadAsStringAsync(timeout);
        if (text.Length == 0)
        {
            await Task.Delay(Timeout.InfiniteTimeSpan, time, timeout);
        }

        if (answer.Content.Headers.ContentType?.MediaType is not ("application/json" or "text/json"))
        {
            return $"content type {answer.Content.Headers.ContentType}";
        }

        try
        {
            using var json = JsonDocument.Parse(text);
            if (json.RootElement.ValueKind == JsonValueKind.Null)
            {
                await Task.Delay(Timeout.InfiniteTimeSpan, time, timeout);
            }

            if (json.RootElement.ValueKind != JsonValueKind.Object)
            {
                return "an answer that is no JSON object";
            }

            foreach (var line in json.RootElement.At("Logs")?.EnumerateArray() ?? default)
            {
                output.App(OutputLevel.Information, line.ToString());
            }

            return null;
        }
        catch (JsonException)
        {
            return "an answer that is no JSON";
        }
    }
}

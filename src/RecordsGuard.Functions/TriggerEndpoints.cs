using System.Net;
using System.Text.Json;
using Microsoft.AspNetCore.Http.Features;
using RecordsGuard.App;

namespace RecordsGuard.Functions;

/// <summary>
/// <c>POST /&lt;name&gt;</c> for every timer and queue function. Only the host on this machine may call them: what it
/// forwards for others carries <c>X-Forwarded-*</c> and is answered as if nothing were here.
/// </summary>
internal static class TriggerEndpoints
{
    public static void Map(IEndpointRouteBuilder routes, IEnumerable<Trigger> triggers, string functionsRoot)
    {
        foreach (var trigger in triggers)
        {
            var binary = FunctionFolders.IsBinary(functionsRoot, trigger.Name);
            routes.MapPost($"/{trigger.Name}", (HttpContext context) => AnswerAsync(context, trigger, binary))
                .WithMetadata(trigger);
        }
    }

    private static async Task AnswerAsync(HttpContext context, Trigger trigger, bool binary)
    {
        if (!IsTheHost(context))
        {
            await RecordsGuardApp.AnswerNotServedAsync(context);
            return;
        }

        var id = context.Request.Headers["X-Azure-Functions-InvocationId"] is [{ } given] && Guid.TryParse(given, out var parsed)
            ? parsed
            : Guid.NewGuid();
        try
        {
            var body = await ReadAsync(context);
            var message = trigger.Kind == TriggerKind.Queue ? Invocation.QueueMessage(body, binary) : "";
            await trigger.RunAsync(context.RequestServices, message, context.RequestAborted);
            await JsonAsync(context, StatusCodes.Status200OK, Invocation.Success);
        }
        catch (Exception e)
        {
            // An exception's message may quote data; its type and place may not.
            TriggerLog.Failed(
                context.RequestServices.GetRequiredService<ILogger<Trigger>>(), trigger.Name, id, e.GetType().FullName, e.StackTrace);
            await JsonAsync(context, StatusCodes.Status500InternalServerError, $$"""{"error":"failed","invocation":"{{id}}"}""");
        }
    }

    private static bool IsTheHost(HttpContext context) =>
        context.Connection.RemoteIpAddress is { } address && IPAddress.IsLoopback(address)
        && !context.Request.Headers.Keys.Any(k => k.StartsWith("X-Forwarded-", StringComparison.OrdinalIgnoreCase));

    private static async Task<ReadOnlyMemory<byte>> ReadAsync(HttpContext context)
    {
        if (context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } limit)
        {
            limit.MaxRequestBodySize = Invocation.MaxBytes;
        }

        using var body = new MemoryStream();
        await context.Request.Body.CopyToAsync(body, context.RequestAborted);
        return body.Length <= Invocation.MaxBytes ? body.ToArray() : throw new JsonException("The invocation is too long.");
    }

    private static async Task JsonAsync(HttpContext context, int status, string json)
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = "application/json";
        await context.Response.WriteAsync(json, CancellationToken.None);
    }
}

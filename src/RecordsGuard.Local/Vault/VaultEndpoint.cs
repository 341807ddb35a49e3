using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using System.Text.RegularExpressions;
using RecordsGuard.Local.SignIn;

namespace RecordsGuard.Local.Vault;

/// <summary>One request to the vault, from the first byte to the last: door, throttle, operation, log, answer.</summary>
internal sealed partial class VaultEndpoint(LocalVaultOptions options, VaultKeyStore store, VaultThrottle throttle)
{
    private readonly VaultDoor door = new(options);
    private readonly VaultLog log = new(options.ResourceLogs, options.Time);
    private readonly VaultOperations operations = new(options, store);

    public async Task HandleAsync(HttpContext context)
    {
        string point = $"{context.Request.Method} {context.Request.Path}";
        if (await KilledAsync("before " + point, context))
        {
            return;
        }

        long started = options.Time.GetTimestamp();
        var route = VaultRoute.Parse(context.Request.Method, context.Request.Path);
        var (caller, answer) = await AnswerAsync(context, route);
        if (answer.Status == StatusCodes.Status401Unauthorized)
        {
            log.Write(context, "Authentication", null, answer, started);
        }
        else if (route is not null)
        {
            log.Write(context, route.Operation.ToString(), caller, answer, started);
        }

        if (!await KilledAsync("after " + point, context))
        {
            await WriteAsync(context, answer);
        }
    }

    /// <summary>True if the app was killed here: the request then goes no further and its connection is dropped.</summary>
    private async ValueTask<bool> KilledAsync(string point, HttpContext context)
    {
        if (await options.Faults.ReachAsync(point, context.Request) || context.RequestAborted.IsCancellationRequested)
        {
            context.Abort();
            return true;
        }

        return false;
    }

    private async ValueTask<(LocalToken? Caller, VaultAnswer Answer)> AnswerAsync(HttpContext context, VaultRoute? route)
    {
        var (caller, refusal) = await door.AdmitAsync(context.Request);
        if (caller is null)
        {
            return (null, refusal!);
        }

        try
        {
            return (caller, throttle.Take()
                ?? Misversioned(context.Request)
                ?? (route is null ? null : door.Refuse(caller, route))
                ?? await RunAsync(context, route));
        }
        catch (JsonException)
        {
            return (caller, VaultAnswer.BadParameter("The request's body is not the JSON that this operation takes."));
        }
        catch (BadHttpRequestException e)
        {
            return (caller, VaultAnswer.Refuse(e.StatusCode, "BadParameter", e.Message));
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            return (caller, VaultAnswer.Refuse(500, "InternalServerError", e.ToString()));
        }
    }

    private async ValueTask<VaultAnswer> RunAsync(HttpContext context, VaultRoute? route)
    {
        if (route is null)
        {
            return VaultAnswer.Refuse(404, "NotFound", "There is no such operation, or the key's name is malformed.");
        }

        return route.Operation switch
        {
            VaultOperation.KeyCreate => operations.Create(route, await BodyAsync(context, VaultJson.Default.CreateShape)),
            VaultOperation.KeyUpdate => operations.Update(route, await BodyAsync(context, VaultJson.Default.UpdateShape)),
            VaultOperation.KeyRotationPolicySet =>
                operations.SetPolicy(route, await BodyAsync(context, VaultJson.Default.PolicyShape)),
            VaultOperation.KeyWrap or VaultOperation.KeyUnwrap or VaultOperation.KeyEncrypt or VaultOperation.KeyDecrypt
                or VaultOperation.KeySign or VaultOperation.KeyVerify =>
                operations.Cryptography(route, await BodyAsync(context, VaultJson.Default.OperationShape)),
            _ => operations.Run(route, context.Request.Query),
        };
    }

    private static async ValueTask<T?> BodyAsync<T>(HttpContext context, JsonTypeInfo<T> type)
        where T : class => context.Request.ContentLength == 0
            ? null
            : await JsonSerializer.DeserializeAsync(context.Request.Body, type, context.RequestAborted);

    private static VaultAnswer? Misversioned(HttpRequest request)
    {
        string version = request.Query["api-version"].ToString();
        return version.Length == 0
            ? VaultAnswer.BadParameter("The query parameter api-version is missing.")
            : VersionPattern().IsMatch(version) ? null
            : VaultAnswer.BadParameter($"api-version {version} is not supported.");
    }

    [GeneratedRegex(@"^(7\.[0-9](-preview(\.[0-9])?)?|20[2-9][0-9]-[01][0-9]-[0-3][0-9](-preview(\.[0-9])?)?)$")]
    private static partial Regex VersionPattern();

    private static async Task WriteAsync(HttpContext context, VaultAnswer answer)
    {
        var response = context.Response;
        response.StatusCode = answer.Status;
        response.Headers["x-ms-request-id"] = Guid.NewGuid().ToString("D");
        response.Headers.CacheControl = "no-cache";
        if (context.Request.Headers.TryGetValue("x-ms-client-request-id", out var id))
        {
            response.Headers["x-ms-client-request-id"] = id;
        }

        if (answer.Header is { } header)
        {
            response.Headers[header.Name] = header.Value;
        }

        if (answer.Body.Length > 0)
        {
            response.ContentType = "application/json; charset=utf-8";
            response.ContentLength = answer.Body.Length;
            await response.Body.WriteAsync(answer.Body, context.RequestAborted);
        }
    }
}

using System.Globalization;
using System.Text;
using RecordsGuard.Local.SignIn;

namespace RecordsGuard.Local.Storage;

/// <summary>A refusal as the services word it: XML, and JSON for tables.</summary>
internal sealed record StorageRefusal(int Status, string Code, string Message)
{
    private static readonly string Challenge =
        $"Bearer authorization_uri=https://login.localhost/{LocalTenants.DemoPractice:D}/oauth2/authorize resource_id={StorageGate.Resource}";

    public static StorageRefusal NoToken { get; } = new(
        401, "NoAuthenticationInformation", "Server failed to authenticate the request. Please refer to the information in the www-authenticate header.");

    public static StorageRefusal BadToken { get; } = NoToken with { Code = "InvalidAuthenticationInfo" };

    public static StorageRefusal KeyNotPermitted { get; } = new(
        403, "KeyBasedAuthenticationNotPermitted", "Key based authentication is not permitted on this storage account.");

    public static StorageRefusal PermissionMismatch { get; } = new(
        403, "AuthorizationPermissionMismatch", "This request is not authorized to perform this operation using this permission.");

    /// <summary>Of a blob that exists, to a caller that may only add new ones.</summary>
    public static StorageRefusal Overwrite { get; } = new(
        403, "UnauthorizedBlobOverwrite", "This request is not authorized to perform blob overwrites.");

    public async Task WriteAsync(HttpContext context, StorageService service, DateTimeOffset now)
    {
        var response = context.Response;
        var request = Guid.NewGuid().ToString("D");
        response.StatusCode = Status;
        response.Headers["x-ms-error-code"] = Code;
        response.Headers["x-ms-request-id"] = request;
        response.Headers["x-ms-version"] = context.Request.Headers["x-ms-version"];
        if (context.Request.Headers.TryGetValue("x-ms-client-request-id", out var id))
        {
            response.Headers["x-ms-client-request-id"] = id;
        }

        if (Status == StatusCodes.Status401Unauthorized)
        {
            response.Headers.WWWAuthenticate = Challenge;
        }

        var time = now.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ss.fffffffZ", CultureInfo.InvariantCulture);
        var json = service == StorageService.Table;
        var body = Encoding.UTF8.GetBytes(json
            ? $"{{\"odata.error\":{{\"code\":\"{Code}\",\"message\":{{\"lang\":\"en-US\",\"value\":\"{Message}\\nRequestId:{request}\\nTime:{time}\"}}}}}}"
            : $"\uFEFF<?xml version=\"1.0\" encoding=\"utf-8\"?><Error><Code>{Code}</Code><Message>{Message}\nRequestId:{request}\nTime:{time}</Message></Error>");
        response.ContentType = json ? "application/json;odata=minimalmetadata;charset=utf-8" : "application/xml";
        response.ContentLength = body.Length;
        if (!HttpMethods.IsHead(context.Request.Method))
        {
            await response.Body.WriteAsync(body, context.RequestAborted);
        }
    }
}

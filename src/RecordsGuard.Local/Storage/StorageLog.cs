using System.Buffers;
using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace RecordsGuard.Local.Storage;

/// <summary>
/// Writes Azure's resource log line (schema 1.0) for a storage request. The shape is that of the documented schema and
/// of captured records; where no capture exists (OAuth requester and authorization) it rests on the documentation.
/// </summary>
internal sealed class StorageLog(StorageAccounts accounts, ResourceLogWriter logs)
{
    private static readonly JsonWriterOptions OneLine = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public void Write(StorageExchange exchange)
    {
        var request = exchange.Request;
        var authenticated = exchange.ErrorCode is not ("AuthenticationFailed" or "InvalidAuthenticationInfo");
        var identity = StorageIdentity.Of(request, accounts, authenticated);

        // As Azure documents it: an anonymous request that fails through the client's fault leaves no line.
        if (!accounts.Contains(request.Account) || (identity.Type == "Anonymous" && exchange.Status is >= 400 and < 500))
        {
            return;
        }

        var operation = StorageOperation.Of(request);
        var service = request.Service.ToString().ToLowerInvariant();
        var resourceId = $"{LocalResourceIds.StorageAccount(request.Account)}/{service}Services/default";
        var buffer = new ArrayBufferWriter<byte>(2048);
        using (var json = new Utf8JsonWriter(buffer, OneLine))
        {
            json.WriteStartObject();
            json.WriteString("time", exchange.Arrived.ToString("yyyy-MM-ddTHH:mm:ss.fffffffZ", CultureInfo.InvariantCulture));
            json.WriteString("resourceId", resourceId);
            json.WriteString("category", operation.Category);
            json.WriteString("operationName", operation.Name);
            Write(json, "operationVersion", request.Headers["x-ms-version"]);
            json.WriteString("schemaVersion", "1.0");
            json.WriteNumber("statusCode", exchange.Status);
            json.WriteString("statusText", StatusText(exchange, identity));
            json.WriteNumber("durationMs", exchange.DurationMs);
            Write(json, "callerIpAddress", exchange.CallerAddress);
            Write(json, "correlationId", exchange.ResponseHeaders["x-ms-request-id"]);
            Write(json, identity, StorageNeed.Of(request)[0].Action, exchange.Status);
            json.WriteString("location", "local");
            Write(json, exchange, service);
            json.WriteString("uri", exchange.Uri);
            json.WriteString("protocol", "HTTPS");
            json.WriteString("resourceType", $"Microsoft.Storage/storageAccounts/{service}Services");
            json.WriteEndObject();
        }

        logs.Write(operation.Category, resourceId, buffer.WrittenMemory);
    }

    private static void Write(Utf8JsonWriter json, StorageIdentity identity, string? action, int status)
    {
        json.WriteStartObject("identity");
        json.WriteString("type", identity.Type);
        Write(json, "tokenHash", identity.TokenHash);
        if (identity.Requester is { } requester)
        {
            json.WriteStartObject("requester");
            Write(json, "objectId", requester.ObjectId);
            Write(json, "appId", requester.AppId);
            Write(json, "tenantId", requester.TenantId);
            Write(json, "audience", requester.Audience);
            Write(json, "tokenIssuer", requester.TokenIssuer);
            Write(json, "upn", requester.Upn);
            json.WriteEndObject();

            json.WriteStartArray("authorization");
            json.WriteStartObject();
            Write(json, "action", action);
            json.WriteStartArray("principals");
            json.WriteStartObject();
            Write(json, "id", requester.ObjectId);
            json.WriteString("type", requester.Upn is null ? "ServicePrincipal" : "User");
            json.WriteEndObject();
            json.WriteEndArray();
            json.WriteString("reason", "Policy");
            json.WriteString("result", status is 401 or 403 ? "Denied" : "Granted");
            json.WriteString("type", "RBAC");
            json.WriteEndObject();
            json.WriteEndArray();
        }

        json.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter json, StorageExchange exchange, string service)
    {
        var headers = exchange.ResponseHeaders;
        json.WriteStartObject("properties");
        json.WriteString("accountName", exchange.Request.Account);
        Write(json, "userAgentHeader", exchange.Request.Headers.UserAgent);
        Write(json, "clientRequestId", exchange.Request.Headers["x-ms-client-request-id"]);
        Write(json, "etag", headers.ETag);
        json.WriteString("serviceType", service);
        json.WriteString("objectKey", exchange.Request.ObjectKey);
        if (DateTimeOffset.TryParse(headers.LastModified, CultureInfo.InvariantCulture, out var modified))
        {
            json.WriteString("lastModifiedTime", modified.UtcDateTime.ToString("M/d/yyyy h:mm:ss tt", CultureInfo.InvariantCulture));
        }

        json.WriteString("metricResponseType", MetricResponseType(exchange));
        json.WriteNumber("serverLatencyMs", exchange.ServerLatencyMs);
        json.WriteNumber("requestHeaderSize", exchange.RequestHeaderSize);
        json.WriteNumber("requestBodySize", exchange.RequestBodySize);
        json.WriteNumber("responseHeaderSize", exchange.ResponseHeaderSize);
        json.WriteNumber("responseBodySize", exchange.ResponseBodySize);
        if (exchange.Request.Headers.ContentLength is { } length)
        {
            json.WriteNumber("contentLengthHeader", length);
        }

        json.WriteString("tlsVersion", exchange.Tls);
        json.WriteEndObject();
    }

    private static string StatusText(StorageExchange exchange, StorageIdentity identity) => exchange switch
    {
        { ErrorCode: { Length: > 0 } code } => code,
        { Status: >= 400 } => MetricResponseType(exchange),
        { Broken: true } => "NetworkError",
        _ => identity.Type switch { "SAS" or "DelegationSas" => "SASSuccess", "Anonymous" => "AnonymousSuccess", _ => "Success" },
    };

    private static string MetricResponseType(StorageExchange exchange) => exchange switch
    {
        { Status: 401 or 403 } => "AuthorizationError",
        { Status: >= 500 } => "ServerOtherError",
        { Status: >= 400 or 304 } => "ClientOtherError",
        { Broken: true } => "NetworkError",
        _ => "Success",
    };

    private static void Write(Utf8JsonWriter json, string name, string? value)
    {
        if (!string.IsNullOrEmpty(value))
        {
            json.WriteString(name, value);
        }
    }
}

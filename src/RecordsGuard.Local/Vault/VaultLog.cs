using System.Buffers;
using System.Globalization;
using System.Text.Json;
using Microsoft.AspNetCore.Http.Extensions;
using Microsoft.AspNetCore.WebUtilities;
using RecordsGuard.Local.SignIn;

namespace RecordsGuard.Local.Vault;

/// <summary>
/// Key Vault's AuditEvent line for a request. Source: Azure Key Vault logging and the AZKVAuditLogs table; no public
/// capture of a cryptographic operation exists, so the claims of a managed identity follow the documented schema.
/// </summary>
internal sealed class VaultLog(ResourceLogWriter writer, TimeProvider time)
{
    private static readonly string[] Claims = ["appid", "idtyp", "oid", "upn", "xms_mirid"];

    /// <param name="operation">Authentication for a 401, whatever was asked for.</param>
    /// <param name="started">From <see cref="TimeProvider.GetTimestamp"/>.</param>
    public void Write(HttpContext context, string operation, LocalToken? caller, VaultAnswer answer, long started)
    {
        var buffer = new ArrayBufferWriter<byte>(1024);
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteString(
                "time", time.GetUtcNow().UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ss.fffffffZ", CultureInfo.InvariantCulture));
            json.WriteString("category", "AuditEvent");
            json.WriteString("operationName", operation);
            // "Success" also when the answer is a refusal: readers must decide on the status.
            json.WriteString("resultType", "Success");
            json.WriteString("resultSignature", ReasonPhrases.GetReasonPhrase(answer.Status));
            json.WriteString("resultDescription", "");
            json.WriteString("resourceId", LocalResourceIds.Vault);
            json.WriteString("operationVersion", context.Request.Query["api-version"].ToString());
            json.WriteString("correlationId", context.Request.Headers["x-ms-client-request-id"].ToString());
            json.WriteString(
                "durationMs",
                Math.Round(time.GetElapsedTime(started).TotalMilliseconds).ToString(CultureInfo.InvariantCulture));
            json.WriteString("callerIpAddress", Address(context));
            WriteIdentity(json, caller);
            WriteProperties(json, context, caller, answer);
            json.WriteEndObject();
        }

        writer.Write("AuditEvent", LocalResourceIds.Vault, buffer.WrittenMemory);
    }

    private static void WriteIdentity(Utf8JsonWriter json, LocalToken? caller)
    {
        json.WriteStartObject("identity");
        json.WriteStartObject("claim");
        foreach (string name in Claims)
        {
            if (caller?.Claims.TryGetValue(name, out var value) is true)
            {
                json.WriteString(name, value.GetString());
            }
        }

        json.WriteEndObject();
        json.WriteEndObject();
    }

    private static void WriteProperties(Utf8JsonWriter json, HttpContext context, LocalToken? caller, VaultAnswer answer)
    {
        string uri = context.Request.GetEncodedUrl();
        json.WriteStartObject("properties");
        if (answer.Algorithm is { } algorithm)
        {
            json.WriteString("algorithm", algorithm);
        }

        json.WriteString("id", answer.Id ?? uri.Split('?')[0]);
        json.WriteString("clientInfo", context.Request.Headers.UserAgent.ToString());
        json.WriteNumber("httpStatusCode", answer.Status);
        json.WriteString("requestUri", uri);
        json.WriteBoolean("isAddressAuthorized", true);
        if (caller is not null)
        {
            json.WriteBoolean("isRbacAuthorized", answer.Authorised);
        }

        json.WriteString("tlsVersion", "TLS1_3");
        json.WriteEndObject();
    }

    private static string Address(HttpContext context) => context.Connection.RemoteIpAddress switch
    {
        null => "",
        { IsIPv4MappedToIPv6: true } mapped => mapped.MapToIPv4().ToString(),
        var address => address.ToString(),
    };
}

using System.Text;

namespace RecordsGuard.Alerts.ResourceLogs;

/// <summary>What a name leads to: the field that its value is, and how to read the value if it is an object.</summary>
internal readonly record struct LogName(LogField Field, LogPart Part);

/// <summary>
/// The names of one part of an entry, in every spelling that Azure has for them: exported lines, Managed HSM, the
/// Activity log in three shapes, and the columns of Log Analytics. Case never counts.
/// </summary>
internal sealed class LogNames
{
    private const string ObjectIdClaim = "http://schemas.microsoft.com/identity/claims/objectidentifier";
    private const string UpnClaim = "http://schemas.xmlsoap.org/ws/2005/05/identity/claims/upn";
    private const string FlatObjectId = "identity_claim_http_schemas_microsoft_com_identity_claims_objectidentifier_g";
    private const string FlatUpn = "identity_claim_http_schemas_xmlsoap_org_ws_2005_05_identity_claims_upn_s";
    private const int Buckets = 256;

    private readonly Entry[] table = new Entry[Buckets];

    private LogNames(params (LogField Field, LogPart Part, string Names)[] rows)
    {
        foreach (var (field, part, names) in rows)
        {
            foreach (var name in names.Split(' '))
            {
                Add(new(Encoding.ASCII.GetBytes(name), new(field, part)));
            }
        }
    }

    private static LogNames Root { get; } = new(
        (LogField.Time, LogPart.Opaque, "time timeGenerated eventTimestamp event_timestamp timeStamp"),
        (LogField.ResourceId, LogPart.Opaque, "resourceId resource_id _ResourceId resourceUri"),
        (LogField.Category, LogPart.Worded, "category categoryValue"),
        (LogField.Operation, LogPart.Worded, "operationName operation_name operationNameValue"),
        (LogField.ResultType, LogPart.Worded, "resultType status activityStatus activityStatusValue"),
        (LogField.ResultSignature, LogPart.Worded, "resultSignature"),
        (LogField.Status, LogPart.Opaque, "statusCode httpStatusCode httpStatusCode_d"),
        (LogField.StatusText, LogPart.Opaque, "statusText"),
        (LogField.ResponseType, LogPart.Opaque, "metricResponseType"),
        (LogField.CallerAddress, LogPart.Opaque, "callerIpAddress caller_ip_address"),
        (LogField.CorrelationId, LogPart.Opaque, "correlationId correlation_id"),
        (LogField.ClientRequestId, LogPart.Opaque, "clientRequestId"),
        (LogField.ObjectKey, LogPart.Opaque, "objectKey"),
        (LogField.Uri, LogPart.Opaque, "uri requestUri requestUri_s"),
        (LogField.Account, LogPart.Opaque, "accountName"),
        (LogField.UserAgent, LogPart.Opaque, "userAgentHeader clientInfo clientInfo_s"),
        (LogField.IdentityType, LogPart.Opaque, "authenticationType"),
        (LogField.TokenHash, LogPart.Opaque, "authenticationHash"),
        (LogField.ObjectId, LogPart.Opaque, $"requesterObjectId identity_claim_oid_g {FlatObjectId}"),
        (LogField.AppId, LogPart.Opaque, "requesterAppId identity_claim_appid_g"),
        (LogField.Upn, LogPart.Opaque, $"requesterUpn identity_claim_upn_s {FlatUpn}"),
        (LogField.Caller, LogPart.Opaque, "caller"),
        (LogField.KeyId, LogPart.Opaque, "id_s"),
        (LogField.RequestBody, LogPart.Whole, "requestBody"),
        (LogField.ResponseBody, LogPart.Whole, "responseBody"),
        (LogField.None, LogPart.Identity, "identity"),
        (LogField.None, LogPart.Person, "claims claims_d"),
        (LogField.None, LogPart.Authorization, "authorization authorization_d"),
        (LogField.None, LogPart.Request, "http_request httpRequest"),
        (LogField.Properties, LogPart.Properties, "properties properties_d"),
        (LogField.None, LogPart.Envelope, "records value log event body operation"));

    private static LogNames Identity { get; } = new(
        (LogField.IdentityType, LogPart.Opaque, "type"),
        (LogField.TokenHash, LogPart.Opaque, "tokenHash"),
        (LogField.None, LogPart.Person, "requester claim claims"),
        (LogField.None, LogPart.Authorization, "authorization"),
        (LogField.None, LogPart.Properties, "properties"));

    /// <summary>Managed HSM nests what Key Vault writes as one URI.</summary>
    private static LogNames Person { get; } = new(
        (LogField.ObjectId, LogPart.Opaque, $"oid objectId objectidentifier {ObjectIdClaim}"),
        (LogField.AppId, LogPart.Opaque, "appid azp"),
        (LogField.Upn, LogPart.Opaque, $"upn {UpnClaim}"),
        (LogField.Caller, LogPart.Opaque, "name http://schemas.xmlsoap.org/ws/2005/05/identity/claims/name"),
        (LogField.None, LogPart.Person, "claims http_schemas_microsoft_com_identity http_schemas_xmlsoap_org_ws_2005_05_identity"));

    private static LogNames Authorization { get; } = new((LogField.Scope, LogPart.Opaque, "scope"));

    private static LogNames Properties { get; } = new(
        (LogField.Status, LogPart.Opaque, "httpStatusCode"),
        (LogField.ResponseType, LogPart.Opaque, "metricResponseType"),
        (LogField.ClientRequestId, LogPart.Opaque, "clientRequestId"),
        (LogField.ObjectKey, LogPart.Opaque, "objectKey"),
        (LogField.Uri, LogPart.Opaque, "requestUri"),
        (LogField.Account, LogPart.Opaque, "accountName"),
        (LogField.UserAgent, LogPart.Opaque, "userAgentHeader clientInfo"),
        (LogField.KeyId, LogPart.Opaque, "id"),
        (LogField.Entity, LogPart.Opaque, "entity"),
        (LogField.RequestBody, LogPart.Whole, "requestbody"),
        (LogField.ResponseBody, LogPart.Whole, "responseBody"));

    private static LogNames Request { get; } = new(
        (LogField.CallerAddress, LogPart.Opaque, "clientIpAddress client_ip_address"),
        (LogField.ClientRequestId, LogPart.Opaque, "clientRequestId client_request_id"));

    public static LogNames Of(LogPart part) => part switch
    {
        LogPart.Root => Root,
        LogPart.Identity => Identity,
        LogPart.Person => Person,
        LogPart.Authorization => Authorization,
        LogPart.Properties => Properties,
        LogPart.Request => Request,
        _ => throw new ArgumentOutOfRangeException(nameof(part)),
    };

    /// <summary>None and Opaque if the name says nothing to us.</summary>
    public LogName Find(ReadOnlySpan<byte> name)
    {
        if (name.IsEmpty)
        {
            return default;
        }

        for (var at = Hash(name); table[at].Name is { } known; at = (at + 1) & (Buckets - 1))
        {
            if (name.SequenceEqual(known) || Ascii.EqualsIgnoreCase(name, known))
            {
                return table[at].Target;
            }
        }

        return default;
    }

    private void Add(Entry entry)
    {
        var at = Hash(entry.Name);
        while (table[at].Name is not null)
        {
            at = (at + 1) & (Buckets - 1);
        }

        table[at] = entry;
    }

    /// <summary>Length and three letters: enough to tell apart names of some dozens; case does not count.</summary>
    private static int Hash(ReadOnlySpan<byte> name) =>
        ((name.Length * 37) ^ ((name[0] | 0x20) * 5) ^ ((name[name.Length / 2] | 0x20) * 11) ^ ((name[^1] | 0x20) * 3)) & (Buckets - 1);

    private readonly record struct Entry(byte[] Name, LogName Target);
}

using System.Text;
using System.Text.Json;
using RecordsGuard.Alerts.Detections;
using RecordsGuard.Alerts.ResourceLogs;
using RecordsGuard.Audit;

namespace RecordsGuard.Tests.Alerts.Detections;

/// <summary>Logs run through the detections, and what came of it.</summary>
internal sealed record Evaluated(IReadOnlyList<LogAlert> Alerts, LogCounts Counts, IReadOnlyList<BrokenLine> Broken)
{
    public const string Practice = "demo";
    public const string OurId = "11111111-2222-3333-4444-555555555555";

    public const string Policy = $$"""
        {
          "version": 1,
          "networks": ["10.0.0.0/16", "fd00::/64"],
          "identities": [
            {
              "name": "access", "objectId": "{{OurId}}",
              "may": [
                { "operations": ["GetBlob", "GetBlobProperties"], "resources": ["strecords/records/*"] },
                { "operations": ["KeyUnwrap"], "resources": ["kv/keys/*-content/*", "kv/keys/*-index/*"] },
                { "operations": ["GetBlob"], "resources": ["stpackages/*"], "audited": false }
              ]
            },
            {
              "name": "deployment", "objectId": "99999999-2222-3333-4444-555555555555", "networks": ["203.0.113.7/32"],
              "may": [{ "operations": ["Microsoft.*"], "resources": ["*"] }]
            }
          ]
        }
        """;

    public IEnumerable<string> Ids => Alerts.Select(a => a.Id);

    public static Task<Evaluated> WithoutPolicyAsync(string log) => RunAsync(LogPolicy.Empty, log, null);

    public static Task<Evaluated> WithPolicyAsync(string log, params AuditEntry[]? audit) => RunAsync(LogPolicy.Parse(Policy), log, audit);

    public static async Task<Evaluated> RunAsync(LogPolicy policy, string log, AuditEntry[]? audit)
    {
        var alerts = new List<LogAlert>();
        var broken = new List<BrokenLine>();
        var evaluation = new LogEvaluation(policy, audit is not null, alerts.Add);
        var counts = await evaluation.ReadAsync("log", new MemoryStream(Encoding.UTF8.GetBytes(log)), broken.Add, CancellationToken.None);
        foreach (var entry in audit ?? [])
        {
            evaluation.Match(entry);
        }

        await evaluation.FinishAsync(
            (place, _) => Task.FromResult<ReadOnlyMemory<byte>>(Encoding.UTF8.GetBytes(log).AsMemory((int)place.Offset, place.Length)),
            CancellationToken.None);
        return new(alerts, counts, broken);
    }

    /// <summary>An entry as the log tells it: each call of the app in its own words.</summary>
    public static string Blob(
        string operation = "GetBlob", int status = 200, string who = OurId, string caller = "10.0.1.5:4431", string path = "/strecords/records/demo/c1/r1",
        string? request = null, string time = "2026-03-02T10:00:00.0000000Z", string category = "StorageRead", string identity = "OAuth",
        string? token = null, string text = "Success") => JsonSerializer.Serialize(new
        {
            time,
            resourceId = "/subscriptions/s/resourceGroups/g/providers/Microsoft.Storage/storageAccounts/strecords/blobServices/default",
            category,
            operationName = operation,
            statusCode = status,
            statusText = text,
            callerIpAddress = caller,
            correlationId = Guid.NewGuid(),
            identity = identity == "OAuth"
                ? (object)new { type = identity, requester = new { objectId = who, appID = "app" } }
                : new { type = identity, tokenHash = token },
            properties = new { accountName = "strecords", clientRequestId = request, objectKey = path },
        }) + "\n";

    public static string Key(
        string operation = "KeyUnwrap", int status = 200, string who = OurId, string caller = "10.0.1.5", string key = "demo-content",
        string? request = null, string time = "2026-03-02T10:00:00.0000000Z") => JsonSerializer.Serialize(new
        {
            time,
            category = "AuditEvent",
            operationName = operation,
            resultType = "Success",
            resourceId = "/SUBSCRIPTIONS/S/RESOURCEGROUPS/G/PROVIDERS/MICROSOFT.KEYVAULT/VAULTS/KV",
            correlationId = request,
            callerIpAddress = caller,
            identity = new { claim = new { oid = who, appid = "app", xms_mirid = "/subscriptions/s" } },
            properties = new { id = $"https://kv.vault.azure.net/keys/{key}/0123456789abcdef", httpStatusCode = status, sequence = Guid.NewGuid() },
        }) + "\n";

    public static string Change(string operation, string? body = null, string result = "Success", string correlation = "c-1", string who = "someone") =>
        JsonSerializer.Serialize(new
        {
            time = "2026-03-02T10:00:00Z",
            resourceId = "/SUBSCRIPTIONS/S/RESOURCEGROUPS/G/PROVIDERS/MICROSOFT.STORAGE/STORAGEACCOUNTS/STRECORDS",
            operationName = operation,
            category = "Administrative",
            resultType = result,
            callerIpAddress = "203.0.113.7",
            correlationId = correlation,
            identity = new { claims = new Dictionary<string, string> { ["http://schemas.microsoft.com/identity/claims/objectidentifier"] = who } },
            properties = new { requestbody = body },
        }) + "\n";

    public static AuditEntry Entry(
        AuditKind kind = AuditKind.Read, string record = "r1", string practice = Practice, string time = "2026-03-02T09:59:59Z",
        params KeyValuePair<string, string>[] details) => new(
            AuditEntryId.New(), DateTimeOffset.Parse(time), Guid.NewGuid(), 0, new byte[AuditEntry.HashLength],
            new(kind, "read-content", practice, "p", "c", record, details));
}

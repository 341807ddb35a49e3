using System.Globalization;
using System.Text;
using System.Text.Json;
using RecordsGuard.Alerts.Detections;
using RecordsGuard.Audit;

namespace RecordsGuard.Benchmarks;

/// <summary>
/// Design §12: evaluating resource logs against merely tokenising the same bytes with Utf8JsonReader. The bytes are what a
/// quiet day looks like: each read of a record is a blob's line and two of the vault, in the shape and length of captured
/// ones, all of them allowed by the policy.
/// </summary>
internal static class ResourceLogBenchmark
{
    private const int Reads = 10_000;
    private const int WarmUp = 4;
    private const int Count = 15;
    private const double Goal = 0.5;

    private const string Access = "7b1f5f0e-4a0a-4a5b-9a43-0d4f4c6c1a11";

    public static async Task RunAsync()
    {
        var bytes = Encoding.UTF8.GetBytes(string.Concat(Enumerable.Range(0, Reads).Select(i => Blob(i) + Key(i) + Key(i))));
        Console.WriteLine($"{Reads} reads of three lines each, median of {Count} alternating rounds; goal {Goal:F2}");
        var policy = LogPolicy.Parse(Policy);
        var rounds = new Rounds(bytes.Length, WarmUp, Count);
        var tokenise = rounds.Add("Utf8JsonReader, tokens only", () => Tokenise(bytes));
        rounds.Add("alerts evaluate", () => EvaluateAsync(policy, joins: false, bytes), tokenise);
        rounds.Add("alerts evaluate, kept for the join", () => EvaluateAsync(policy, joins: true, bytes), tokenise);
        Rounds.Print(await rounds.RunAsync(), "StorageRead and AuditEvent");
    }

    private static void Tokenise(byte[] bytes)
    {
        var reader = new Utf8JsonReader(bytes, new JsonReaderOptions { AllowMultipleValues = true });
        while (reader.Read())
        {
        }
    }

    private static async Task EvaluateAsync(LogPolicy policy, bool joins, byte[] bytes)
    {
        var evaluation = new LogEvaluation(policy, joins, a => throw new InvalidOperationException($"{a.Id}: {a.Evidence.Because}"));
        var counts = await evaluation.ReadAsync("log", new MemoryStream(bytes), b => throw new InvalidOperationException(b.Reason), CancellationToken.None);
        if (counts.Entries != 3 * Reads)
            throw new InvalidOperationException("Not all lines were read.");
    }

    private static string Policy => $$"""
        {
          "version": 1, "networks": ["10.0.0.0/8"],
          "identities": [
            { "name": "access", "objectId": "{{Access}}", "may": [
              { "operations": ["GetBlob", "GetBlobProperties"], "resources": ["stclinicrecords/records/*"] },
              { "operations": ["KeyUnwrap"], "resources": ["kvclinic/keys/*-content/*", "kvclinic/keys/*-index/*"] } ] }
          ]
        }
        """;

    private static string Blob(int i) => string.Create(CultureInfo.InvariantCulture, $$$"""
        {"time":"2026-03-02T10:13:59.{{{i:D7}}}Z","resourceId":"/subscriptions/69349acf-2a6c-409d-a925-96ba0c5f099f/resourceGroups/clinic/providers/Microsoft.Storage/storageAccounts/stclinicrecords/blobServices/default","category":"StorageRead","operationName":"GetBlob","operationVersion":"2025-07-05","schemaVersion":"1.0","statusCode":206,"statusText":"Success","durationMs":14,"callerIpAddress":"10.50.{{{i % 250}}}.204:38208","correlationId":"{{{Guid.NewGuid()}}}","identity":{"type":"OAuth","requester":{"objectId":"{{{Access}}}","appId":"7d9a3a1c-3b55-49b9-9f0e-0c6a3f0f4c55","tenantId":"4fcfc298-3c41-4567-89b7-982496662939","audience":"https://storage.azure.com/","tokenIssuer":"https://sts.windows.net/4fcfc298-3c41-4567-89b7-982496662939/"},"authorization":[{"action":"Microsoft.Storage/storageAccounts/blobServices/containers/blobs/read","roleAssignmentId":"ecf75cb8-491c-4a25-ad6e-aaaaaaaaaaaa","roleDefinitionId":"b7e6dc6d-f1e8-4753-8033-ffffffffffff","principals":[{"id":"{{{Access}}}","type":"ServicePrincipal"}],"denyAssignmentId":"","result":"Granted","reason":"Policy","type":"RBAC"}]},"location":"westeurope","properties":{"accountName":"stclinicrecords","userAgentHeader":"azsdk-net-Storage.Blobs/12.26.0 (.NET 10.0.0; Linux 6.6)","clientRequestId":"{{{AuditEntryId.New()}}}","etag":"\"0x8DBFB0BD25BBE38\"","serviceType":"blob","objectKey":"/stclinicrecords/records/clinic/c{{{i % 5000:x8}}}a51f697/r{{{i:x8}}}62ef877","lastModifiedTime":"3/1/2026 12:13:59 PM","metricResponseType":"Success","serverLatencyMs":4,"requestHeaderSize":648,"responseHeaderSize":472,"responseBodySize":1048576,"tlsVersion":"TLS 1.3"},"uri":"https://stclinicrecords.blob.core.windows.net:443/records/clinic/c{{{i % 5000:x8}}}a51f697/r{{{i:x8}}}62ef877","protocol":"HTTPS","resourceType":"Microsoft.Storage/storageAccounts/blobServices"}

        """);

    private static string Key(int i) => string.Create(CultureInfo.InvariantCulture, $$$"""
        {"time":"2026-03-02T10:13:59.{{{i:D7}}}Z","category":"AuditEvent","operationName":"KeyUnwrap","resultType":"Success","resultSignature":"OK","resultDescription":"","resourceId":"/SUBSCRIPTIONS/69349ACF-2A6C-409D-A925-96BA0C5F099F/RESOURCEGROUPS/CLINIC/PROVIDERS/MICROSOFT.KEYVAULT/VAULTS/KVCLINIC","operationVersion":"2025-07-01","correlationId":"{{{AuditEntryId.New()}}}","durationMs":"13","callerIpAddress":"10.50.{{{i % 250}}}.204","identity":{"claim":{"oid":"{{{Access}}}","appid":"7d9a3a1c-3b55-49b9-9f0e-0c6a3f0f4c55","xms_mirid":"/subscriptions/69349acf-2a6c-409d-a925-96ba0c5f099f/resourcegroups/clinic/providers/Microsoft.ManagedIdentity/userAssignedIdentities/clinic-access","idtyp":"app"}},"properties":{"algorithm":"RSA-OAEP-256","id":"https://kvclinic.vault.azure.net/keys/clinic-content/4c1a1b1e0d7c4f5d8a9b0c1d2e3f4a5b","clientInfo":"azsdk-net-Core/1.50.0 (.NET 10.0.0; Linux 6.6)","httpStatusCode":200,"requestUri":"https://kvclinic.vault.azure.net/keys/clinic-content/4c1a1b1e0d7c4f5d8a9b0c1d2e3f4a5b/unwrapkey?api-version=2025-07-01","isAddressAuthorized":true,"isRbacAuthorized":true,"tlsVersion":"TLS1_3"}}

        """);
}

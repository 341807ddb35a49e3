namespace RecordsGuard.Local.Storage;

internal static class TableOperations
{
    public static string Name(StorageRequest request)
    {
        // OData lets a client that only knows POST name the verb in a header.
        var method = request.Method == "POST" && request.Headers["X-HTTP-Method"] is [{ } verb] ? verb.ToUpperInvariant() : request.Method;
        var resource = request.Resource;
        if (resource == "$batch")
        {
            return method == "POST" ? "EntityGroupTransaction" : "Unknown";
        }

        if (resource == "Tables" || resource.StartsWith("Tables(", StringComparison.Ordinal))
        {
            return (method, resource.Length > "Tables()".Length) switch
            {
                ("POST", false) => "CreateTable",
                ("GET", false) => "QueryTables",
                ("GET", true) => "QueryTable",
                ("DELETE", true) => "DeleteTable",
                _ => "Unknown",
            };
        }

        return request.Query["comp"] == "acl"
            ? method switch { "PUT" => "SetTableACL", "GET" or "HEAD" => "GetTableACL", _ => "Unknown" }
            : OfEntities(method, resource.Contains('(', StringComparison.Ordinal) && !resource.EndsWith("()", StringComparison.Ordinal), request.Headers.ContainsKey("If-Match"));
    }

    private static string OfEntities(string method, bool one, bool conditional) => (method, one) switch
    {
        ("POST", false) => "InsertEntity",
        ("GET", false) => "QueryEntities",
        ("GET", true) => "QueryEntity",
        ("PUT", true) => conditional ? "UpdateEntity" : "InsertOrReplaceEntity",
        ("MERGE" or "PATCH", true) => conditional ? "MergeEntity" : "InsertOrMergeEntity",
        ("DELETE", true) => "DeleteEntity",
        _ => "Unknown",
    };
}

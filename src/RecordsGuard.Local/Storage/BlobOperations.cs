using System.Globalization;

namespace RecordsGuard.Local.Storage;

internal static class BlobOperations
{
    public static string Name(StorageRequest request)
    {
        var component = (string?)request.Query["comp"];
        return request.Query["restype"] == "container"
            ? OfContainer(request, component)
            : component is null ? OfBlob(request) : OfBlob(request, component);
    }

    private static string OfContainer(StorageRequest request, string? component) => (request.Method, component) switch
    {
        ("PUT", null) => "CreateContainer",
        ("GET" or "HEAD", null) => "GetContainerProperties",
        ("DELETE", null) => "DeleteContainer",
        ("GET", "list") => "ListBlobs",
        ("GET" or "HEAD", "metadata") => "GetContainerMetadata",
        ("PUT", "metadata") => "SetContainerMetadata",
        ("GET" or "HEAD", "acl") => "GetContainerACL",
        ("PUT", "acl") => "SetContainerACL",
        ("PUT", "lease") => Lease(request, "Container"),
        ("PUT", "undelete") => "RestoreContainer",
        ("GET", "blobs") => "FindBlobsByTags",
        ("POST", "batch") => "BlobBatch",
        ("GET", "properties") => "GetAccountInformation",
        _ => "Unknown",
    };

    private static string OfBlob(StorageRequest request) => request.Method switch
    {
        "GET" => "GetBlob",
        "HEAD" => "GetBlobProperties",
        "DELETE" => "DeleteBlob",
        "PUT" when !IsCopy(request) => "PutBlob",
        "PUT" => request.Headers.ContainsKey("x-ms-blob-type") ? "PutBlobFromURL" : "CopyBlob",
        _ => "Unknown",
    };

    private static string OfBlob(StorageRequest request, string component) => (request.Method, component) switch
    {
        ("PUT", "block") => IsCopy(request) ? "PutBlockFromURL" : "PutBlock",
        ("PUT", "blocklist") => "PutBlockList",
        ("GET", "blocklist") => "GetBlockList",
        ("PUT", "appendblock") => IsCopy(request) ? "AppendBlockFromURL" : "AppendBlock",
        ("PUT", "page") => request.Headers["x-ms-page-write"] == "clear" ? "ClearPage" : "PutPage",
        ("GET", "pagelist") => "GetPageRegions",
        ("GET" or "HEAD", "metadata") => "GetBlobMetadata",
        ("PUT", "metadata") => "SetBlobMetadata",
        ("PUT", "properties") => "SetBlobProperties",
        ("GET", "tags") => "GetBlobTags",
        ("PUT", "tags") => "SetBlobTags",
        ("PUT", "tier") => "SetBlobTier",
        ("PUT", "lease") => Lease(request, "Blob"),
        ("PUT", "snapshot") => "SnapshotBlob",
        ("PUT", "copy") => "AbortCopyBlob",
        ("PUT", "undelete") => "UndeleteBlob",
        ("POST", "query") => "QueryBlobContents",
        ("PUT", "expiry") => "SetBlobExpiry",
        ("PUT", "seal") => "SealBlob",
        ("PUT", "legalhold") => "SetBlobLegalHold",
        ("PUT", "immutabilityPolicies") => "SetBlobImmutabilityPolicy",
        ("DELETE", "immutabilityPolicies") => "DeleteBlobImmutabilityPolicy",
        _ => "Unknown",
    };

    private static bool IsCopy(StorageRequest request) => request.Headers.ContainsKey("x-ms-copy-source");

    private static string Lease(StorageRequest request, string of)
    {
        var action = request.Headers["x-ms-lease-action"].ToString().ToLowerInvariant();
        return action is "acquire" or "renew" or "change" or "release" or "break"
            ? string.Create(CultureInfo.InvariantCulture, $"{char.ToUpperInvariant(action[0])}{action[1..]}{of}Lease")
            : "Unknown";
    }
}

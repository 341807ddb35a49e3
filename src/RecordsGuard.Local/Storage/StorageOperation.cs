namespace RecordsGuard.Local.Storage;

/// <summary>The operation a request asks for, by the names that Azure's resource logs have for it.</summary>
/// <param name="Name">Such as GetBlob; <c>Unknown</c> for what is no operation of the service.</param>
internal sealed record StorageOperation(string Name)
{
    private static readonly string[] Reads = ["Get", "List", "Query", "Peek", "Find"];
    private static readonly string[] Deletes = ["Delete", "ClearMessages"];

    /// <summary>StorageRead, StorageWrite or StorageDelete.</summary>
    public string Category { get; } =
        Array.Exists(Deletes, d => Name.StartsWith(d, StringComparison.Ordinal)) ? "StorageDelete"
        : Name.EndsWith("PreflightRequest", StringComparison.Ordinal) || Array.Exists(Reads, r => Name.StartsWith(r, StringComparison.Ordinal)) ? "StorageRead"
        : "StorageWrite";

    public static StorageOperation Of(StorageRequest request) => new(
        HttpMethods.IsOptions(request.Method) ? $"{request.Service}PreflightRequest"
        : request.Resource.Length == 0 ? OfAccount(request)
        : request.Service switch
        {
            StorageService.Blob => BlobOperations.Name(request),
            StorageService.Queue => QueueOperations.Name(request),
            _ => TableOperations.Name(request),
        });

    private static string OfAccount(StorageRequest request) => (request.Method, (string?)request.Query["comp"]) switch
    {
        ("GET" or "HEAD", "list") => request.Service == StorageService.Blob ? "ListContainers" : "ListQueues",
        ("GET", "properties") when request.Query["restype"] == "account" => "GetAccountInformation",
        ("GET", "properties") => $"Get{request.Service}ServiceProperties",
        ("PUT", "properties") => $"Set{request.Service}ServiceProperties",
        ("GET", "stats") => $"Get{request.Service}ServiceStats",
        ("POST", "userdelegationkey") => "GetUserDelegationKey",
        ("GET", "blobs") => "FindBlobsByTags",
        ("POST", "batch") => "BlobBatch",
        _ => "Unknown",
    };
}

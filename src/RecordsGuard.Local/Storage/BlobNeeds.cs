namespace RecordsGuard.Local.Storage;

internal static class BlobNeeds
{
    private const string Service = "Microsoft.Storage/storageAccounts/blobServices";
    private const string Containers = Service + "/containers";
    private const string Blobs = Containers + "/blobs";

    public static IReadOnlyList<StorageNeed> Of(StorageRequest request, string operation)
    {
        var service = LocalResourceIds.BlobService(request.Account);
        StorageNeed OnContainer(params string[] any) => new(Container(request.Account, request.Resource), [.. any.Select(a => (string[])[a])]);
        StorageNeed New() => OnContainer(Blobs + "/write", Blobs + "/add/action") with { NewOnly = true };
        var need = operation switch
        {
            "ListContainers" => new(service, [Containers + "/read"]),
            "GetBlobServiceProperties" or "GetBlobServiceStats" => new(service, [Service + "/read"]),
            "SetBlobServiceProperties" => new(service, [Service + "/write"]),
            "GetUserDelegationKey" => new(service, [Service + "/generateUserDelegationKey/action"]),
            "GetContainerProperties" or "GetContainerMetadata" => OnContainer(Containers + "/read"),
            "CreateContainer" or "SetContainerMetadata" or "RestoreContainer" => OnContainer(Containers + "/write"),
            "DeleteContainer" => OnContainer(Containers + "/delete"),
            _ when operation.EndsWith("ContainerLease", StringComparison.Ordinal) => OnContainer(Containers + "/write"),
            "ListBlobs" or "GetBlob" or "GetBlobProperties" or "GetBlobMetadata" or "GetBlockList" or "GetPageRegions"
                or "QueryBlobContents" => OnContainer(Blobs + "/read"),
            "FindBlobsByTags" => OnContainer(Blobs + "/filter/action"),
            "GetBlobTags" => OnContainer(Blobs + "/tags/read"),
            "SetBlobTags" => OnContainer(Blobs + "/tags/write"),
            "PutBlob" or "PutBlobFromURL" or "CopyBlob" => New(),
            "AppendBlock" or "AppendBlockFromURL" or "SnapshotBlob" => OnContainer(Blobs + "/write", Blobs + "/add/action"),
            "PutBlock" or "PutBlockFromURL" or "PutBlockList" or "PutPage" or "ClearPage" or "SetBlobMetadata" or "SetBlobProperties"
                or "SetBlobTier" or "SetBlobExpiry" or "SealBlob" or "AbortCopyBlob" => OnContainer(Blobs + "/write"),
            _ when operation.EndsWith("BlobLease", StringComparison.Ordinal) => OnContainer(Blobs + "/write"),
            "DeleteBlob" when request.Query["deletetype"].Count > 0 => OnContainer(Blobs + "/permanentDelete/action"),
            "DeleteBlob" when request.Query["versionid"].Count > 0 => OnContainer(Blobs + "/deleteBlobVersion/action"),
            "DeleteBlob" => OnContainer(Blobs + "/delete"),
            "UndeleteBlob" or "SetBlobImmutabilityPolicy" or "DeleteBlobImmutabilityPolicy" or "SetBlobLegalHold" =>
                OnContainer(Containers + "/write"),
            _ => StorageNeed.Nothing(request),
        };
        return [need, .. Besides(request)];
    }

    /// <summary>What headers of a write ask for beside it.</summary>
    private static IEnumerable<StorageNeed> Besides(StorageRequest request)
    {
        var container = Container(request.Account, request.Resource);
        if (request.Headers.ContainsKey("x-ms-tags"))
        {
            yield return new(container, [Blobs + "/tags/write"]);
        }

        if (request.Headers.Keys.Any(k => k.StartsWith("x-ms-immutability-policy", StringComparison.OrdinalIgnoreCase)
            || k.Equals("x-ms-legal-hold", StringComparison.OrdinalIgnoreCase)))
        {
            yield return new(container, [Containers + "/write"]);
        }

        // A source in another account would need a SAS or be anonymous, and no account here has either.
        if (request.Headers["x-ms-copy-source"] is [{ } source])
        {
            var parts = Uri.TryCreate(source, UriKind.Absolute, out var uri)
                ? Uri.UnescapeDataString(uri.AbsolutePath[1..]).Split('/', 2)
                : [];
            yield return parts is [var account, var blob] && account == request.Account
                ? new(Container(account, blob), [Blobs + "/read"])
                : StorageNeed.Nothing(request);
        }
    }

    private static string Container(string account, string resource) =>
        $"{LocalResourceIds.BlobService(account)}/containers/{resource.Split('/')[0]}";
}

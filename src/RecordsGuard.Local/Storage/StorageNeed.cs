namespace RecordsGuard.Local.Storage;

/// <summary>
/// What Azure asks of a caller for one call: an action on one resource. Where several are named, all of one alternative
/// are enough. Source: "Permissions for calling data operations" of the storage services' REST documentation.
/// </summary>
/// <param name="Alternatives">None: no role allows the call, only an account key would.</param>
internal sealed record StorageNeed(string Resource, params IReadOnlyList<string[]> Alternatives)
{
    /// <summary>Azure checks the second alternative, <c>blobs/add/action</c>, only if there is no blob of that name.</summary>
    public bool NewOnly { get; init; }

    /// <summary>The action that a resource log names.</summary>
    public string? Action => Alternatives.Count > 0 ? Alternatives[0][0] : null;

    /// <summary>Everything that a request needs; each of it. A transaction needs what its parts need (<see cref="TableBatch"/>).</summary>
    public static IReadOnlyList<StorageNeed> Of(StorageRequest request)
    {
        var operation = StorageOperation.Of(request).Name;

        // Azurite must not read a path in another way than the check does.
        return request.Resource.Split('/', '\\').Any(s => s is "." or "..")
            ? [Nothing(request)]
            : request.Service switch
            {
                StorageService.Blob => BlobNeeds.Of(request, operation),
                StorageService.Queue => [QueueNeeds.Of(request, operation)],
                _ => [TableNeeds.Of(request, operation)],
            };
    }

    /// <summary>A call that no role allows.</summary>
    public static StorageNeed Nothing(StorageRequest request) => new(LocalResourceIds.StorageAccount(request.Account));
}

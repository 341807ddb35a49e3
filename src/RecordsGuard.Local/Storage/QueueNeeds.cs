namespace RecordsGuard.Local.Storage;

internal static class QueueNeeds
{
    private const string Service = "Microsoft.Storage/storageAccounts/queueServices";
    private const string Queues = Service + "/queues";
    private const string Messages = Queues + "/messages";

    public static StorageNeed Of(StorageRequest request, string operation)
    {
        var service = LocalResourceIds.QueueService(request.Account);
        var queue = $"{service}/queues/{request.Resource.Split('/')[0]}";
        return operation switch
        {
            "ListQueues" => new(service, [Queues + "/read"]),
            "GetQueueServiceProperties" or "GetQueueServiceStats" => new(service, [Service + "/read"]),
            "SetQueueServiceProperties" => new(service, [Service + "/write"]),
            "CreateQueue" or "SetQueueMetadata" => new(queue, [Queues + "/write"]),
            "DeleteQueue" => new(queue, [Queues + "/delete"]),
            "GetQueueMetadata" => new(queue, [Queues + "/read"]),
            "PutMessage" => new(queue, [Messages + "/add/action"], [Messages + "/write"]),
            "GetMessages" => new(queue, [Messages + "/process/action"], [Messages + "/delete", Messages + "/read"]),
            "PeekMessages" => new(queue, [Messages + "/read"]),
            "DeleteMessage" => new(queue, [Messages + "/process/action"], [Messages + "/delete"]),
            "ClearMessages" => new(queue, [Messages + "/delete"]),
            "UpdateMessage" => new(queue, [Messages + "/write"]),
            _ => StorageNeed.Nothing(request),
        };
    }
}

namespace RecordsGuard.Local.Storage;

internal static class QueueOperations
{
    public static string Name(StorageRequest request) => request.Resource.Split('/') switch
    {
        [_] => OfQueue(request),
        [_, "messages"] => OfMessages(request),
        [_, "messages", _] => request.Method switch { "PUT" => "UpdateMessage", "DELETE" => "DeleteMessage", _ => "Unknown" },
        _ => "Unknown",
    };

    private static string OfQueue(StorageRequest request) => (request.Method, (string?)request.Query["comp"]) switch
    {
        ("PUT", null) => "CreateQueue",
        ("DELETE", null) => "DeleteQueue",
        ("GET" or "HEAD", "metadata") => "GetQueueMetadata",
        ("PUT", "metadata") => "SetQueueMetadata",
        ("GET" or "HEAD", "acl") => "GetQueueACL",
        ("PUT", "acl") => "SetQueueACL",
        _ => "Unknown",
    };

    private static string OfMessages(StorageRequest request) => request.Method switch
    {
        "POST" => "PutMessage",
        "GET" => request.Query["peekonly"] == "true" ? "PeekMessages" : "GetMessages",
        "DELETE" => "ClearMessages",
        _ => "Unknown",
    };
}

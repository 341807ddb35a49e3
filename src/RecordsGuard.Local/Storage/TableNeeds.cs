namespace RecordsGuard.Local.Storage;

internal static class TableNeeds
{
    private const string Service = "Microsoft.Storage/storageAccounts/tableServices";
    private const string Tables = Service + "/tables";
    private const string Entities = Tables + "/entities";

    public static StorageNeed Of(StorageRequest request, string operation)
    {
        var service = LocalResourceIds.TableService(request.Account);
        var table = $"{service}/tables/{request.Resource.Split('(')[0]}";
        return operation switch
        {
            "QueryTables" or "QueryTable" => new(service, [Tables + "/read"]),
            "CreateTable" => new(service, [Tables + "/write"]),
            "DeleteTable" => new($"{service}/tables/{request.Resource.Split('\'') switch { [_, var name, _] => name, _ => "" }}", [Tables + "/delete"]),
            "GetTableServiceProperties" or "GetTableServiceStats" => new(service, [Service + "/read"]),
            "SetTableServiceProperties" => new(service, [Service + "/write"]),
            "QueryEntities" or "QueryEntity" => new(table, [Entities + "/read"]),
            "InsertEntity" => new(table, [Entities + "/write"], [Entities + "/add/action"]),
            "UpdateEntity" or "MergeEntity" => new(table, [Entities + "/write"], [Entities + "/update/action"]),
            "InsertOrReplaceEntity" or "InsertOrMergeEntity" =>
                new(table, [Entities + "/write"], [Entities + "/add/action", Entities + "/update/action"]),
            "DeleteEntity" => new(table, [Entities + "/delete"]),

            // Each part is authorised for itself; this stands for the whole until it has been read.
            "EntityGroupTransaction" => new(service, [Entities + "/write"]),
            _ => StorageNeed.Nothing(request),
        };
    }
}

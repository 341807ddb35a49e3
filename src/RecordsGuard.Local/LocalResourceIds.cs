namespace RecordsGuard.Local;

/// <summary>The ARM ids under which the local stand-ins appear in resource logs and in tokens.</summary>
internal static class LocalResourceIds
{
    public const string Subscription = "/subscriptions/00000000-0000-0000-0000-000000000000";

    public const string ResourceGroup = Subscription + "/resourceGroups/recordsguard-local";

    /// <summary>Key Vault writes its own id in upper case; storage does not.</summary>
    public static string Vault { get; } =
        (ResourceGroup + "/providers/Microsoft.KeyVault/vaults/local").ToUpperInvariant();

    public static string StorageAccount(string account) =>
        $"{ResourceGroup}/providers/Microsoft.Storage/storageAccounts/{account}";

    /// <summary>A managed identity, as <c>xms_mirid</c> has it (lower-case group).</summary>
    public static string Identity(string name) => $"{Subscription}/resourcegroups/recordsguard-local"
        + $"/providers/Microsoft.ManagedIdentity/userAssignedIdentities/{name}";

    public static string BlobService(string account) => StorageAccount(account) + "/blobServices/default";

    public static string QueueService(string account) => StorageAccount(account) + "/queueServices/default";

    public static string TableService(string account) => StorageAccount(account) + "/tableServices/default";
}

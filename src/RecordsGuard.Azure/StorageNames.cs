using RecordsGuard.Audit;
using RecordsGuard.Envelopes;
using RecordsGuard.Records;

namespace RecordsGuard.Azure;

/// <summary>What the storage accounts hold, by name: for who creates it (infrastructure, Local) and for who uses it.</summary>
public static class StorageNames
{
    /// <summary>Audit entries that are durable and not yet in the log: partitions <c>0</c> to <c>f</c>.</summary>
    public const string PendingTable = "AuditPending";

    /// <summary>Where in the log to look: partitions <c>0</c> to <c>f</c>.</summary>
    public const string IndexTable = "AuditIndex";

    /// <summary>The tables of the audit account.</summary>
    public static IReadOnlyList<string> AuditTables { get; } = [PendingTable, IndexTable];

    /// <summary>Every table.</summary>
    public static IReadOnlyList<string> Tables { get; } = [.. Enum.GetNames<Table>(), .. AuditTables];

    /// <summary>Every queue and its poison queue.</summary>
    public static IReadOnlyList<string> Queues { get; } = [.. WorkQueues.All, .. WorkQueues.All.Select(q => $"{q}-poison")];

    /// <summary>Every blob container that is an account's only one.</summary>
    public static IReadOnlyList<string> Containers { get; } = [.. Enum.GetValues<Container>().Select(Of)];

    /// <summary>The containers of the audit account.</summary>
    public static IReadOnlyList<string> AuditContainers { get; } = [.. Enum.GetValues<TreePart>().Select(Of)];

    public static string Of(Table table) => table.ToString();

    public static string Of(TreePart part) => part switch
    {
        TreePart.Tiles => "tiles",
        TreePart.Staging => "staging",
        TreePart.Head => "head",
        _ => throw new ArgumentOutOfRangeException(nameof(part)),
    };

    public static string Of(Container container) => container switch
    {
        Container.Records => "records",
        Container.Slips => "slips",
        Container.Inbox => "inbox",
        Container.Quarantine => "quarantine",
        _ => throw new ArgumentOutOfRangeException(nameof(container)),
    };
}

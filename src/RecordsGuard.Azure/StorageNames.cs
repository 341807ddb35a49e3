using RecordsGuard.Envelopes;
using RecordsGuard.Records;

namespace RecordsGuard.Azure;

/// <summary>What the storage accounts hold, by name: for who creates it (infrastructure, Local) and for who uses it.</summary>
public static class StorageNames
{
    /// <summary>Audit entries that are durable and not yet in the log: partitions <c>0</c> to <c>f</c>.</summary>
    public const string PendingTable = "AuditPending";

    /// <summary>Every table.</summary>
    public static IReadOnlyList<string> Tables { get; } = [.. Enum.GetNames<Table>(), PendingTable];

    /// <summary>Every queue and its poison queue.</summary>
    public static IReadOnlyList<string> Queues { get; } = [.. WorkQueues.All, .. WorkQueues.All.Select(q => $"{q}-poison")];

    /// <summary>Every blob container.</summary>
    public static IReadOnlyList<string> Containers { get; } = [.. Enum.GetValues<Container>().Select(Of)];

    public static string Of(Table table) => table.ToString();

    public static string Of(Container container) => container switch
    {
        Container.Records => "records",
        Container.Slips => "slips",
        Container.Inbox => "inbox",
        Container.Quarantine => "quarantine",
        _ => throw new ArgumentOutOfRangeException(nameof(container)),
    };
}

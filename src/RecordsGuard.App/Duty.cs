namespace RecordsGuard.App;

/// <summary>
/// A part of the work that has an identity of its own on Azure, so that a stolen one opens only its own door.
/// infra/modules/rights.bicep gives each the rights that its routes and triggers need, and no other.
/// </summary>
public enum Duty
{
    /// <summary>Takes records in. Cannot read one back.</summary>
    Ingest,

    /// <summary>Shows records: the only duty that opens content.</summary>
    Access,

    /// <summary>Clients and their facts, holds, and what people decide about alerts.</summary>
    Custody,

    /// <summary>Finds what is due and destroys what was approved.</summary>
    Disposition,

    /// <summary>Rotation of keys, backup and restore of rows.</summary>
    Keys,

    /// <summary>Brings pending entries into the log.</summary>
    Audit,

    /// <summary>Delivers alerts and looks for what nobody reported.</summary>
    Alerts,
}

/// <summary>What lies outside the process: each is an address in the settings and an adapter behind a port.</summary>
[Flags]
public enum Reach
{
    Nothing = 0,
    Rows = 1,
    Log = 2,
    Queues = 4,
    Vault = 8,
    Records = 16,
    Slips = 32,
    ResourceLogs = 64,
    Webhook = 128,
    Tree = 256,
    Inbox = 512,
}

namespace RecordsGuard.Local;

/// <summary>
/// Azure's diagnostic settings, on one machine: takes resource-log lines and appends them to the logs account in
/// Azure's own layout (<c>insights-logs-&lt;category&gt;/resourceId=…/y=…/m=…/d=…/h=…/m=00/PT1H.json</c>, append
/// blobs, one JSON object a line).
/// </summary>
internal abstract class ResourceLogWriter
{
    /// <summary>Queues one line; never blocks and never throws.</summary>
    /// <param name="category">Azure's spelling: AuditEvent, StorageRead, StorageWrite, StorageDelete.</param>
    /// <param name="resourceId">The ARM id of the account's service or of the vault.</param>
    /// <param name="json">One UTF-8 JSON object, without a line break.</param>
    public abstract void Write(string category, string resourceId, ReadOnlyMemory<byte> json);
}

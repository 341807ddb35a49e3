using RecordsGuard.Audit;
using RecordsGuard.Records;

namespace RecordsGuard.Access;

/// <summary>One change over several partitions: announced whole, then committed row by row in the order given.</summary>
internal static class OrderedChanges
{
    /// <summary>
    /// The last row is the commit point: what a crash leaves of those before it must mean nothing by itself. False if a
    /// row had changed meanwhile; those before it then stand.
    /// </summary>
    public static Task<bool> ChangeInOrderAsync(
        this AuditLog audit, IRecordStore store, AuditSubject who, IReadOnlyList<(Table Table, RowChange Change)> steps, CancellationToken cancel) =>
        audit.ChangeAsync(
            who, steps.SelectMany(s => new[] { s.Change }.Describe(s.Table)), async _ =>
            {
                foreach (var (table, change) in steps)
                {
                    if (await store.CommitAsync(table, change.Row.Partition, [change], cancel) == Commit.Conflict)
                    {
                        return false;
                    }
                }

                return true;
            });
}

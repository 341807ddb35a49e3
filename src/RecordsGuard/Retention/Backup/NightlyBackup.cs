using System.Globalization;
using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using RecordsGuard.Audit;
using RecordsGuard.Records;

namespace RecordsGuard.Retention.Backup;

/// <summary>
/// Every night all rows of a practice that nothing else would bring back, in bounded memory: audit entry → objects →
/// audit entry with the manifest's digest → manifest → <b>the row that says so</b>. Reading takes as long as it
/// takes while people work; what changed since the first entry, the log tells. A crash leaves objects that no manifest
/// counts, and the message that comes again writes others: each has the same fixed life.
/// </summary>
public sealed class NightlyBackup(IRecordStore store, BackupStore backup, AuditLog audit, IWorkQueue queue, TimeProvider time)
{
    /// <summary>The message that stands for every practice.</summary>
    public const string Everyone = "*";

    internal const string Operation = "back-up-rows";

    /// <summary>Rows of one partition stay together, unless there are more of them than this.</summary>
    private const int ObjectBytes = BackupStore.MaxRowBytes / 2;

    /// <summary>In the order in which a restore puts them back. Not the due index and the list of dispositions: they are hints.</summary>
    internal static IReadOnlyList<Table> Tables { get; } =
        [Table.Practices, Table.Clients, Table.Access, Table.Quarantine, Table.Alerts, Table.Directory];

    /// <summary>
    /// What a message asks for: <see cref="Everyone"/>, or one practice and the night (<c>demo 2026-03-02</c>). Safe to call
    /// any number of times, and at once.
    /// </summary>
    /// <exception cref="FormatException">The message is neither.</exception>
    public async Task RunAsync(string message, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(message);
        if (message == Everyone)
        {
            await SendAsync(cancel);
        }
        else if (message.Split(' ') is [var name, var day] && PracticeId.TryParse(name, out var practice)
            && DateOnly.TryParseExact(day, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var night))
        {
            await BackUpAsync(practice, night, cancel);
        }
        else
        {
            throw new FormatException("Not a message about a backup: it belongs in the poison queue.");
        }
    }

    private async Task SendAsync(CancellationToken cancel)
    {
        var night = DateOnly.FromDateTime(time.GetUtcNow().UtcDateTime);
        await foreach (var (practice, _) in store.EachPracticeAsync(Keys.Practice, cancel))
        {
            await queue.SendAsync(
                WorkQueues.Backup, string.Create(CultureInfo.InvariantCulture, $"{practice} {night:yyyy-MM-dd}"), TimeSpan.Zero, cancel);
        }
    }

    private async Task BackUpAsync(PracticeId practice, DateOnly night, CancellationToken cancel)
    {
        var last = await store.ReadAsync(Table.Alerts, Keys.Backups(practice), Keys.LastBackup, cancel);
        if (await store.ReadPracticeAsync(practice, cancel) is not { } facts || last?.As<BackupFacts>().Night >= night)
        {
            return;
        }

        var who = new AuditSubject(Operation, practice.ToString());
        var name = BackupManifest.NameOf(practice, night, Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16)));
        var began = await audit.AppendAsync(who.Event(AuditKind.HouseKeeping, new KeyValuePair<string, string>("night", Day(night))));
        var objects = new List<BackupObject>();
        foreach (var table in Tables)
        {
            await WriteAsync(table, name, RowsAsync(store, table, practice, facts.Tenant, cancel), objects, began.ToString(), cancel);
        }

        var entry = AuditEntryId.New();
        var manifest = new BackupManifest(
            BackupManifest.CurrentFormat, practice.ToString(), night, began.ToString(), entry.ToString(), objects).ToBytes();
        var rows = objects.Sum(o => (long)o.Rows);
        await audit.AppendAsync(entry, who.Event(
            AuditKind.HouseKeeping, [new("night", Day(night)), new("manifest", name), new("sha256", BackupManifest.Digest(manifest)), new("count", $"{rows}")]));
        await backup.WritePlainAsync(name, manifest, entry.ToString(), cancel);
        var done = RowBody.Write(new BackupFacts(night, name, entry.ToString(), objects.Count, rows, time.GetUtcNow()));
        RowChange change = last is null
            ? new RowChange.Insert(Row.New(Keys.Backups(practice), Keys.LastBackup, RowKinds.Backup, done))
            : new RowChange.Replace(last.Next(done));
        await store.CommitAsync(Table.Alerts, change.Row.Partition, [change], cancel); // a conflict: another did the same
    }

    /// <summary>Objects small enough for one request, which is all that who may only create may make.</summary>
    private async Task WriteAsync(
        Table table, string manifest, IAsyncEnumerable<Row> rows, List<BackupObject> objects, string cause, CancellationToken cancel)
    {
        var (part, bytes, number) = (new List<BackedRow>(), 0L, 0);
        await foreach (var row in rows)
        {
            if (part.Count > 0 && (bytes > BackupStore.MaxRowBytes || (bytes > ObjectBytes && part[^1].Row.Partition != row.Partition)))
            {
                await WriteAsync();
            }

            part.Add(new(table, row));
            bytes += 200 + (2L * row.Body.Length);
        }

        if (part.Count > 0)
        {
            await WriteAsync();
        }

        async Task WriteAsync()
        {
            var name = BackupManifest.ObjectName(manifest, table, number++);
            objects.Add(new(table.ToString(), name, await backup.WriteAsync(name, part, cause, cancel), part.Count));
            (part, bytes) = ([], 0);
        }
    }

    /// <summary>
    /// All rows of a practice in one table: partitions <c>practice</c> and <c>practice|…</c>. <c>!</c> comes before every
    /// character that goes on an id, and <c>}</c> after the bar. A row that this program did not write is left where it is.
    /// </summary>
    internal static async IAsyncEnumerable<Row> RowsAsync(
        IRecordStore store, Table table, PracticeId practice, Guid tenant, [EnumeratorCancellation] CancellationToken cancel)
    {
        await foreach (var row in store.ScanAsync(table, $"{practice}", $"{practice}!", cancel)
            .Concat(store.ScanAsync(table, $"{practice}|", $"{practice}}}", cancel)))
        {
            if (row.Kind != RowKinds.Foreign)
            {
                yield return row;
            }
        }

        if (table == Table.Practices
            && await store.ReadAsync(table, Keys.Tenant(tenant), practice.ToString(), cancel) is { } listed)
        {
            yield return listed;
        }
    }

    private static string Day(DateOnly night) => night.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
}

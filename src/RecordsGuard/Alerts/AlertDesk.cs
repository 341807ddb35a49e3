using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using RecordsGuard.Access;
using RecordsGuard.Audit;
using RecordsGuard.Records;

namespace RecordsGuard.Alerts;

/// <summary>
/// Where alerts are kept. An alert is stored before it is sent, and sent at least once.
/// </summary>
public sealed class AlertDesk(IRecordStore store, AuditLog audit, IWorkQueue queue, TimeProvider time)
{
    /// <summary>The process that raised an alert delivers it at once; the queue's turn comes if that did not happen.</summary>
    public static readonly TimeSpan DeliveryDelay = TimeSpan.FromSeconds(5);

    /// <summary>Durable when it returns. The same finding again raises the count, and reopens what was resolved.</summary>
    public Task<Alert> ReportAsync(Finding finding, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(finding);
        return ReportAsync(finding.Bounded(), once: false, cancel);
    }

    /// <param name="finding">As it is kept.</param>
    /// <param name="once">Only what the alert does not say already is raised.</param>
    private async Task<Alert> ReportAsync(Finding finding, bool once, CancellationToken cancel)
    {
        var now = time.GetUtcNow();
        var key = KeyOf(finding, now);

        // The request for delivery first: a crash before the alert is stored leaves a message that finds nothing, a
        // crash after it leaves one that delivers.
        await queue.SendAsync(WorkQueues.Alerts, $"{finding.Practice} {key}", DeliveryDelay, cancel);
        Alert alert;
        do
        {
            var row = await store.ReadAsync(Table.Alerts, finding.Practice, key, cancel);
            var told = row is null ? null : Read(row);
            var news = once && told is not null ? Untold(told, finding) : finding;
            if (news is null)
            {
                return told!; // told before a crash, or by another at the same moment
            }

            alert = told is null ? Fresh(key, news, now) : Again(told, news, now);
            RowChange change = row is null
                ? new RowChange.Insert(Row.New(finding.Practice, key, RowKinds.Alert, Write(alert)))
                : new RowChange.Replace(row.Next(Write(alert)));
            if (await store.CommitAsync(Table.Alerts, finding.Practice, [change], cancel) == Commit.Done)
            {
                break;
            }
        }
        while (true);

        return alert;
    }

    /// <summary>
    /// For what is looked at again and again: nothing is raised while today's alert has the evidence already, or, where
    /// there is none, says the same. New evidence reopens what was resolved.
    /// </summary>
    /// <returns>The alert, if it was raised.</returns>
    public async Task<Alert?> ReportOnceAsync(Finding finding, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(finding);
        finding = finding.Bounded();
        var row = await store.ReadAsync(Table.Alerts, finding.Practice, KeyOf(finding, time.GetUtcNow()), cancel);
        return row is null || Untold(Read(row), finding) is not null ? await ReportAsync(finding, once: true, cancel) : null;
    }

    /// <summary>
    /// Somebody outside the authorised roles asked: the alert is stored, then the log is told, and only then may the
    /// refusal be answered. Who dies in between has alerted, with evidence that never came.
    /// </summary>
    /// <exception cref="AuditUnavailableException">The alert stands; nothing is answered but 503.</exception>
    public async Task<Alert> ReportAsync(Refusal refusal, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(refusal);
        var request = refusal.Request;
        var alert = await ReportAsync(
            PeopleDetections.Refused.Found(
                (refusal.Practice ?? PracticeId.None).ToString(), request.Caller.Id.ToString(), request.Client?.ToString(),
                request.Record?.ToString(), $"{request.Operation.Word()} refused: {refusal.Decision.Because}", refusal.Entry.ToString()),
            cancel);
        await audit.AppendAsync(refusal.Entry, refusal.Event);
        return alert;
    }

    /// <summary>Stored bytes did not open. The log is told first, then security staff; nothing was released.</summary>
    public async Task<Alert> ReportIntegrityAsync(
        AuditSubject who, string? client, string fault, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(who);
        var entry = await audit.AppendAsync(
            who.Event(AuditKind.IntegrityFailed, new KeyValuePair<string, string>("because", fault)));
        return await ReportAsync(
            PeopleDetections.IntegrityFailed.Found(
                who.Practice, null, client, who.Record.Length == 0 ? null : who.Record,
                $"{who.Operation}: stored bytes did not open ({fault}); nothing unauthenticated was released.", entry.ToString()),
            cancel);
    }

    /// <summary>Asks for delivery without delay, now that the alert is stored. May be called twice.</summary>
    public Task HastenAsync(Alert alert, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(alert);
        return queue.SendAsync(WorkQueues.Alerts, $"{alert.Practice} {alert.Id}", TimeSpan.Zero, cancel);
    }

    /// <summary>The practice's alerts, newest day first.</summary>
    public async Task<IReadOnlyList<Alert>> ListAsync(PracticeId practice, CancellationToken cancel)
    {
        var alerts = new List<Alert>();
        await foreach (var row in store.ListAsync(Table.Alerts, practice.ToString(), "", cancel))
        {
            alerts.Add(Read(row));
        }

        alerts.Sort((a, b) => b.Last.CompareTo(a.Last));
        return alerts;
    }

    /// <summary>Null if the practice has no such alert.</summary>
    public async Task<Alert?> FindAsync(PracticeId practice, string id, CancellationToken cancel) =>
        await store.ReadAsync(Table.Alerts, practice.ToString(), id, cancel) is { } row ? Read(row) : null;

    /// <summary>Whether a text can be an alert's id: nothing else is looked for.</summary>
    public static bool IsId(string? text) =>
        text is { Length: 33 } && text.All(c => c == '-' || char.IsAsciiHexDigitLower(c));

    /// <summary>
    /// What is new in it, if anything is. Of more than an alert keeps evidence of, none of it told, all counts as new.
    /// </summary>
    private static Finding? Untold(Alert told, Finding finding)
    {
        if (finding.Evidence is null)
        {
            return told.Because == finding.Because ? null : finding;
        }

        var all = finding.AllEvidence.ToList();
        var news = all.Where(e => !told.Evidence.Contains(e)).ToList();
        return news.Count == 0 ? null
            : news.Count == all.Count ? finding
            : finding with { Count = news.Count, Earlier = news[..^1], Evidence = news[^1] };
    }

    internal static Alert Read(Row row) => JsonSerializer.Deserialize(row.Body, AlertJson.Default.Alert)
        ?? throw new JsonException("An empty alert row.");

    /// <summary>What it was raised for before gives way where all of it is more than a row holds.</summary>
    internal static string Write(Alert alert)
    {
        var body = JsonSerializer.Serialize(alert, AlertJson.Default.Alert);
        for (var before = alert.Before?.ToList() ?? []; body.Length > Row.MaxBody && before.Count > 0;)
        {
            Sighting.DropOne(before);
            body = JsonSerializer.Serialize(alert with { Before = before }, AlertJson.Default.Alert);
        }

        return body;
    }

    private static Alert Fresh(string key, Finding f, DateTimeOffset now) => new(
        key, f.Practice, f.Detection, f.Severity, f.Person, f.Client, f.Record, f.Because, f.FirstAction, f.Count, now, now,
        [.. f.AllEvidence.TakeLast(Alert.MaxEvidence)], AlertState.Open, null, null, null, 0, Before: f.Before.Count == 0 ? null : f.Before);

    private static Alert Again(Alert alert, Finding f, DateTimeOffset now) => alert with
    {
        Count = checked(alert.Count + f.Count),
        Last = now,
        Because = f.Because,
        Record = f.Record,
        Before = Before(alert, f),
        Evidence = [.. alert.Evidence.Concat(f.AllEvidence).TakeLast(Alert.MaxEvidence)],
        State = alert.State == AlertState.Resolved ? AlertState.Open : alert.State,
        Reopened = alert.State == AlertState.Resolved ? now : alert.Reopened,
    };

    private static List<Sighting>? Before(Alert alert, Finding f)
    {
        var before = alert.Before?.ToList() ?? [];
        foreach (var next in (Sighting[])[new(alert.Because, alert.Record), .. f.Before])
        {
            Sighting.Add(before, next);
        }

        before.Remove(new(f.Because, f.Record));
        return before.Count == 0 ? null : before;
    }

    /// <summary>Newest day first in the table's order; the rest is a digest, so that the key tells nothing.</summary>
    private static string KeyOf(Finding f, DateTimeOffset now)
    {
        var day = DateOnly.FromDateTime(now.UtcDateTime);
        var digest = SHA256.HashData(Encoding.UTF8.GetBytes(
            string.Create(CultureInfo.InvariantCulture, $"{f.Practice}\n{day:yyyy-MM-dd}\n{f.Detection}\n{f.Person}\n{f.Client}")));
        return string.Create(CultureInfo.InvariantCulture, $"{99999999 - (day.Year * 10000) - (day.Month * 100) - day.Day}-{Convert.ToHexStringLower(digest.AsSpan(0, 12))}");
    }
}

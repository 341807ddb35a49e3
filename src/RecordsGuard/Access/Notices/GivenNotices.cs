using System.Security.Cryptography;
using RecordsGuard.Audit;
using RecordsGuard.Records;

namespace RecordsGuard.Access.Notices;

/// <summary>Which client received which version of the notice, and when.</summary>
public sealed class GivenNotices(IRecordStore store, AuditLog audit, TimeProvider time)
{
    /// <summary>As <see cref="ConfidentialityNotice.Version"/> has it: nothing else is taken for a version.</summary>
    public static bool IsVersion(string? text) =>
        text is { Length: >= 10 and <= 60 } && text.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '.') && text[^9] == '-';

    /// <param name="receipt">The record that is the client's signed receipt, or null.</param>
    public async Task<string> GiveAsync(
        AuditSubject who, PracticeId practice, ClientId client, string version, RecordId? receipt, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(who);
        var id = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16));
        var facts = new NoticeFacts(version, who.Person, time.GetUtcNow(), receipt?.ToString());
        var row = Row.New(Keys.Partition(practice, client), $"{Keys.Notices}{id}", RowKinds.Notice, RowBody.Write(facts));
        return await audit.ChangeInOrderAsync(store, who, [(Table.Access, new RowChange.Insert(row))], cancel)
            ? id
            : throw new StoreUnavailableException("A fresh id was taken.");
    }

    /// <summary>The newest first.</summary>
    public async Task<IReadOnlyList<NoticeFacts>> OfAsync(AuditSubject who, PracticeId practice, ClientId client, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(who);
        await audit.AppendAsync(who.Event(AuditKind.Listed));
        var found = new List<NoticeFacts>();
        await foreach (var row in store.ListAsync(Table.Access, Keys.Partition(practice, client), Keys.Notices, cancel))
        {
            found.Add(row.As<NoticeFacts>());
        }

        return [.. found.OrderByDescending(n => n.GivenAt)];
    }
}

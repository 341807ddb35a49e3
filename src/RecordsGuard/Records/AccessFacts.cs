namespace RecordsGuard.Records;

/// <summary>
/// A break-glass grant: one person, one client, some minutes. Table <see cref="Table.Access"/>, partition
/// <c>practice|oid</c>, row <c>{client}|grant|{id}</c>.
/// </summary>
/// <param name="Person">The pseudonym of whose doing it is.</param>
/// <param name="Reason">Sealed under the client's index key; so is <paramref name="Comment"/>.</param>
/// <param name="Likeness">Says whether two reasons are the same words, and nothing else.</param>
/// <param name="Until">The first instant at which it no longer holds.</param>
/// <param name="Verdict">What the review came to, once there was one: <c>lawful</c> or <c>unlawful</c>.</param>
public sealed record GrantFacts(
    string Person, string Purpose, string Reason, string Likeness, DateTimeOffset From, DateTimeOffset Until, DateTimeOffset ReviewBy,
    string? ReviewedBy = null, DateTimeOffset? ReviewedAt = null, string? Verdict = null, string? Comment = null)
{
    public bool IsCurrent(DateTimeOffset now) => From <= now && now < Until;
}

/// <summary>
/// Something of table <see cref="Table.Access"/> that somebody must have done by a time. Partition
/// <c>practice|due|day</c>, row <c>{client}|{what}|{id}</c>. A hint that is never removed: the row it points to says
/// whether it was done.
/// </summary>
public sealed record DeadlineFacts(DateTimeOffset By, string Partition, string Key);

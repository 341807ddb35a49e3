using System.Text.Json.Serialization;

namespace RecordsGuard.Records;

/// <summary>
/// A restore of a practice's rows. Row <c>hold|restore-{id}</c> of the practice's partition: its body begins as a
/// <see cref="HoldFacts"/>' does, so that whoever reads the practice's holds finds the whole practice held until a custodian
/// has confirmed, and an approval that is older than that counts no more.
/// </summary>
/// <param name="Matter">Empty; only holds that people place have one.</param>
/// <param name="Reason">As <see cref="ConfirmedFor"/> a text that the backup KEK opens, in base64url.</param>
/// <param name="ReleasedAt">When it was confirmed, once every client row was bumped since: then nothing is held any more.</param>
/// <param name="Night">Whose backup it is.</param>
/// <param name="Manifest">The manifest's name. <paramref name="Sha256"/> is what the log says of it.</param>
/// <param name="Begun">The audit entry written once this row stood: what the log has up to it, decides.</param>
/// <param name="LogSize">The size of the log that decides, fixed once it has that entry.</param>
/// <param name="Report">SHA-256 of the report, which its name ends with; null: rows are still being restored.</param>
/// <param name="ToConfirm">How many of the report's lines a custodian has to see to.</param>
/// <param name="BumpedTo">While not every client row was bumped after the confirmation: the last one that was; else null.</param>
public sealed record RestoreFacts(
    string Matter, string Reason, string PlacedBy, DateTimeOffset PlacedAt, DateOnly Night, string Manifest, string Sha256,
    string? ReleasedBy = null, DateTimeOffset? ReleasedAt = null, string? Begun = null, long? LogSize = null,
    string? Report = null, int? Restored = null, int? ToConfirm = null,
    string? ConfirmedBy = null, DateTimeOffset? ConfirmedAt = null, string? ConfirmedFor = null, string? BumpedTo = null)
{
    [JsonIgnore]
    public bool IsDone => ReleasedAt is not null;
}

/// <summary>
/// The last nightly backup of a practice that is whole. Table <see cref="Table.Alerts"/>, partition <c>practice|backups</c>, row
/// <c>last</c>: what tells the next message, and who watches, that there is nothing left to do. Which manifest counts, the log says.
/// </summary>
/// <param name="Entry">The audit entry that names the manifest's digest.</param>
public sealed record BackupFacts(DateOnly Night, string Manifest, string Entry, int Objects, long Rows, DateTimeOffset At);

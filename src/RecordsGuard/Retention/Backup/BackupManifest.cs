using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json;
using RecordsGuard.Records;

namespace RecordsGuard.Retention.Backup;

/// <summary>One object of a night's backup.</summary>
/// <param name="Sha256">Of the object as it is stored: 64 lower-case hex digits.</param>
public sealed record BackupObject(string Table, string Name, string Sha256, int Rows);

/// <summary>
/// What belongs to a night's backup of a practice, in the order of tables, partitions and keys. Written last, in the clear; it
/// counts only if the log has its digest (docs/formats/backup.md §3).
/// </summary>
/// <param name="Began">The audit entry written before the first row was read: what changed since, the log tells.</param>
/// <param name="Entry">The audit entry that names the digest of this text.</param>
public sealed record BackupManifest(
    string Format, string Practice, DateOnly Night, string Began, string Entry, IReadOnlyList<BackupObject> Objects)
{
    public const string CurrentFormat = "recordsguard-backup-1";

    private const string File = "manifest";

    /// <summary>All that nightly backups of a practice wrote, in the order of their nights.</summary>
    public static string Prefix(PracticeId practice) => $"{practice}/nights/";

    /// <param name="attempt">32 hex digits: a message that comes again writes objects of its own.</param>
    public static string NameOf(PracticeId practice, DateOnly night, string attempt) =>
        string.Create(CultureInfo.InvariantCulture, $"{Prefix(practice)}{night:yyyy-MM-dd}/{attempt}/{File}");

    public static string ObjectName(string manifest, Table table, int number) =>
        string.Create(CultureInfo.InvariantCulture, $"{manifest[..^File.Length]}{table}-{number:d6}");

    /// <summary>The night that an object belongs to; null: it is no object of a nightly backup.</summary>
    public static DateOnly? NightOf(PracticeId practice, string name) =>
        name.StartsWith(Prefix(practice), StringComparison.Ordinal)
        && DateOnly.TryParseExact(
            name[Prefix(practice).Length..].Split('/')[0], "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var night)
            ? night : null;

    public static bool IsManifest(string name) => name.EndsWith($"/{File}", StringComparison.Ordinal);

    public byte[] ToBytes() => JsonSerializer.SerializeToUtf8Bytes(this, BackupJson.Lines.BackupManifest);

    /// <exception cref="InvalidDataException">No manifest of this format.</exception>
    public static BackupManifest Parse(ReadOnlySpan<byte> bytes)
    {
        try
        {
            return JsonSerializer.Deserialize(bytes, BackupJson.Lines.BackupManifest) is { Format: CurrentFormat } manifest
                ? manifest
                : throw new InvalidDataException("No manifest of this format.");
        }
        catch (JsonException e)
        {
            throw new InvalidDataException("No manifest of this format.", e);
        }
    }

    public static string Digest(ReadOnlySpan<byte> bytes) => Convert.ToHexStringLower(SHA256.HashData(bytes));
}

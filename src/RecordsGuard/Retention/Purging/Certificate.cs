using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using RecordsGuard.Envelopes;
using RecordsGuard.Records;

namespace RecordsGuard.Retention.Purging;

/// <summary>What a certificate of destruction says. No personal text.</summary>
/// <param name="Method">What was done; that content was deleted only if it was.</param>
/// <param name="Statement">Never more than is true when it is signed: until the undo window has passed a copy can be recovered.</param>
/// <param name="Created">When the record was taken in. With <paramref name="ServicesThrough"/> it says which period it covers.</param>
/// <param name="ServicesThrough">The client's last service; null where it was not known.</param>
/// <param name="NoCopyAfter">The day after which no copy is recoverable: the undo window counts from the deletion, not from the commit.</param>
public sealed record CertificateStatement(
    string Format, string Practice, string Client, string Record, string Class, DateTimeOffset Created,
    string Rule, string Citation, DateOnly MayDestroyFrom, string ApprovedBy, DateTimeOffset PurgedAt,
    string Method, string Statement, DateOnly NoCopyAfter, string AuditIntent, DateOnly? ServicesThrough = null);

/// <summary>The statement's exact UTF-8 text, an ES256 signature over its SHA-256 (base64, r‖s), and the key's version.</summary>
public sealed record SignedCertificate(string Statement, string Signature, string Key);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(CertificateStatement))]
[JsonSerializable(typeof(SignedCertificate))]
internal sealed partial class CertificateJson : JsonSerializerContext;

/// <summary>Certificates of destruction, signed in Key Vault.</summary>
public static class Certificate
{
    public const string Format = "recordsguard-certificate-1";

    public const string SigningKey = "certificates";

    /// <summary>
    /// Days for which versions, soft-deleted copies and slip backups outlive a purge. Set by infrastructure; no
    /// identity of ours can shorten it.
    /// </summary>
    public const int UndoWindowDays = 35;

    /// <param name="deletedBy">When the blob was certainly gone: a purge finished by redelivery deletes it later than it committed.</param>
    /// <param name="deleted">False if the blob was not ours any more and was left as evidence.</param>
    public static async Task<string> SignAsync(
        IKeyVault vault, PracticeId practice, ClientId client, RecordId record, TombstoneFacts tombstone,
        DateTimeOffset deletedBy, bool deleted, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(vault);
        ArgumentNullException.ThrowIfNull(tombstone);
        var statement = JsonSerializer.Serialize(
            new CertificateStatement(
                Format, practice.ToString(), client.ToString(), record.ToString(), tombstone.Class,
                tombstone.Created, tombstone.Rule, tombstone.Citation, tombstone.MayDestroyFrom, tombstone.ApprovedBy,
                tombstone.PurgedAt,
                deleted ? "key slip destroyed, sealed content deleted" : "key slip destroyed; other bytes in the blob's place were kept as evidence",
                "No longer readable through RecordsGuard. Does not cover exports, disclosures and downloads.",
                DateOnly.FromDateTime(deletedBy.UtcDateTime).AddDays(UndoWindowDays + 1), tombstone.Intent, tombstone.ServicesThrough),
            CertificateJson.Default.CertificateStatement);
        var signature = await vault.SignAsync(
            SigningKey, SHA256.HashData(Encoding.UTF8.GetBytes(statement)), tombstone.Intent, cancel);
        return JsonSerializer.Serialize(
            new SignedCertificate(statement, Convert.ToBase64String(signature.Value), signature.Key.ToString()),
            CertificateJson.Default.SignedCertificate);
    }
}

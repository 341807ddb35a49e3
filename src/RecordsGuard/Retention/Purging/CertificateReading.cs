using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace RecordsGuard.Retention.Purging;

/// <summary>
/// A certificate of destruction as anybody reads it, years later, without us: its statement, and whether a key signed
/// exactly this text.
/// </summary>
public sealed class CertificateReading
{
    private CertificateReading(SignedCertificate signed, CertificateStatement statement)
    {
        Signed = signed;
        Statement = statement;
    }

    /// <summary>As it is given out.</summary>
    public SignedCertificate Signed { get; }

    public CertificateStatement Statement { get; }

    /// <summary>The key version it names, <c>name/version</c>; whose key that is, the certificate cannot say itself.</summary>
    public string Key => Signed.Key;

    /// <exception cref="FormatException">It is no certificate of this format; the message says where.</exception>
    public static CertificateReading Parse(string json)
    {
        try
        {
            var signed = JsonSerializer.Deserialize(json, CertificateJson.Default.SignedCertificate);
            if (signed is not { Statement: not null, Signature: not null, Key: not null })
            {
                throw new FormatException("It is no certificate: statement, signature and key are its parts.");
            }

            var statement = JsonSerializer.Deserialize(signed.Statement, CertificateJson.Default.CertificateStatement);
            return statement?.Format == Certificate.Format ? new(signed, statement)
                : throw new FormatException($"Its statement's format is '{statement?.Format}', not '{Certificate.Format}'.");
        }
        catch (JsonException e)
        {
            throw new FormatException($"It is no certificate: {e.Message}", e);
        }
    }

    /// <param name="key">A P-256 public key, got from somewhere else than the certificate.</param>
    public bool IsSignedBy(ECDsa key)
    {
        ArgumentNullException.ThrowIfNull(key);
        var signature = new byte[64];
        return Convert.TryFromBase64String(Signed.Signature, signature, out var length) && length == signature.Length
            && key.VerifyData(Encoding.UTF8.GetBytes(Signed.Statement), signature, HashAlgorithmName.SHA256);
    }
}

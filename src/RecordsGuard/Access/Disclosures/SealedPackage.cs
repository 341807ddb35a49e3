using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Serialization;
using RecordsGuard.Envelopes;

namespace RecordsGuard.Access.Disclosures;

/// <summary>What may be read on the outside of a package: no more than on an envelope.</summary>
/// <param name="Key">The package's data key under the recipient's public key: RSA-OAEP-256, base64url.</param>
/// <param name="KeyId">SHA-256 of the recipient's public key (SubjectPublicKeyInfo), hex.</param>
/// <param name="Inside">The cover sheet, sealed under the data key: base64url.</param>
public sealed record PackageLabel(
    string Practice, string Disclosure, string Record, DateTimeOffset Prepared, string Algorithm, string KeyId, string Key, string Inside);

/// <summary>The cover sheet that lies inside.</summary>
/// <param name="Notice">What the recipient may do with it.</param>
public sealed record CoverSheet(
    string FileName, string ContentType, string RecordClass, string Recipient, string Description, string Purpose, string Notice);

/// <summary>
/// A record on its way to one recipient: two lines of text and raw FLOE, under a key of its own that only the
/// recipient's private key unwraps (docs/formats/disclosures.md). The label is the associated data of the content: of a
/// package with another label, or with another's content, nothing opens.
/// </summary>
public static class SealedPackage
{
    public const string FirstLine = "recordsguard-package-1";
    public const int MinKeyBits = 2048;

    private const string Algorithm = "RSA-OAEP-256";
    private const int MaxLabel = 64 * 1024;

    /// <summary>Null if it is no public RSA key of at least <see cref="MinKeyBits"/>; a private key is not taken.</summary>
    /// <param name="pem">SubjectPublicKeyInfo in PEM.</param>
    public static RSA? ReadPublicKey(string? pem)
    {
        if (pem is null || pem.Length > 8192 || !pem.Contains("BEGIN PUBLIC KEY", StringComparison.Ordinal))
        {
            return null;
        }

        var key = RSA.Create();
        try
        {
            key.ImportFromPem(pem);
            if (key.KeySize >= MinKeyBits)
            {
                return key;
            }
        }
        catch (Exception e) when (e is ArgumentException or CryptographicException)
        {
            // no key, as the answer says
        }

        key.Dispose();
        return null;
    }

    /// <summary>The first bytes of the package, and the stream that follows them: sealed as it is read.</summary>
    public static async Task<(byte[] Head, Stream Content)> SealAsync(
        string practice, string disclosure, string record, CoverSheet cover, Stream plaintext, RSA recipient, DateTimeOffset now,
        CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(recipient);
        using var key = DataKey.New();
        var place = CanonicalBytes.Of("recordsguard package", practice, disclosure, record);
        using var inside = new MemoryStream();
        await using (var sheet = RawFloe.Seal(new MemoryStream(JsonSerializer.SerializeToUtf8Bytes(cover, PackageJson.Default.CoverSheet)), key, place))
        {
            await sheet.CopyToAsync(inside, cancel);
        }

        var label = JsonSerializer.SerializeToUtf8Bytes(
            new PackageLabel(
                practice, disclosure, record, now, Algorithm, Convert.ToHexStringLower(SHA256.HashData(recipient.ExportSubjectPublicKeyInfo())),
                Base64Url.EncodeToString(recipient.Encrypt(key.Bytes.ToArray(), RSAEncryptionPadding.OaepSHA256)),
                Base64Url.EncodeToString(inside.ToArray())),
            PackageJson.Default.PackageLabel);
        return ([.. CanonicalBytes.Utf8.GetBytes($"{FirstLine}\n"), .. label, (byte)'\n'], RawFloe.Seal(plaintext, key, label));
    }

    /// <summary>
    /// The label, the cover sheet, and the content, verified as it is read; only a stream read to its end was whole.
    /// </summary>
    /// <exception cref="EnvelopeException"><c>BadHeader</c>: no package. <c>BadSlip</c>: for another key. Else as content.</exception>
    public static async Task<(PackageLabel Label, CoverSheet Cover, Stream Content)> OpenAsync(Stream package, RSA recipient, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(package);
        ArgumentNullException.ThrowIfNull(recipient);
        if (CanonicalBytes.Utf8.GetString(await LineAsync(package, cancel)) != FirstLine)
        {
            throw new EnvelopeException(EnvelopeFault.BadHeader, "No package of this format.");
        }

        var line = await LineAsync(package, cancel);
        var label = Parse(line, PackageJson.Default.PackageLabel);
        using var key = Unwrap(label, recipient);
        var place = CanonicalBytes.Of("recordsguard package", label.Practice, label.Disclosure, label.Record);
        using var sheet = new MemoryStream();
        await using (var opened = await RawFloe.OpenAsync(new MemoryStream(Decode(label.Inside)), key, place, cancel))
        {
            await opened.CopyToAsync(sheet, cancel);
        }

        return (label, Parse(sheet.ToArray(), PackageJson.Default.CoverSheet), await RawFloe.OpenAsync(package, key, line, cancel));
    }

    private static DataKey Unwrap(PackageLabel label, RSA recipient)
    {
        if (label.Algorithm != Algorithm)
        {
            throw new EnvelopeException(EnvelopeFault.BadSlip, $"Its key is wrapped with {label.Algorithm}, which this tool does not know.");
        }

        byte[]? bytes = null;
        try
        {
            bytes = recipient.Decrypt(Decode(label.Key), RSAEncryptionPadding.OaepSHA256);
            return DataKey.From(bytes);
        }
        catch (Exception e) when (e is CryptographicException or ArgumentException)
        {
            throw new EnvelopeException(EnvelopeFault.BadSlip, $"It was sealed for another key: {label.KeyId}.", e);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(bytes);
        }
    }

    private static byte[] Decode(string text) =>
        Base64Url.IsValid(text) ? Base64Url.DecodeFromChars(text) : throw new EnvelopeException(EnvelopeFault.BadHeader, "No package of this format.");

    private static T Parse<T>(ReadOnlySpan<byte> json, System.Text.Json.Serialization.Metadata.JsonTypeInfo<T> shape)
    {
        try
        {
            return JsonSerializer.Deserialize(json, shape) ?? throw new JsonException();
        }
        catch (JsonException e)
        {
            throw new EnvelopeException(EnvelopeFault.BadHeader, "No package of this format.", e);
        }
    }

    private static async Task<byte[]> LineAsync(Stream stream, CancellationToken cancel)
    {
        var line = new List<byte>();
        var one = new byte[1];
        while (line.Count <= MaxLabel && await stream.ReadAsync(one, cancel) == 1)
        {
            if (one[0] == '\n')
            {
                return [.. line];
            }

            line.Add(one[0]);
        }

        throw new EnvelopeException(EnvelopeFault.Truncated, "It ends within its label.");
    }
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, RespectNullableAnnotations = true,
    RespectRequiredConstructorParameters = true)]
[JsonSerializable(typeof(PackageLabel))]
[JsonSerializable(typeof(CoverSheet))]
internal sealed partial class PackageJson : JsonSerializerContext;

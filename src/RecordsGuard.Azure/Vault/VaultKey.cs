using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text.Json;
using RecordsGuard.Envelopes;

namespace RecordsGuard.Azure;

/// <summary>A key version as the vault describes it (a KeyBundle, or one item of a list of versions).</summary>
internal sealed record VaultKey(KeyVersion Id, bool Enabled, long Created, string? Type, RSAParameters Rsa)
{
    /// <summary>The public point, of a P-256 key.</summary>
    public ECPoint Ec { get; private init; }

    /// <summary>Reads a KeyBundle.</summary>
    public static VaultKey ReadBundle(Uri vault, string name, ReadOnlySpan<byte> body)
    {
        using var json = JsonDocument.Parse(body.ToArray());
        var key = json.RootElement.GetProperty("key");
        var type = key.GetProperty("kty").GetString();
        return Read(vault, name, key.GetProperty("kid"), json.RootElement) with
        {
            Type = type,
            Rsa = type is "RSA" or "RSA-HSM" ? new() { Modulus = Bytes(key, "n"), Exponent = Bytes(key, "e") } : default,
            Ec = type is "EC" or "EC-HSM" && key.GetProperty("crv").GetString() == "P-256"
                ? new() { X = Bytes(key, "x"), Y = Bytes(key, "y") }
                : default,
        };
    }

    /// <summary>Reads one page of a key's versions and where the next is, if there is one.</summary>
    public static (List<VaultKey> Keys, Uri? Next) ReadPage(Uri vault, string name, ReadOnlySpan<byte> body)
    {
        using var json = JsonDocument.Parse(body.ToArray());
        List<VaultKey> keys = [.. json.RootElement.GetProperty("value").EnumerateArray().Select(i => Read(vault, name, i.GetProperty("kid"), i))];
        var next = json.RootElement.TryGetProperty("nextLink", out var link) ? link.GetString() : null;
        return (keys, string.IsNullOrEmpty(next) ? null : new Uri(next));
    }

    /// <summary>The key version that <c>https://{vault}/keys/{name}/{version}</c> names.</summary>
    /// <exception cref="KeyVaultException">It is another vault's, or another key's.</exception>
    public static KeyVersion ReadId(Uri vault, string name, string? kid) =>
        Uri.TryCreate(kid, UriKind.Absolute, out var uri)
        && uri.Scheme == Uri.UriSchemeHttps
        && uri.Authority.Equals(vault.Authority, StringComparison.OrdinalIgnoreCase)
        && uri.AbsolutePath.Split('/') is ["", "keys", var found, var version]
        && found.Equals(name, StringComparison.OrdinalIgnoreCase)
        && IsVersion(version)
            ? new(name, version)
            : throw new KeyVaultException(KeyVaultFault.Refused, "The vault answered with a key that is not its own, or not the one asked for.");

    public static bool IsVersion(string text) => text.Length == 32 && text.All(char.IsAsciiHexDigit);

    public static bool IsName(string text) =>
        text.Length is > 0 and <= 127 && text.All(c => char.IsAsciiLetterOrDigit(c) || c == '-');

    private static VaultKey Read(Uri vault, string name, JsonElement kid, JsonElement parent)
    {
        var attributes = parent.GetProperty("attributes");
        return new(
            ReadId(vault, name, kid.GetString()),
            attributes.GetProperty("enabled").GetBoolean(),
            attributes.TryGetProperty("created", out var created) ? created.GetInt64() : 0,
            Type: null,
            Rsa: default);
    }

    private static byte[] Bytes(JsonElement key, string property) =>
        Base64Url.DecodeFromChars(key.GetProperty(property).GetString());
}

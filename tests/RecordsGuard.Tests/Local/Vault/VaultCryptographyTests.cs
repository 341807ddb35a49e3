using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text.Json.Nodes;

namespace RecordsGuard.Tests.Local.Vault;

public sealed class VaultCryptographyTests : IAsyncLifetime
{
    private const string Rsa = """{"kty":"RSA"}""";
    private const string Secret = "c2VjcmV0";

    private RunningVault vault = null!;

    public async ValueTask InitializeAsync() => vault = await RunningVault.StartAsync();

    public ValueTask DisposeAsync() => vault.DisposeAsync();

    [Fact]
    public async Task What_is_wrapped_with_the_public_half_here_is_unwrapped_there()
    {
        var made = await vault.SendAsync("POST", "/keys/k/create", """{"kty":"RSA-HSM","key_size":3072}""");
        using var open = RSA.Create(new RSAParameters
        {
            Modulus = Base64Url.DecodeFromChars((string)made.Body!["key"]!["n"]!),
            Exponent = Base64Url.DecodeFromChars((string)made.Body["key"]!["e"]!),
        });
        byte[] dek = RandomNumberGenerator.GetBytes(32);
        string wrapped = Base64Url.EncodeToString(open.Encrypt(dek, RSAEncryptionPadding.OaepSHA256));
        var reply = await OperateAsync("unwrapkey", "RSA-OAEP-256", wrapped, made.Version);
        Assert.Equal((string?)made.Body["key"]!["kid"], (string?)reply.Body!["kid"]);
        Assert.Equal(Base64Url.EncodeToString(dek), (string?)reply.Body["value"]);
    }

    [Theory]
    [InlineData("wrapkey", "unwrapkey")]
    [InlineData("encrypt", "decrypt")]
    [InlineData("wrapKey", "UNWRAPKEY")]
    public async Task What_goes_in_comes_out(string there, string back)
    {
        await vault.SendAsync("POST", "/keys/k/create", Rsa);
        string value = (string)(await OperateAsync(there, "RSA-OAEP-256", Secret)).Body!["value"]!;
        Assert.Equal(Secret, (string?)(await OperateAsync(back, "RSA-OAEP-256", value)).Body!["value"]);
    }

    [Fact]
    public async Task What_another_version_wrapped_does_not_open()
    {
        string first = (await vault.SendAsync("POST", "/keys/k/create", Rsa)).Version;
        string wrapped = (string)(await OperateAsync("wrapkey", "RSA-OAEP-256", Secret)).Body!["value"]!;
        await vault.SendAsync("POST", "/keys/k/rotate");
        Assert.Equal("BadParameter", (await OperateAsync("unwrapkey", "RSA-OAEP-256", wrapped)).Code);
        Assert.Equal(200, (await OperateAsync("unwrapkey", "RSA-OAEP-256", wrapped, first)).Status);
    }

    [Theory]
    [InlineData("""{"kty":"RSA"}""", "PS256", 32)]
    [InlineData("""{"kty":"RSA"}""", "PS384", 48)]
    [InlineData("""{"kty":"RSA"}""", "PS512", 64)]
    [InlineData("""{"kty":"RSA"}""", "RS256", 32)]
    [InlineData("""{"kty":"RSA"}""", "RS384", 48)]
    [InlineData("""{"kty":"RSA"}""", "RS512", 64)]
    [InlineData("""{"kty":"EC"}""", "ES256", 32)]
    [InlineData("""{"kty":"EC-HSM","crv":"P-384"}""", "ES384", 48)]
    [InlineData("""{"kty":"EC","crv":"P-521"}""", "ES512", 64)]
    public async Task A_signature_verifies_and_one_over_another_digest_does_not(string key, string algorithm, int length)
    {
        await vault.SendAsync("POST", "/keys/k/create", key);
        string digest = Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(length));
        string other = Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(length));
        string signature = (string)(await OperateAsync("sign", algorithm, digest)).Body!["value"]!;
        Assert.True(await VerifyAsync(algorithm, digest, signature));
        Assert.False(await VerifyAsync(algorithm, other, signature));
        Assert.Equal("BadParameter", (await OperateAsync("sign", algorithm, Secret)).Code);
    }

    [Fact]
    public async Task An_ES256_signature_is_raw_and_64_bytes_long()
    {
        var made = await vault.SendAsync("POST", "/keys/k/create", """{"kty":"EC"}""");
        byte[] digest = RandomNumberGenerator.GetBytes(32);
        var reply = await OperateAsync("sign", "ES256", Base64Url.EncodeToString(digest));
        byte[] signature = Base64Url.DecodeFromChars((string)reply.Body!["value"]!);
        Assert.Equal(64, signature.Length);
        var jwk = made.Body!["key"]!;
        using var open = ECDsa.Create(new ECParameters
        {
            Curve = ECCurve.NamedCurves.nistP256,
            Q = new() { X = Base64Url.DecodeFromChars((string)jwk["x"]!), Y = Base64Url.DecodeFromChars((string)jwk["y"]!) },
        });
        Assert.True(open.VerifyHash(digest, signature));
    }

    [Theory]
    [InlineData("""{"kty":"RSA"}""", "wrapkey", "RSA-OAEP")]
    [InlineData("""{"kty":"RSA"}""", "wrapkey", "RSA1_5")]
    [InlineData("""{"kty":"RSA"}""", "sign", "ES256")]
    [InlineData("""{"kty":"EC"}""", "sign", "ES384")]
    public async Task An_algorithm_that_is_broken_or_of_another_key_is_refused(string key, string verb, string algorithm)
    {
        await vault.SendAsync("POST", "/keys/k/create", key);
        Assert.Equal((400, "BadParameter"), Refusal(await OperateAsync(verb, algorithm, Secret)));
    }

    [Fact]
    public async Task A_disabled_key_does_nothing_but_can_be_looked_at()
    {
        await vault.SendAsync("POST", "/keys/k/create", Rsa);
        string wrapped = (string)(await OperateAsync("wrapkey", "RSA-OAEP-256", Secret)).Body!["value"]!;
        await vault.SendAsync("PATCH", "/keys/k", """{"attributes":{"enabled":false}}""");
        foreach (string verb in (string[])["wrapkey", "unwrapkey", "sign"])
        {
            var reply = await OperateAsync(verb, "RSA-OAEP-256", wrapped);
            Assert.Equal((403, "Forbidden", "KeyDisabled"), (reply.Status, reply.Code, reply.InnerCode));
        }

        Assert.False((bool)(await vault.SendAsync("GET", "/keys/k")).Body!["attributes"]!["enabled"]!);
        await vault.SendAsync("PATCH", "/keys/k", """{"attributes":{"enabled":true}}""");
        Assert.Equal(200, (await OperateAsync("unwrapkey", "RSA-OAEP-256", wrapped)).Status);
    }

    [Fact]
    public async Task A_key_outside_its_dates_opens_what_exists_and_protects_nothing_new()
    {
        long now = vault.Time.GetUtcNow().ToUnixTimeSeconds();
        await vault.SendAsync("POST", "/keys/k/create", $$"""{"kty":"RSA","attributes":{"nbf":{{now}},"exp":{{now + 60}} } }""");
        string digest = Base64Url.EncodeToString(new byte[32]);
        string wrapped = (string)(await OperateAsync("wrapkey", "RSA-OAEP-256", Secret)).Body!["value"]!;
        string signature = (string)(await OperateAsync("sign", "PS256", digest)).Body!["value"]!;

        vault.Time.Advance(TimeSpan.FromSeconds(60));
        Assert.Equal("KeyExpired", (await OperateAsync("wrapkey", "RSA-OAEP-256", Secret)).InnerCode);
        Assert.Equal("KeyExpired", (await OperateAsync("sign", "PS256", digest)).InnerCode);
        Assert.Equal(200, (await OperateAsync("unwrapkey", "RSA-OAEP-256", wrapped)).Status);
        Assert.True(await VerifyAsync("PS256", digest, signature));

        await vault.SendAsync("PATCH", "/keys/k", $$"""{"attributes":{"nbf":{{now + 1000}},"exp":{{now + 2000}} } }""");
        Assert.Equal("KeyNotYetValid", (await OperateAsync("wrapkey", "RSA-OAEP-256", Secret)).InnerCode);
        Assert.Equal(200, (await OperateAsync("unwrapkey", "RSA-OAEP-256", wrapped)).Status);
    }

    [Fact]
    public async Task A_key_does_only_what_its_operations_permit()
    {
        await vault.SendAsync("POST", "/keys/k/create", """{"kty":"RSA","key_ops":["unwrapKey"]}""");
        var reply = await OperateAsync("wrapkey", "RSA-OAEP-256", Secret);
        Assert.Equal((403, "Forbidden", "KeyOperationForbidden"), (reply.Status, reply.Code, reply.InnerCode));
    }

    [Fact]
    public async Task Many_unwraps_at_once_all_succeed()
    {
        await vault.SendAsync("POST", "/keys/k/create", Rsa);
        string wrapped = (string)(await OperateAsync("wrapkey", "RSA-OAEP-256", Secret)).Body!["value"]!;
        var replies = await Task.WhenAll(
            Enumerable.Range(0, 200).Select(_ => OperateAsync("unwrapkey", "RSA-OAEP-256", wrapped)));
        Assert.All(replies, r => Assert.Equal(Secret, (string?)r.Body!["value"]));
    }

    private static (int Status, string? Code) Refusal(VaultReply reply) => (reply.Status, reply.Code);

    private Task<VaultReply> OperateAsync(string verb, string algorithm, string value, string? version = null) =>
        vault.SendAsync(
            "POST",
            version is null ? $"/keys/k/{verb}" : $"/keys/k/{version}/{verb}",
            new JsonObject { ["alg"] = algorithm, ["value"] = value }.ToJsonString());

    private async Task<bool> VerifyAsync(string algorithm, string digest, string signature)
    {
        var body = new JsonObject { ["alg"] = algorithm, ["digest"] = digest, ["value"] = signature };
        return (bool)(await vault.SendAsync("POST", "/keys/k/verify", body.ToJsonString())).Body!["value"]!;
    }
}

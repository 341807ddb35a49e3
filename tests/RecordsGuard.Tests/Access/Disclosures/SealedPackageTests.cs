using System.Security.Cryptography;
using System.Text;
using RecordsGuard.Access.Disclosures;
using RecordsGuard.Cli;
using RecordsGuard.Envelopes;
using RecordsGuard.Tests.Retention;

namespace RecordsGuard.Tests.Access.Disclosures;

/// <summary>A package opens for its recipient, whole, and for nobody else.</summary>
public sealed class SealedPackageTests
{
    private static readonly CancellationToken None = CancellationToken.None;
    private static readonly RSA Recipient = RSA.Create(2048);
    private static readonly CoverSheet Cover = new("notes.txt", "text/plain", "client-record", "Dr. Hopper", "Progress notes", "release", "No further.");

    [Theory]
    [InlineData(0)]
    [InlineData(13)]
    [InlineData(1_500_000)]
    public async Task It_opens_with_its_cover_sheet_for_its_recipient(int length)
    {
        var plaintext = RandomNumberGenerator.GetBytes(length);
        var package = await SealAsync(plaintext);
        var (label, cover, content) = await SealedPackage.OpenAsync(new MemoryStream(package), Recipient, None);
        Assert.Equal(("demo", "d1", "r1", Cover), (label.Practice, label.Disclosure, label.Record, cover));
        Assert.Equal(plaintext, await AllAsync(content));
    }

    [Fact]
    public async Task Outside_it_says_nothing_of_the_client_or_the_content()
    {
        var text = Encoding.Latin1.GetString(await SealAsync("slept badly"u8.ToArray()));
        Assert.All(["slept", "Hopper", "Progress", "notes.txt"], secret => Assert.DoesNotContain(secret, text, StringComparison.Ordinal));
    }

    [Fact]
    public async Task For_another_key_cut_anywhere_changed_anywhere_or_under_another_label_it_does_not_open()
    {
        using var other = RSA.Create(2048);
        var package = await SealAsync("slept badly"u8.ToArray());
        Assert.Equal(EnvelopeFault.BadSlip, (await Assert.ThrowsAsync<EnvelopeException>(() => ReadAsync(package, other))).Fault);
        for (var length = 0; length < package.Length; length += 7)
        {
            await Assert.ThrowsAsync<EnvelopeException>(() => ReadAsync(package[..length], Recipient));
        }

        for (var i = 0; i < package.Length; i += 5)
        {
            var changed = package.ToArray();
            changed[i] ^= 1;
            await Assert.ThrowsAsync<EnvelopeException>(() => ReadAsync(changed, Recipient));
        }

        await Assert.ThrowsAsync<EnvelopeException>(() => ReadAsync([.. package, 0], Recipient));
        var second = await SealAsync("slept well"u8.ToArray());
        await Assert.ThrowsAsync<EnvelopeException>(() => ReadAsync([.. Head(package), .. second[Head(second).Length..]], Recipient));
    }

    [Fact]
    public void Only_a_public_rsa_key_that_is_long_enough_is_taken()
    {
        using var small = RSA.Create(1024);
        using var curve = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var taken = SealedPackage.ReadPublicKey(Recipient.ExportSubjectPublicKeyInfoPem());
        Assert.NotNull(taken);
        Assert.All(
            [null, "", "-----BEGIN PUBLIC KEY-----", small.ExportSubjectPublicKeyInfoPem(), curve.ExportSubjectPublicKeyInfoPem(), Recipient.ExportPkcs8PrivateKeyPem()],
            pem => Assert.Null(SealedPackage.ReadPublicKey(pem)));
    }

    [Theory]
    [InlineData("notes.txt", "notes.txt")]
    [InlineData("../../etc/passwd", "passwd")]
    [InlineData("C:\\windows\\system.ini", "system.ini")]
    [InlineData(".bashrc", "bashrc")]
    [InlineData("..", "record")]
    [InlineData("a\u0000b\nc", "abc")]
    [MemberData(nameof(LongNames))]
    public void A_file_name_that_somebody_else_chose_leads_nowhere(string name, string safe) => Assert.Equal(safe, PackageCommand.SafeName(name));

    /// <summary>A disk counts bytes: 150 letters of another script are 300.</summary>
    public static TheoryData<string, string> LongNames => new() { { new string('\u05d0', 150), "record" }, { new string('\u05d0', 100), new string('\u05d0', 100) } };

    [Fact]
    public async Task What_was_released_leaves_the_app_as_a_package_for_the_recipients_key()
    {
        await using var app = await AskedApp.StartAsync();
        var client = await app.Practice.RegisterAsync(clinicians: PracticeUnderTest.Person(2));
        var record = await app.Practice.UploadAsync(client);
        const string Who = "2 clinician";
        var recorded = await app.AskAsync(Who, "POST", $"/clients/{client}/disclosures/risk-of-harm", $$"""
            {"records":["{{record}}"],"statements":{"recipient":"Police of Oakland","description":"A threat","facts":"He said so today","threatened":"His brother",
             "imminent":"He is on his way","ableToPrevent":"They are near","toldBy":"The client"} }
            """);
        var path = $"/clients/{client}/disclosures/risk-of-harm/{recorded.Id}/records/{record}/package";
        Assert.Equal("public-key", (await app.AskAsync(Who, "POST", path, """{"publicKey":"none"}""")).Problem);
        var pem = Recipient.ExportSubjectPublicKeyInfoPem().Replace("\n", "\\n", StringComparison.Ordinal);
        var package = await app.BytesAsync(Who, path, $$"""{"publicKey":"{{pem}}"}""");
        var (label, cover, content) = await SealedPackage.OpenAsync(new MemoryStream(package), Recipient, None);
        Assert.Equal("what was said", Encoding.UTF8.GetString(await AllAsync(content)));
        Assert.Equal((recorded.Id, record.ToString(), "Police of Oakland", "notes.txt"), (label.Disclosure, label.Record, cover.Recipient, cover.FileName));
    }

    private static async Task<byte[]> SealAsync(byte[] plaintext)
    {
        var (head, content) = await SealedPackage.SealAsync("demo", "d1", "r1", Cover, new MemoryStream(plaintext), Recipient, PracticeUnderTest.Start, None);
        return [.. head, .. await AllAsync(content)];
    }

    private static async Task ReadAsync(byte[] package, RSA key) =>
        await AllAsync((await SealedPackage.OpenAsync(new MemoryStream(package), key, None)).Content);

    private static byte[] Head(byte[] package) =>
        package[..(package.AsSpan(package.AsSpan().IndexOf((byte)'\n') + 1).IndexOf((byte)'\n') + package.AsSpan().IndexOf((byte)'\n') + 2)];

    private static async Task<byte[]> AllAsync(Stream stream)
    {
        await using var from = stream;
        using var all = new MemoryStream();
        await from.CopyToAsync(all, None);
        return all.ToArray();
    }
}

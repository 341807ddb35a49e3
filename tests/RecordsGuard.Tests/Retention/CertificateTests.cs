using System.Security.Cryptography;
using System.Text.Json;
using RecordsGuard.Records;
using RecordsGuard.Retention;
using RecordsGuard.Retention.Purging;

namespace RecordsGuard.Tests.Retention;

/// <summary>A certificate of destruction in the hands of somebody who has only the file and a public key.</summary>
public sealed class CertificateTests
{
    private static readonly CancellationToken None = CancellationToken.None;

    [Fact]
    public async Task It_verifies_with_the_vaults_public_key_and_says_what_was_destroyed()
    {
        var (json, key, record) = await PurgedAsync();
        using (key)
        {
            var read = CertificateReading.Parse(json);
            Assert.True(read.IsSignedBy(key));
            Assert.Equal((record.ToString(), "CA-PSY-2919"), (read.Statement.Record, read.Statement.Rule));
            Assert.StartsWith(Certificate.SigningKey, read.Key, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Another_key_or_any_changed_character_of_the_statement_does_not_verify()
    {
        var (json, key, _) = await PurgedAsync();
        using (key)
        using (var other = ECDsa.Create(ECCurve.NamedCurves.nistP256))
        {
            Assert.False(CertificateReading.Parse(json).IsSignedBy(other));
            var signed = JsonSerializer.Deserialize<SignedCertificate>(json, JsonSerializerOptions.Web)!;
            Assert.All(Enumerable.Range(0, signed.Statement.Length).Where(i => char.IsDigit(signed.Statement[i])), i =>
            {
                var forged = signed with { Statement = $"{signed.Statement[..i]}{(signed.Statement[i] == '1' ? '2' : '1')}{signed.Statement[(i + 1)..]}" };
                Assert.False(IsGenuine(JsonSerializer.Serialize(forged, JsonSerializerOptions.Web), key));
            });
            foreach (var signature in new[] { "", "AAAA", "no base64", Convert.ToBase64String(new byte[64]), $"{signed.Signature[..^4]}AAA=", signed.Signature + "AAAA" })
            {
                Assert.False(IsGenuine(JsonSerializer.Serialize(signed with { Signature = signature }, JsonSerializerOptions.Web), key));
            }
        }
    }

    [Theory]
    [InlineData("", "no certificate")]
    [InlineData("{}", "no certificate")]
    [InlineData("""{"statement":"{}","signature":"","key":""}""", "format")]
    [InlineData("""{"statement":"[]","signature":"","key":""}""", "no certificate")]
    [InlineData("null", "no certificate")]
    public void What_is_no_certificate_is_named_so(string json, string why) =>
        Assert.Contains(why, Assert.Throws<FormatException>(() => CertificateReading.Parse(json)).Message, StringComparison.Ordinal);

    [Fact]
    public async Task The_page_says_it_all_and_lets_no_markup_in()
    {
        var (json, key, record) = await PurgedAsync();
        key.Dispose();
        var page = CertificatePage.Of(CertificateReading.Parse(json));
        Assert.Contains(record.ToString(), page, StringComparison.Ordinal);
        Assert.Contains("No longer readable through RecordsGuard", page, StringComparison.Ordinal);
        var signed = JsonSerializer.Deserialize<SignedCertificate>(json, JsonSerializerOptions.Web)!;
        var evil = JsonSerializer.Serialize(
            signed with { Statement = signed.Statement.Replace("client-record", "<script>", StringComparison.Ordinal), Key = "<b>" }, JsonSerializerOptions.Web);
        Assert.DoesNotContain("<script>", CertificatePage.Of(CertificateReading.Parse(evil)), StringComparison.Ordinal);
        Assert.DoesNotContain("<b>", CertificatePage.Of(CertificateReading.Parse(evil)), StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_went_by_itself_was_approved_by_nobody_and_the_page_says_so()
    {
        var (json, key, _) = await PurgedAsync();
        key.Dispose();
        var person = CertificateReading.Parse(json).Statement;
        Assert.DoesNotContain(CertificatePage.Lines(person), l => l.Value.Contains("nobody", StringComparison.Ordinal));
        Assert.Contains(CertificatePage.Lines(person with { ApprovedBy = DispositionReview.Automatic }), l => l is ("Approved by", var value) && value.StartsWith("nobody", StringComparison.Ordinal));
    }

    private static bool IsGenuine(string json, ECDsa key)
    {
        try
        {
            return CertificateReading.Parse(json).IsSignedBy(key);
        }
        catch (FormatException)
        {
            return false;
        }
    }

    private static async Task<(string Json, ECDsa Key, RecordId Record)> PurgedAsync()
    {
        var (practice, client, record) = await PurgeTests.ApprovedAsync();
        Assert.IsType<Disposition.Purged>(await practice.PurgeAsync(client, record));
        var json = practice.Record(client, record)!.As<TombstoneFacts>().Certificate!;
        var named = CertificateReading.Parse(json).Key.Split('/');
        var key = ECDsa.Create();
        key.ImportSubjectPublicKeyInfo(await practice.Vault.GetSigningKeyAsync(new(named[0], named[1]), None), out _);
        return (json, key, record);
    }
}

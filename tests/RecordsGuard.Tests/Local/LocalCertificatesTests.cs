using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Microsoft.Extensions.Time.Testing;
using RecordsGuard.Local;

namespace RecordsGuard.Tests.Local;

public sealed class LocalCertificatesTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void A_second_start_finds_the_certificate_of_the_first()
    {
        using var first = LocalCertificates.Load(folder.Directory);
        using var second = LocalCertificates.Load(folder.Directory);
        Assert.Equal(first.Server.Thumbprint, second.Server.Thumbprint);
        Assert.True(second.Server.HasPrivateKey);
    }

    [Fact]
    public void A_certificate_about_to_expire_is_replaced()
    {
        var time = new FakeTimeProvider(DateTimeOffset.Parse("2030-01-01Z"));
        using var first = LocalCertificates.Load(folder.Directory, time);
        time.Advance(TimeSpan.FromDays(800));
        using var second = LocalCertificates.Load(folder.Directory, time);
        Assert.NotEqual(first.Server.Thumbprint, second.Server.Thumbprint);
        Assert.True(second.Server.NotAfter > first.Server.NotAfter);
    }

    [Fact]
    public void Files_that_do_not_belong_together_are_replaced()
    {
        using var first = LocalCertificates.Load(folder.Directory);
        using var stranger = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        File.WriteAllText(first.ServerKeyFile, stranger.ExportPkcs8PrivateKeyPem());
        using var second = LocalCertificates.Load(folder.Directory);
        Assert.NotEqual(first.Server.Thumbprint, second.Server.Thumbprint);
        using var again = X509Certificate2.CreateFromPemFile(second.ServerCertificateFile, second.ServerKeyFile);
        Assert.Equal(second.Server.Thumbprint, again.Thumbprint);
    }

    [Fact]
    public void Every_file_is_its_owners_only()
    {
        using var certificates = LocalCertificates.Load(folder.Directory);
        string[] files = [certificates.AuthorityFile, certificates.ServerCertificateFile, certificates.ServerKeyFile];
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has no file modes.");
        Assert.All(files, f => Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, new FileInfo(f).UnixFileMode));
    }

    [Theory]
    [InlineData("localhost")]
    [InlineData("vault.localhost")]
    [InlineData("local.vault.localhost")]
    [InlineData("127.0.0.1")]
    [InlineData("::1")]
    public void The_certificate_is_valid_for_every_loopback_name(string name)
    {
        using var certificates = LocalCertificates.Load(folder.Directory);
        Assert.True(certificates.Server.MatchesHostname(name));
        Assert.False(certificates.Server.MatchesHostname("example.org"));
    }
}

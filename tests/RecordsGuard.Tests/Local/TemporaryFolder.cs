using System.Security.Cryptography;

namespace RecordsGuard.Tests.Local;

/// <summary>A folder of its own, gone with the test.</summary>
internal sealed class TemporaryFolder : IDisposable
{
    private static readonly Lazy<byte[]> SigningKey = new(() =>
    {
        using var key = RSA.Create(2048);
        return key.ExportPkcs8PrivateKey();
    });

    public DirectoryInfo Directory { get; } = System.IO.Directory.CreateTempSubdirectory("recordsguard-");

    public DirectoryInfo Sub(string name) => new(Path.Combine(Directory.FullName, name));

    /// <summary>The folder of a local tenant whose signing key need not be made anew for every test.</summary>
    public DirectoryInfo Tenant()
    {
        var tenant = Directory.CreateSubdirectory("tenant");
        File.WriteAllBytes(Path.Combine(tenant.FullName, "signing-key.pkcs8"), SigningKey.Value);
        return tenant;
    }

    public void Dispose() => Directory.Delete(recursive: true);
}

using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace RecordsGuard.Local;

/// <summary>
/// The https of a local stack: one server certificate for every loopback listener and the authority that signed it,
/// made once and kept on disk. The authority's private key is never kept: whoever trusts <see cref="AuthorityFile"/>
/// trusts this one certificate and no other. A renewal therefore makes a new authority too.
/// </summary>
internal sealed class LocalCertificates : IDisposable
{
    /// <summary>No client accepts a server certificate that is valid for longer than this.</summary>
    private static readonly TimeSpan Lifetime = TimeSpan.FromDays(820);

    private static readonly TimeSpan RenewBefore = TimeSpan.FromDays(30);

    private LocalCertificates(DirectoryInfo folder, X509Certificate2 server)
    {
        AuthorityFile = Path.Combine(folder.FullName, "authority.pem");
        ServerCertificateFile = Path.Combine(folder.FullName, "server.pem");
        ServerKeyFile = Path.Combine(folder.FullName, "server.key.pem");
        Server = server;
    }

    /// <summary>With its private key, for Kestrel.</summary>
    public X509Certificate2 Server { get; private set; }

    /// <summary>PEM; what clients are told to trust (<c>NODE_EXTRA_CA_CERTS</c>, <c>curl --cacert</c>, a trust store).</summary>
    public string AuthorityFile { get; }

    public string ServerCertificateFile { get; }

    public string ServerKeyFile { get; }

    /// <summary>
    /// Reads the certificates in <paramref name="folder"/>, or makes them if they are absent, unreadable, not
    /// belonging together (a kill between two writes) or about to expire. May be called by several processes.
    /// </summary>
    public static LocalCertificates Load(DirectoryInfo folder, TimeProvider? time = null)
    {
        PrivateFile.CreateFolder(folder.FullName);
        using var turn = Turn(Path.Combine(folder.FullName, "lock"));
        PrivateFile.RemoveLeftovers(folder.FullName);
        var now = (time ?? TimeProvider.System).GetUtcNow();
        var certificates = new LocalCertificates(folder, null!);
        if (!certificates.Read(now))
        {
            certificates.Make(now);
        }

        return certificates;
    }

    public void Dispose() => Server.Dispose();

    private static FileStream Turn(string path)
    {
        for (int attempt = 0; ; attempt++)
        {
            try
            {
                return new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            }
            catch (IOException) when (attempt < 200)
            {
                using var wait = new ManualResetEventSlim();
                wait.Wait(TimeSpan.FromMilliseconds(25));
            }
        }
    }

    private bool Read(DateTimeOffset now)
    {
        if (!File.Exists(AuthorityFile) || !File.Exists(ServerCertificateFile) || !File.Exists(ServerKeyFile))
        {
            return false;
        }

        try
        {
            using var authority = X509CertificateLoader.LoadCertificateFromFile(AuthorityFile);
            var server = X509Certificate2.CreateFromPemFile(ServerCertificateFile, ServerKeyFile);
            if (Signed(server, authority, now) && server.NotAfter.ToUniversalTime() - now.UtcDateTime > RenewBefore)
            {
                Server = server;
                return true;
            }

            server.Dispose();
            return false;
        }
        catch (Exception e) when (e is CryptographicException or ArgumentException)
        {
            // Not PEM, or (ArgumentException) a key of another certificate.
            return false;
        }
    }

    private static bool Signed(X509Certificate2 server, X509Certificate2 authority, DateTimeOffset now)
    {
        using var chain = new X509Chain();
        chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        chain.ChainPolicy.CustomTrustStore.Add(authority);
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        chain.ChainPolicy.VerificationTime = now.UtcDateTime;
        return chain.Build(server);
    }

    private void Make(DateTimeOffset now)
    {
        // A clock that a test or a virtual machine sets back a little must not make the certificate invalid.
        var from = now - TimeSpan.FromDays(1);
        using var authorityKey = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var authority = Authority(authorityKey).CreateSelfSigned(from, from + Lifetime);
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        byte[] serial = RandomNumberGenerator.GetBytes(16);
        serial[0] &= 0x7F;
        using var bare = Leaf(key).Create(authority, from, from + Lifetime, serial);

        PrivateFile.Write(AuthorityFile, Encoding.ASCII.GetBytes(authority.ExportCertificatePem() + "\n"));
        PrivateFile.Write(ServerKeyFile, Encoding.ASCII.GetBytes(key.ExportPkcs8PrivateKeyPem() + "\n"));
        PrivateFile.Write(ServerCertificateFile, Encoding.ASCII.GetBytes(bare.ExportCertificatePem() + "\n"));
        Server = bare.CopyWithPrivateKey(key);
    }

    private static CertificateRequest Authority(ECDsa key)
    {
        var request = new CertificateRequest("CN=RecordsGuard local authority", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, true, 0, true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign, true));
        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, false));
        return request;
    }

    private static CertificateRequest Leaf(ECDsa key)
    {
        var request = new CertificateRequest("CN=localhost", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(false, false, 0, true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.DigitalSignature, true));
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid("1.3.6.1.5.5.7.3.1")], false));
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName("localhost");
        names.AddDnsName("vault.localhost");
        names.AddDnsName("*.vault.localhost");
        names.AddIpAddress(IPAddress.Loopback);
        names.AddIpAddress(IPAddress.IPv6Loopback);
        request.CertificateExtensions.Add(names.Build());
        return request;
    }
}

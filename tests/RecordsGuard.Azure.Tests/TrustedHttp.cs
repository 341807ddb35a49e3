using System.Net.Security;
using System.Security.Cryptography.X509Certificates;

namespace RecordsGuard.Azure.Tests;

internal static class TrustedHttp
{
    /// <summary>Trusts what the authority in <paramref name="authorityFile"/> has signed, and nothing else.</summary>
    public static SocketsHttpHandler Handler(string authorityFile)
    {
        var policy = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
        policy.CustomTrustStore.Add(X509CertificateLoader.LoadCertificateFromFile(authorityFile));
        return new() { SslOptions = new SslClientAuthenticationOptions { CertificateChainPolicy = policy } };
    }
}

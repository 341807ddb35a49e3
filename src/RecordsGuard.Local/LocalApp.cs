using System.Security.Cryptography;
using RecordsGuard.App;
using RecordsGuard.Local.SignIn;

namespace RecordsGuard.Local;

/// <summary>A function app: who it is, and the secret by which its process, and no other, is given that identity's tokens.</summary>
internal sealed record LocalApp(LocalIdentity Identity, string IdentityHeader)
{
    public string Name => Identity.Name;

    public Duties Duties { get; } = Identity == LocalIdentities.App ? Duties.All : Duties.Parse(Identity.Name).Duties!;

    public static LocalApp Of(LocalIdentity identity) => new(identity, Convert.ToHexString(RandomNumberGenerator.GetBytes(32)));
}

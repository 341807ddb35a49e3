using System.Security.Cryptography;
using RecordsGuard.Envelopes;

namespace RecordsGuard.Tests.Access.Rotation;

/// <summary>A vault that names one version and gives out the public half of a key of somebody else.</summary>
/// <param name="only">The one call that lies, <c>get</c>; else all of them.</param>
internal sealed class LyingVault(IKeyVault inner, string? only = null) : IKeyVault
{
    private static readonly RSAParameters Somebodys = MakeKey();

    public Task EnsureKeyAsync(string name, KeyUse use, CancellationToken cancel) => inner.EnsureKeyAsync(name, use, cancel);

    public Task<KekPublicKey> GetPublicKeyAsync(string name, CancellationToken cancel) => inner.GetPublicKeyAsync(name, cancel);

    public async Task<KekPublicKey> GetPublicKeyAsync(KeyVersion key, CancellationToken cancel) =>
        new((await inner.GetPublicKeyAsync(key, cancel)).Id, Somebodys);

    public Task<IReadOnlyList<ListedVersion>> ListVersionsAsync(string name, CancellationToken cancel) => inner.ListVersionsAsync(name, cancel);

    public async Task<KekPublicKey> RotateAsync(string name, string cause, CancellationToken cancel)
    {
        var made = await inner.RotateAsync(name, cause, cancel);
        return only is null ? new(made.Id, Somebodys) : made;
    }

    public Task DisableAsync(KeyVersion key, string cause, CancellationToken cancel) => inner.DisableAsync(key, cause, cancel);

    public Task<byte[]> UnwrapAsync(KeyVersion key, ReadOnlyMemory<byte> wrapped, string cause, CancellationToken cancel) =>
        inner.UnwrapAsync(key, wrapped, cause, cancel);

    public Task<KeySignature> SignAsync(string name, ReadOnlyMemory<byte> digest, string cause, CancellationToken cancel) =>
        inner.SignAsync(name, digest, cause, cancel);

    public Task<byte[]> GetSigningKeyAsync(KeyVersion key, CancellationToken cancel) => inner.GetSigningKeyAsync(key, cancel);

    private static RSAParameters MakeKey()
    {
        using var key = RSA.Create(3072);
        return key.ExportParameters(includePrivateParameters: false);
    }
}

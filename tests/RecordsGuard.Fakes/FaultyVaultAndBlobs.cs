using RecordsGuard.Envelopes;
using RecordsGuard.Records;

namespace RecordsGuard.Fakes;

internal sealed class FaultyBlobStore(Faults faults, IBlobStore inner) : IBlobStore
{
    public Task<BlobVersion?> CreateAsync(
        Container container, string name, Stream content, string cause, CancellationToken cancel) => faults.CallAsync(
            $"blobs.Create {container}", () => inner.CreateAsync(container, name, content, cause, cancel), Failure);

    public Task<Stream?> OpenAsync(
        Container container, string name, BlobVersion version, long offset, long length, string cause, CancellationToken cancel) =>
        faults.CallAsync(
            $"blobs.Open {container}",
            () => inner.OpenAsync(container, name, version, offset, length, cause, cancel),
            Failure);

    public Task<bool> DeleteAsync(
        Container container, string name, BlobVersion version, string cause, CancellationToken cancel) => faults.CallAsync(
            $"blobs.Delete {container}", () => inner.DeleteAsync(container, name, version, cause, cancel), Failure);

    public Task<BlobLook?> LookAsync(Container container, string name, string cause, CancellationToken cancel) =>
        faults.CallAsync($"blobs.Look {container}", () => inner.LookAsync(container, name, cause, cancel), Failure);

    public Task<CreationGrant> GrantCreationAsync(
        Container container, string name, TimeSpan life, string cause, CancellationToken cancel) => faults.CallAsync(
            $"blobs.Grant {container}", () => inner.GrantCreationAsync(container, name, life, cause, cancel), Failure);

    public IAsyncEnumerable<BlobItem> ListAsync(Container container, string prefix, CancellationToken cancel) =>
        faults.ListAsync($"blobs.List {container}", inner.ListAsync(container, prefix, cancel), Failure);

    private static StoreUnavailableException Failure() => new("A planned fault of the blob store.");
}

internal sealed class FaultyKeyVault(Faults faults, IKeyVault inner) : IKeyVault
{
    public Task EnsureKeyAsync(string name, KeyUse use, CancellationToken cancel) =>
        faults.CallAsync("vault.Ensure", () => inner.EnsureKeyAsync(name, use, cancel), Failure);

    public Task<KekPublicKey> GetPublicKeyAsync(string name, CancellationToken cancel) =>
        faults.CallAsync("vault.GetPublicKey", () => inner.GetPublicKeyAsync(name, cancel), Failure);

    public Task<KekPublicKey> GetPublicKeyAsync(KeyVersion key, CancellationToken cancel) =>
        faults.CallAsync("vault.GetPublicKey", () => inner.GetPublicKeyAsync(key, cancel), Failure);

    public Task<IReadOnlyList<ListedVersion>> ListVersionsAsync(string name, CancellationToken cancel) =>
        faults.CallAsync("vault.ListVersions", () => inner.ListVersionsAsync(name, cancel), Failure);

    public Task<KekPublicKey> RotateAsync(string name, string cause, CancellationToken cancel) =>
        faults.CallAsync("vault.Rotate", () => inner.RotateAsync(name, cause, cancel), Failure);

    public Task DisableAsync(KeyVersion key, string cause, CancellationToken cancel) =>
        faults.CallAsync("vault.Disable", () => inner.DisableAsync(key, cause, cancel), Failure);

    public Task<byte[]> UnwrapAsync(KeyVersion key, ReadOnlyMemory<byte> wrapped, string cause, CancellationToken cancel) =>
        faults.CallAsync("vault.Unwrap", () => inner.UnwrapAsync(key, wrapped, cause, cancel), Failure);

    public Task<KeySignature> SignAsync(string name, ReadOnlyMemory<byte> digest, string cause, CancellationToken cancel) =>
        faults.CallAsync("vault.Sign", () => inner.SignAsync(name, digest, cause, cancel), Failure);

    public Task<byte[]> GetSigningKeyAsync(KeyVersion key, CancellationToken cancel) =>
        faults.CallAsync("vault.GetSigningKey", () => inner.GetSigningKeyAsync(key, cancel), Failure);

    private static KeyVaultException Failure() => new(KeyVaultFault.Unavailable, "A planned fault of the vault.");
}

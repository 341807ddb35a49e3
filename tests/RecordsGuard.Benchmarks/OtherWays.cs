using System.Security.Cryptography;
using Azure.Core.Cryptography;
using Azure.Identity;
using Azure.Storage;
using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Specialized;
using RecordsGuard.Azure;

namespace RecordsGuard.Benchmarks;

/// <summary>What one would use without us, at the same address, over the same connections, with the SDK's own defaults.</summary>
internal sealed class OtherWays(Uri account, string authorityFile)
{
    private readonly BlobContainerClient plain = Container(new BlobClientOptions(), account, authorityFile);

    private readonly BlobContainerClient encrypting = Container(
        new SpecializedBlobClientOptions
        {
            ClientSideEncryption = new(ClientSideEncryptionVersion.V2_0)
            {
                KeyEncryptionKey = new LocalKey(),
                KeyWrapAlgorithm = LocalKey.Algorithm,
            },
        },
        account, authorityFile);

    public Task UploadAsync(string name, Stream content) => plain.GetBlobClient(name).UploadAsync(content, overwrite: true);

    public Task UploadEncryptedAsync(string name, Stream content) => encrypting.GetBlobClient(name).UploadAsync(content, overwrite: true);

    public Task DownloadAsync(string name) => DownloadAsync(plain, name);

    public Task DownloadEncryptedAsync(string name) => DownloadAsync(encrypting, name);

    private static async Task DownloadAsync(BlobContainerClient container, string name)
    {
        var answer = await container.GetBlobClient(name).DownloadStreamingAsync();
        await using var content = answer.Value.Content;
        await content.CopyToAsync(Stream.Null);
    }

    private static BlobContainerClient Container(BlobClientOptions options, Uri account, string authorityFile)
    {
        options.Transport = LoopbackTransport.Create(authorityFile);
        return new BlobServiceClient(account, new ManagedIdentityCredential(ManagedIdentityId.SystemAssigned), options)
            .GetBlobContainerClient("records");
    }

    /// <summary>An RSA key of its own, in memory: dearer than none and cheaper than a vault.</summary>
    private sealed class LocalKey : IKeyEncryptionKey
    {
        public const string Algorithm = "RSA-OAEP-256";

        private readonly RSA rsa = RSA.Create(3072);

        public string KeyId => "local";

        public byte[] WrapKey(string algorithm, ReadOnlyMemory<byte> key, CancellationToken cancellationToken = default) =>
            rsa.Encrypt(key.Span, RSAEncryptionPadding.OaepSHA256);

        public Task<byte[]> WrapKeyAsync(string algorithm, ReadOnlyMemory<byte> key, CancellationToken cancellationToken = default) =>
            Task.FromResult(WrapKey(algorithm, key, cancellationToken));

        public byte[] UnwrapKey(string algorithm, ReadOnlyMemory<byte> encryptedKey, CancellationToken cancellationToken = default) =>
            rsa.Decrypt(encryptedKey.Span, RSAEncryptionPadding.OaepSHA256);

        public Task<byte[]> UnwrapKeyAsync(string algorithm, ReadOnlyMemory<byte> encryptedKey, CancellationToken cancellationToken = default) =>
            Task.FromResult(UnwrapKey(algorithm, encryptedKey, cancellationToken));
    }
}

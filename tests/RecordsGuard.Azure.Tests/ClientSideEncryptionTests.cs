using System.Security.Cryptography;
using Azure.Core.Cryptography;
using Azure.Storage;
using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Models;
using Azure.Storage.Blobs.Specialized;

namespace RecordsGuard.Azure.Tests;

/// <summary>
/// Why records are not sealed with Azure.Storage.Blobs' own client-side encryption (12.30.1, version 2). It seals regions
/// of 4 MiB with AES-GCM and numbers them, but nothing says how many there are or whose they are. Who administers the
/// storage can therefore cut a blob after any region, and put a blob with its metadata in another's place; the SDK opens
/// both without a word. (Regions in another order it refuses, unless an environment variable tells it not to.) What we do
/// instead refuses all of them (docs/formats/sealed-record.md; RecordsGuard.Tests/Attacks). Should a test of what goes
/// unnoticed fail some day, the SDK has become better.
/// </summary>
public sealed class ClientSideEncryptionTests(AzuriteFixture azurite)
{
    private const int Region = 4 * 1024 * 1024;
    private const int SealedRegion = 12 + Region + 16;

    private readonly LocalKey key = new();

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_flipped_bit_is_noticed()
    {
        var (_, bytes, metadata) = await SealAsync();
        bytes[SealedRegion + 100] ^= 1;
        await Assert.ThrowsAnyAsync<CryptographicException>(() => OpenAsync(bytes, metadata));
    }

    [Fact]
    public async Task A_cut_after_a_region_goes_unnoticed_and_so_does_another_name()
    {
        var (plaintext, bytes, metadata) = await SealAsync();
        Assert.Equal(plaintext, await OpenAsync(bytes, metadata));
        Assert.Equal(plaintext[..Region], await OpenAsync(bytes[..SealedRegion], metadata));
        Assert.Equal(plaintext[..(2 * Region)], await OpenAsync(bytes[..(2 * SealedRegion)], metadata));
    }

    [Fact]
    public async Task Regions_exchanged_are_noticed()
    {
        var (_, bytes, metadata) = await SealAsync();
        byte[] exchanged = [.. bytes[SealedRegion..(2 * SealedRegion)], .. bytes[..SealedRegion], .. bytes[(2 * SealedRegion)..]];
        await Assert.ThrowsAnyAsync<CryptographicException>(() => OpenAsync(exchanged, metadata));
    }

    private async Task<(byte[] Plaintext, byte[] Sealed, IDictionary<string, string> Metadata)> SealAsync()
    {
        var container = await ContainerAsync();
        var name = Guid.NewGuid().ToString("N");
        var plaintext = RandomNumberGenerator.GetBytes((2 * Region) + 1000);
        await Encrypting(container).GetBlobClient(name).UploadAsync(new BinaryData(plaintext), Stop);
        BlobDownloadResult stored = await container.GetBlobClient(name).DownloadContentAsync(Stop);
        Assert.Equal(plaintext.Length + (3 * 28), stored.Content.ToMemory().Length);
        return (plaintext, stored.Content.ToArray(), stored.Details.Metadata);
    }

    /// <summary>As the storage administrator puts it under another name, and as the SDK then reads it.</summary>
    private async Task<byte[]> OpenAsync(byte[] bytes, IDictionary<string, string> metadata)
    {
        var container = await ContainerAsync();
        var name = Guid.NewGuid().ToString("N");
        await container.GetBlobClient(name).UploadAsync(new BinaryData(bytes), new BlobUploadOptions { Metadata = metadata }, Stop);
        BlobDownloadResult opened = await Encrypting(container).GetBlobClient(name).DownloadContentAsync(Stop);
        return opened.Content.ToArray();
    }

    private async Task<BlobContainerClient> ContainerAsync()
    {
        var container = azurite.Blobs(AzuriteFixture.Records).GetBlobContainerClient("client-side-encryption");
        await container.CreateIfNotExistsAsync(cancellationToken: Stop);
        return container;
    }

    private BlobContainerClient Encrypting(BlobContainerClient container)
    {
        var options = new SpecializedBlobClientOptions
        {
            Transport = azurite.Transport,
            ClientSideEncryption = new(ClientSideEncryptionVersion.V2_0) { KeyEncryptionKey = key, KeyWrapAlgorithm = LocalKey.Algorithm },
        };
        return new BlobServiceClient(azurite.BlobUri(AzuriteFixture.Records), azurite.Credential, options).GetBlobContainerClient(container.Name);
    }

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

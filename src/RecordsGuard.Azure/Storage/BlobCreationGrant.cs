using System.Security.Cryptography;
using System.Text;
using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Models;
using Azure.Storage.Blobs.Specialized;
using Azure.Storage.Sas;
using RecordsGuard.Envelopes;

namespace RecordsGuard.Azure;

/// <summary>
/// Signs a user delegation SAS: <c>sr=b</c>, <c>sp=c</c>, <c>spr=https</c>. It may do at most what our own identity
/// may. Create alone does not reach Put Block and Put Block List (they need write, which overwrites): one Put Blob.
/// </summary>
internal static class BlobCreationGrant
{
    /// <summary>Clocks differ: a grant that begins now is refused where it is still a moment ago.</summary>
    private static readonly TimeSpan Skew = TimeSpan.FromMinutes(5);

    public static async Task<CreationGrant> SignAsync(
        BlobContainerClient container, string name, TimeSpan life, DateTimeOffset now, CancellationToken cancel)
    {
        // In whole seconds, as a SAS says them: what is told of it is then exactly what was signed.
        now = DateTimeOffset.FromUnixTimeSeconds(now.ToUnixTimeSeconds());
        var (from, until) = (now - Skew, now + life);
        UserDelegationKey key = await container.GetParentBlobServiceClient().GetUserDelegationKeyAsync(
            new BlobGetUserDelegationKeyOptions(until) { StartsOn = from }, cancel);
        var sas = new BlobSasBuilder(BlobSasPermissions.Create, until)
        {
            BlobContainerName = container.Name,
            BlobName = name,
            Resource = "b",
            Protocol = SasProtocol.Https,
            StartsOn = from,
        }.ToSasQueryParameters(key, container.AccountName);
        var address = new BlobUriBuilder(container.GetBlobClient(name).Uri) { Sas = sas }.ToUri();
        return new(address, from, until, Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(sas.Signature))));
    }
}

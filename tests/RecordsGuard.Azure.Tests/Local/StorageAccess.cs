using Azure;
using Azure.Data.Tables;
using Azure.Data.Tables.Sas;
using Azure.Storage.Blobs;
using Azure.Storage.Queues;
using Azure.Storage.Sas;

namespace RecordsGuard.Azure.Tests.Local;

/// <summary>The three ways to prove who one is, for the same client.</summary>
public enum Proof
{
    Bearer,
    SharedKey,
    AccountSas,
}

internal static class StorageAccess
{
    public static BlobServiceClient Blobs(this AzuriteFixture azurite, string account, Proof proof) => proof switch
    {
        Proof.Bearer => azurite.Blobs(account),
        Proof.SharedKey => new(azurite.BlobUri(account), azurite.Accounts.Credential(account), azurite.BlobOptions()),
        _ => new(azurite.BlobUri(account), new AzureSasCredential(AccountSas(azurite, account, AccountSasServices.Blobs)), azurite.BlobOptions()),
    };

    public static QueueServiceClient Queues(this AzuriteFixture azurite, string account, Proof proof) => proof switch
    {
        Proof.Bearer => azurite.Queues(account),
        Proof.SharedKey => new(azurite.QueueUri(account), azurite.Accounts.Credential(account), azurite.QueueOptions()),
        _ => new(azurite.QueueUri(account), new AzureSasCredential(AccountSas(azurite, account, AccountSasServices.Queues)), azurite.QueueOptions()),
    };

    public static TableServiceClient Tables(this AzuriteFixture azurite, string account, Proof proof)
    {
        var key = new TableSharedKeyCredential(account, azurite.Accounts.Key(account));
        return proof switch
        {
            Proof.Bearer => azurite.Tables(account),
            Proof.SharedKey => new(azurite.TableUri(account), key, azurite.TableOptions()),
            _ => new(azurite.TableUri(account), new AzureSasCredential(
                new TableAccountSasBuilder(TableAccountSasPermissions.All, TableAccountSasResourceTypes.All, DateTimeOffset.UtcNow.AddHours(1)).Sign(key)), azurite.TableOptions()),
        };
    }

    private static string AccountSas(AzuriteFixture azurite, string account, AccountSasServices services) =>
        new AccountSasBuilder(AccountSasPermissions.All, DateTimeOffset.UtcNow.AddHours(1), services, AccountSasResourceTypes.All)
            .ToSasQueryParameters(azurite.Accounts.Credential(account)).ToString();
}

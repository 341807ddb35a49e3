using RecordsGuard.Access;
using RecordsGuard.Azure;
using RecordsGuard.Envelopes;
using RecordsGuard.Local.SignIn;
using RecordsGuard.Records;
using RecordsGuard.Retention.Purging;

namespace RecordsGuard.Local;

/// <summary>
/// What a fresh local stack holds before anyone signs in: the practice <c>demo</c>, the practice <c>elsewhere</c> of
/// another tenant, their people, and the app's own keys. On Azure an operator does this once a practice.
/// </summary>
internal static class LocalSeed
{
    private const int ClientCap = 25;

    /// <summary>Called at every start; changes nothing that is there already.</summary>
    public static async Task RunAsync(LocalEndpoints endpoints, LocalOptions options, LocalTenant tenant, CancellationToken cancellationToken)
    {
        // Where nobody's rights are known, one identity does everything.
        var identity = options.Rights is null ? LocalIdentities.App : LocalIdentities.Operator;
        var azure = new AzureAdapters(new LocalCredential(tenant, identity), LoopbackTransport.Create(endpoints.AuthorityFile));
        var vault = azure.KeyVault(new Uri(endpoints.Vault));
        await vault.EnsureKeyAsync(PublicKeys.SlipBackup, KeyUse.KeyEncryption, cancellationToken);
        await vault.EnsureKeyAsync(Certificate.SigningKey, KeyUse.Signing, cancellationToken);
        await vault.EnsureKeyAsync(App.LogSettings.SigningKey, KeyUse.Signing, cancellationToken);

        var register = new PracticeRegister(azure.RecordStore(new Uri(endpoints.Table(Storage.StorageAccounts.Records))), vault, TimeProvider.System);
        (PracticeId Practice, Guid Tenant)[] practices =
        [
            (PracticeId.Parse("demo"), LocalTenants.DemoPractice),
            (PracticeId.Parse("elsewhere"), LocalTenants.OtherPractice),
        ];
        RecordClass? usualClass = RecordClass.TryParse("client-record", out var parsed) ? parsed : null;
        foreach (var (practice, tenantId) in practices)
        {
            await register.AddAsync(
                practice, tenantId, "America/Los_Angeles", waitingDays: options.Demo ? 0 : 30, ClientCap, usualClass, cancellationToken);
            foreach (var person in LocalPeople.All.Where(p => p.TenantId == tenantId))
            {
                await register.AddPersonAsync(practice, person.ObjectId, person.Name, cancellationToken);
            }
        }
    }
}

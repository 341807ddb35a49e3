using RecordsGuard.Envelopes;
using RecordsGuard.Records;

namespace RecordsGuard.Access;

/// <summary>
/// Sets up practices and their people. Done by an operator, not by a request; every step may be repeated.
/// </summary>
public sealed class PracticeRegister(IRecordStore store, IKeyVault vault, TimeProvider time)
{
    /// <summary>
    /// Keys, index key, row, the key versions in use, and the tenant's list of practices. An existing practice keeps its
    /// rows.
    /// </summary>
    public async Task AddAsync(
        PracticeId practice, Guid tenant, string zone, int waitingDays, int clientCap, RecordClass? inboxClass,
        CancellationToken cancel)
    {
        await vault.EnsureKeyAsync(PublicKeys.ContentKekOf(practice), KeyUse.KeyEncryption, cancel);
        await vault.EnsureKeyAsync(IndexKeys.KekOf(practice), KeyUse.KeyEncryption, cancel);
        if (await store.ReadPracticeAsync(practice, cancel) is null)
        {
            using var key = IndexKey.New();
            var slip = KeySlip.Wrap(key, await vault.GetPublicKeyAsync(IndexKeys.KekOf(practice), cancel));
            await InsertAsync(
                practice.ToString(), Keys.Practice, RowKinds.Practice,
                RowBody.Write(new PracticeFacts(tenant, zone, waitingDays, clientCap, slip.ToString(), inboxClass?.ToString())), cancel);
        }

        if (await store.ReadAsync(Table.Practices, practice.ToString(), Keys.Keks, cancel) is null
            && await store.ReadPracticeAsync(practice, cancel) is { } facts)
        {
            var content = await vault.GetPublicKeyAsync(PublicKeys.ContentKekOf(practice), cancel);
            var keks = new KekFacts(
                content.Id.Version, KeySlip.Parse(facts.IndexKey).Kek.Version, time.GetUtcNow(), RotationStep.InUse);
            await InsertAsync(practice.ToString(), Keys.Keks, RowKinds.Keks, RowBody.Write(keks), cancel);
        }

        await InsertAsync(Keys.Tenant(tenant), practice.ToString(), RowKinds.Practice, "{}", cancel);
    }

    /// <summary>A member of staff known by name before their first request. An existing person stays as they are.</summary>
    public Task AddPersonAsync(PracticeId practice, Guid person, string name, CancellationToken cancel) => InsertAsync(
        practice.ToString(), Keys.Person(person), RowKinds.Person,
        RowBody.Write(new PersonFacts(name, Gate.NewPseudonym(), Suspended: false)), cancel);

    private Task InsertAsync(string partition, string key, string kind, string body, CancellationToken cancel) =>
        store.CommitAsync(Table.Practices, partition, [new RowChange.Insert(Row.New(partition, key, kind, body))], cancel);
}

using System.Security.Cryptography;
using RecordsGuard.Envelopes;
using RecordsGuard.Fakes;

namespace RecordsGuard.Azure.Tests.Contracts;

public sealed class InMemoryKeyVaultTests : KeyVaultContract
{
    private readonly InMemoryKeyVault vault = new();

    protected override IKeyVault Vault => vault;

    protected override Task NewVersionAsync(string name)
    {
        vault.Rotate(name);
        return Task.CompletedTask;
    }

    protected override Task DeleteAsync(string name)
    {
        vault.Delete(name);
        return Task.CompletedTask;
    }

    protected override Task<ECDsa> SigningKeyAsync(KeyVersion key) => Task.FromResult(vault.SigningKey(key));

    protected override Task<IReadOnlyList<string>> CausesAsync() =>
        Task.FromResult<IReadOnlyList<string>>([.. vault.Calls.Select(c => c.Cause).OfType<string>()]);
}

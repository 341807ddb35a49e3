namespace RecordsGuard.Local.Vault;

/// <summary>The operations behind the routes.</summary>
internal sealed class VaultOperations
{
    private readonly VaultKeyLife life;
    private readonly VaultLists lists;
    private readonly VaultRotation rotation;
    private readonly VaultCryptography cryptography;

    public VaultOperations(LocalVaultOptions options, VaultKeyStore store)
    {
        var address = new VaultAddress(LocalVault.AddressOf(options.Port));
        var bundles = new VaultBundles(address, options);
        life = new(store, bundles, options);
        lists = new(address, store, bundles);
        rotation = new(address, store, options.Time);
        cryptography = new(address, store, options.Time);
    }

    public VaultAnswer Create(VaultRoute route, CreateShape? asked)
    {
        life.PurgeOverdue(route.Name);
        return life.Create(route.Name, asked);
    }

    public VaultAnswer Update(VaultRoute route, UpdateShape? asked) => life.Update(route.Name, route.Version, asked);

    public VaultAnswer SetPolicy(VaultRoute route, PolicyShape? asked) => rotation.Set(route.Name, asked);

    public VaultAnswer Cryptography(VaultRoute route, OperationShape? asked) => cryptography.Run(route, asked);

    /// <summary>The operations that have no body.</summary>
    public VaultAnswer Run(VaultRoute route, IQueryCollection query)
    {
        life.PurgeOverdue(route.Name);
        return route.Operation switch
        {
            VaultOperation.KeyGet => life.Get(route.Name, route.Version),
            VaultOperation.KeyList => lists.Keys(query),
            VaultOperation.KeyListVersions => lists.Versions(route.Name, query),
            VaultOperation.KeyRotate => life.Rotate(route.Name),
            VaultOperation.KeyRotationPolicyGet => rotation.Get(route.Name),
            VaultOperation.KeyDelete => life.Delete(route.Name),
            VaultOperation.KeyGetDeleted => life.GetDeleted(route.Name),
            VaultOperation.KeyListDeleted => lists.DeletedKeys(query),
            VaultOperation.KeyRecover => life.Recover(route.Name),
            VaultOperation.KeyPurge => life.Purge(route.Name),
            _ => throw new ArgumentOutOfRangeException(nameof(route)),
        };
    }
}

namespace RecordsGuard.Local.Vault;

/// <summary>The vault's own address, and the ids made from it.</summary>
/// <param name="Base">Without a slash at its end.</param>
internal sealed record VaultAddress(string Base)
{
    public string Key(string name, string? version = null) =>
        version is null ? $"{Base}/keys/{name}" : $"{Base}/keys/{name}/{version}";

    public string Deleted(string name) => $"{Base}/deletedkeys/{name}";
}

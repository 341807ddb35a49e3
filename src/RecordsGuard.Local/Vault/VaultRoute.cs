using System.Text.RegularExpressions;

namespace RecordsGuard.Local.Vault;

/// <summary>The operations, named as Key Vault's log names them.</summary>
internal enum VaultOperation
{
    KeyCreate,
    KeyGet,
    KeyList,
    KeyListVersions,
    KeyUpdate,
    KeyRotate,
    KeyRotationPolicyGet,
    KeyRotationPolicySet,
    KeyWrap,
    KeyUnwrap,
    KeyEncrypt,
    KeyDecrypt,
    KeySign,
    KeyVerify,
    KeyDelete,
    KeyGetDeleted,
    KeyListDeleted,
    KeyRecover,
    KeyPurge,
}

/// <summary>Which operation a request asks for, of which key and version.</summary>
internal sealed partial record VaultRoute(VaultOperation Operation, string Name = "", string? Version = null)
{
    /// <summary>
    /// Null if there is no such operation. Empty segments count for nothing: clients that mean the current version
    /// send <c>/keys/n/</c> and <c>/keys/n//unwrapkey</c>.
    /// </summary>
    public static VaultRoute? Parse(string method, string path)
    {
        string[] given = path.Split('/', StringSplitOptions.RemoveEmptyEntries);
        string name = given.Length > 1 ? given[1] : "";
        if (given.Length > 1 && !NamePattern().IsMatch(name))
        {
            return null;
        }

        string[] segments = [method.ToUpperInvariant(), .. given.Select(s => s.ToLowerInvariant())];
        return segments switch
        {
            ["GET", "keys"] => new(VaultOperation.KeyList),
            ["POST", "keys", _, "create"] => new(VaultOperation.KeyCreate, name),
            ["POST", "keys", _, "rotate"] => new(VaultOperation.KeyRotate, name),
            ["GET", "keys", _, "versions"] => new(VaultOperation.KeyListVersions, name),
            ["GET", "keys", _, "rotationpolicy"] => new(VaultOperation.KeyRotationPolicyGet, name),
            ["PUT", "keys", _, "rotationpolicy"] => new(VaultOperation.KeyRotationPolicySet, name),
            ["DELETE", "keys", _] => new(VaultOperation.KeyDelete, name),
            ["GET", "keys", _] => new(VaultOperation.KeyGet, name),
            ["GET", "keys", _, var version] => new(VaultOperation.KeyGet, name, version),
            ["PATCH", "keys", _] => new(VaultOperation.KeyUpdate, name),
            ["PATCH", "keys", _, var version] => new(VaultOperation.KeyUpdate, name, version),
            ["POST", "keys", _, var verb] => Cryptographic(verb, name, null),
            ["POST", "keys", _, var version, var verb] => Cryptographic(verb, name, version),
            ["GET", "deletedkeys"] => new(VaultOperation.KeyListDeleted),
            ["GET", "deletedkeys", _] => new(VaultOperation.KeyGetDeleted, name),
            ["POST", "deletedkeys", _, "recover"] => new(VaultOperation.KeyRecover, name),
            ["DELETE", "deletedkeys", _] => new(VaultOperation.KeyPurge, name),
            _ => null,
        };
    }

    private static VaultRoute? Cryptographic(string verb, string name, string? version) => verb switch
    {
        "wrapkey" => new(VaultOperation.KeyWrap, name, version),
        "unwrapkey" => new(VaultOperation.KeyUnwrap, name, version),
        "encrypt" => new(VaultOperation.KeyEncrypt, name, version),
        "decrypt" => new(VaultOperation.KeyDecrypt, name, version),
        "sign" => new(VaultOperation.KeySign, name, version),
        "verify" => new(VaultOperation.KeyVerify, name, version),
        _ => null,
    };

    [GeneratedRegex("^[0-9a-zA-Z-]{1,127}$")]
    private static partial Regex NamePattern();
}

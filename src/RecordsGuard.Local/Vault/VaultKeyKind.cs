namespace RecordsGuard.Local.Vault;

/// <summary>What a key is made of: the part of a request to create one that a rotation repeats.</summary>
internal sealed record VaultKeyKind(string Kty, int? KeySize, string? Curve, IReadOnlyList<string> Operations)
{
    private static readonly string[] Kinds = ["RSA", "RSA-HSM", "EC", "EC-HSM"];
    private static readonly int[] Sizes = [2048, 3072, 4096];
    private static readonly string[] Curves = ["P-256", "P-384", "P-521"];
    private static readonly string[] RsaOperations = ["encrypt", "decrypt", "sign", "verify", "wrapKey", "unwrapKey"];
    private static readonly string[] EcOperations = ["sign", "verify"];

    /// <summary>Null if a key can be made so.</summary>
    public static VaultAnswer? Check(CreateShape? asked) => asked switch
    {
        null => VaultAnswer.BadParameter("The request has no body."),
        { Kty: null } => VaultAnswer.BadParameter("Property kty is required."),
        { Kty: "oct" or "oct-HSM" } => VaultAnswer.BadParameter($"{asked.Kty} keys are for Managed HSM only."),
        { Kty: var kty } when !Kinds.Contains(kty) => VaultAnswer.BadParameter($"kty {kty} is not supported."),
        { KeySize: { } size } when VaultKeyMaterial.IsRsa(asked.Kty) && !Sizes.Contains(size) =>
            VaultAnswer.BadParameter("key_size must be 2048, 3072 or 4096."),
        { Crv: { } curve } when !VaultKeyMaterial.IsRsa(asked.Kty) && !Curves.Contains(curve) =>
            VaultAnswer.BadParameter("crv must be P-256, P-384 or P-521."),
        { Attributes.Exportable: true } => VaultAnswer.BadParameter("Exportable keys need a release policy."),
        _ => Check(asked.Kty, asked.Operations ?? [], asked.Attributes?.NotBefore, asked.Attributes?.Expires),
    };

    public static VaultAnswer? Check(string kty, IReadOnlyList<string> operations, long? notBefore, long? expires)
    {
        string[] possible = VaultKeyMaterial.IsRsa(kty) ? RsaOperations : EcOperations;
        if (operations.FirstOrDefault(o => !possible.Contains(o)) is { } wrong)
        {
            return VaultAnswer.BadParameter($"key_ops: {wrong} is not possible with {kty} keys.");
        }

        return notBefore > expires ? VaultAnswer.BadParameter("nbf must not be after exp.") : null;
    }

    public static VaultKeyKind Of(CreateShape asked)
    {
        bool rsa = VaultKeyMaterial.IsRsa(asked.Kty!);
        return new(
            asked.Kty!,
            rsa ? asked.KeySize ?? 2048 : null,
            rsa ? null : asked.Crv ?? "P-256",
            asked.Operations ?? (rsa ? RsaOperations : EcOperations));
    }

    public static VaultKeyKind Of(VaultKeyVersion version) =>
        new(version.Kty, version.KeySize, version.Curve, version.Operations);

    /// <summary>Takes long for RSA: never under a lock.</summary>
    public VaultKeyMaterial Generate() => VaultKeyMaterial.Generate(Kty, KeySize, Curve);

    public VaultKeyVersion NewVersion(
        VaultKeyMaterial material, long now, AttributesShape? attributes, IReadOnlyDictionary<string, string>? tags) =>
        new(
            Guid.NewGuid().ToString("N"),
            Kty,
            KeySize,
            Curve,
            Operations,
            attributes?.Enabled ?? true,
            attributes?.NotBefore,
            attributes?.Expires,
            now,
            now,
            tags)
        {
            Material = material,
        };
}

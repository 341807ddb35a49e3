namespace RecordsGuard.Local.SignIn;

/// <summary>The tenants that the local sign-in plays.</summary>
internal static class LocalTenants
{
    /// <summary>The demo practice; also the tenant of the app, the vault and the storage accounts.</summary>
    public static readonly Guid DemoPractice = new("3f1a6f0e-52c4-4b0b-9d39-6d0a8e6b1a01");

    /// <summary>Another practice, whose people have no business here.</summary>
    public static readonly Guid OtherPractice = new("b7c2d9d4-0f6e-4a53-8a1c-2c9e5f7d4b02");

    public static IReadOnlyList<Guid> All { get; } = [DemoPractice, OtherPractice];
}

/// <summary>Someone who can sign in. A person is <c>tid|oid</c>; the name is only for reading.</summary>
internal sealed record LocalPerson(string Name, Guid ObjectId, Guid TenantId, IReadOnlyList<string> Roles)
{
    public string UserName => $"{Name}@{(TenantId == LocalTenants.DemoPractice ? "demo" : "other")}.practice.example";
}

/// <summary>Everyone who can sign in locally; names and ids never change.</summary>
internal static class LocalPeople
{
    /// <summary>Also the administrator of the local vault.</summary>
    public static LocalPerson Owner { get; } = Here("owner-1", "a0000000-0000-4000-8000-000000000008", "owner");

    public static IReadOnlyList<LocalPerson> All { get; } =
    [
        Here("front-desk-1", "a0000000-0000-4000-8000-000000000001", "front-desk"),
        Here("clinician-1", "a0000000-0000-4000-8000-000000000002", "clinician"),
        Here("clinician-2", "a0000000-0000-4000-8000-000000000003", "clinician"),
        Here("custodian-1", "a0000000-0000-4000-8000-000000000004", "custodian"),
        Here("custodian-2", "a0000000-0000-4000-8000-000000000005", "custodian"),
        Here("security-1", "a0000000-0000-4000-8000-000000000006", "security"),
        Here("auditor-1", "a0000000-0000-4000-8000-000000000007", "auditor"),
        Owner,
        Elsewhere("clinician-x", "b0000000-0000-4000-8000-000000000001", "clinician"),
        Elsewhere("imposter-custodian", "b0000000-0000-4000-8000-000000000002", "custodian"),
    ];

    public static LocalPerson? Find(string? name) =>
        All.FirstOrDefault(p => string.Equals(p.Name, name, StringComparison.OrdinalIgnoreCase));

    private static LocalPerson Here(string name, string objectId, string role) =>
        new(name, new(objectId), LocalTenants.DemoPractice, [role]);

    private static LocalPerson Elsewhere(string name, string objectId, string role) =>
        new(name, new(objectId), LocalTenants.OtherPractice, [role]);
}

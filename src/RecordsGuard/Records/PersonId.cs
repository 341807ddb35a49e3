using System.Diagnostics.CodeAnalysis;

namespace RecordsGuard.Records;

/// <summary>A person as Entra ID knows them: tenant and object id, <c>tid|oid</c>.</summary>
public sealed record PersonId(Guid Tenant, Guid Object)
{
    public static bool TryParse([NotNullWhen(true)] string? text, [NotNullWhen(true)] out PersonId? id)
    {
        var parts = text?.Split('|') ?? [];
        id = parts.Length == 2 && Guid.TryParseExact(parts[0], "D", out var tenant) && Guid.TryParseExact(parts[1], "D", out var person)
            ? new(tenant, person)
            : null;
        return id is not null;
    }

    public override string ToString() => $"{Tenant:D}|{Object:D}";
}

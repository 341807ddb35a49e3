using RecordsGuard.Records;

namespace RecordsGuard.Access;

/// <summary>Who asks, as their token says. Roles count only where the token's tenant is the practice's.</summary>
/// <param name="Name">The account's name within its tenant; becomes the person row's name on first sight.</param>
/// <param name="Roles">The token's role claims.</param>
/// <param name="TokenId">The token's <c>uti</c>: read entries carry it.</param>
public sealed record Caller(PersonId Id, string Name, IReadOnlyList<string> Roles, string TokenId);

/// <summary>The roles, as the token's <c>roles</c> claim spells them.</summary>
public static class Roles
{
    public const string FrontDesk = "front-desk";
    public const string Clinician = "clinician";
    public const string Custodian = "custodian";
    public const string Security = "security";
    public const string Auditor = "auditor";

    /// <summary>The practice's owner, and whoever administers its infrastructure, in that capacity.</summary>
    public const string Owner = "owner";

    public static IReadOnlyList<string> All { get; } = [FrontDesk, Clinician, Custodian, Security, Auditor, Owner];
}

using System.Text.Json.Serialization;

namespace RecordsGuard.Local.Rights;

/// <summary>A role assignment joined with its role: who may do what where. One entry of the file behind <c>--rights</c>.</summary>
/// <param name="Identity">The name of one of <see cref="SignIn.LocalIdentities"/>; a right of anyone else helps nobody here.</param>
/// <param name="Scope">An ARM id, as <see cref="LocalResourceIds"/> has them. The right is on that and on all below it.</param>
/// <param name="Actions">Azure's names of actions and data actions; <c>*</c> at the end stands for anything.</param>
internal sealed record LocalRight(string Identity, string Scope, IReadOnlyList<string> Actions)
{
    public bool Gives(string action, string resource) => Covers(resource) && Actions.Any(a => Matches(a, action));

    // ARM ids are compared without regard to case; a scope ends where a segment does.
    private bool Covers(string resource) =>
        resource.StartsWith(Scope, StringComparison.OrdinalIgnoreCase)
        && (resource.Length == Scope.Length || resource[Scope.Length] == '/');

    private static bool Matches(string given, string asked) => given.EndsWith('*')
        ? asked.StartsWith(given[..^1], StringComparison.OrdinalIgnoreCase)
        : asked.Equals(given, StringComparison.OrdinalIgnoreCase);
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, WriteIndented = true)]
[JsonSerializable(typeof(IReadOnlyList<LocalRight>))]
internal sealed partial class RightsJson : JsonSerializerContext;

using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.RegularExpressions;

namespace RecordsGuard.Local;

/// <summary>
/// Which duty serves a request: infra/routes.json, from which the rules of Azure Front Door are made too. The first that
/// fits; none: <see cref="Default"/>.
/// </summary>
internal sealed class DutyRoutes
{
    public const string Default = "access";

    private readonly List<(RouteShape Shape, Regex Path)> routes;

    private DutyRoutes(IEnumerable<RouteShape> shapes) =>
        routes = [.. shapes.Select(s => (s, new Regex(s.Path, RegexOptions.CultureInvariant | RegexOptions.NonBacktracking)))];

    /// <summary>The file that was copied beside this program when it was built.</summary>
    public static DutyRoutes Load() => new(JsonSerializer.Deserialize(
        File.ReadAllBytes(Path.Combine(AppContext.BaseDirectory, "routes.json")), RoutesJson.Default.IReadOnlyListRouteShape)!);

    public string DutyOf(string method, PathString path)
    {
        var relative = path.Value?.TrimStart('/') ?? "";
        return routes.Find(r => (r.Shape.Methods.Count == 0 || r.Shape.Methods.Contains(method)) && r.Path.IsMatch(relative)).Shape?.Duty
            ?? Default;
    }
}

/// <param name="Methods">None: all.</param>
/// <param name="Path">A regular expression over the path without its first slash.</param>
internal sealed record RouteShape(string Name, string Duty, IReadOnlyList<string> Methods, string Path);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(IReadOnlyList<RouteShape>))]
internal sealed partial class RoutesJson : JsonSerializerContext;

using System.Reflection;
using System.Text.RegularExpressions;
using System.Xml.Linq;
using RecordsGuard.Alerts;
using RecordsGuard.Azure;
using RecordsGuard.Fakes;
using RecordsGuard.Records;

namespace RecordsGuard.Tests;

/// <summary>The house of design §3: which room and which project may name which.</summary>
public sealed partial class ArchitectureTests
{
    private static readonly string Root = FindRoot();

    private static readonly Dictionary<string, string[]> MayName = new()
    {
        ["Records"] = [],
        ["Audit"] = [],
        ["Envelopes"] = ["Records"],
        ["Retention"] = ["Records", "Envelopes", "Audit"],
        ["Access"] = ["Records", "Envelopes", "Audit"],
        ["Alerts"] = ["Access", "Records", "Envelopes", "Audit"],
    };

    private static readonly Dictionary<string, string[]> MayReference = new()
    {
        ["RecordsGuard"] = [],
        ["RecordsGuard.Azure"] = ["RecordsGuard"],
        ["RecordsGuard.App"] = ["RecordsGuard", "RecordsGuard.Azure"],
        ["RecordsGuard.Functions"] = ["RecordsGuard.App"],
        ["RecordsGuard.Functions.Isolated"] = ["RecordsGuard.App"],
        ["RecordsGuard.Cli"] = ["RecordsGuard.App"],
        // Local starts the head as a process of its own: it is built with it and never linked.
        ["RecordsGuard.Local"] = ["RecordsGuard.App", "RecordsGuard.Functions (built only)"],
    };

    [Fact]
    public void A_room_names_only_the_rooms_below_it()
    {
        var wrong = new List<string>();
        foreach (var room in Directory.GetDirectories(Path.Combine(Root, "src/RecordsGuard")).Select(d => new DirectoryInfo(d).Name))
        {
            Assert.True(MayName.ContainsKey(room) || room is "obj" or "bin", $"{room} is a room that the design does not know.");
            foreach (var file in Sources($"src/RecordsGuard/{room}"))
            {
                wrong.AddRange(RoomName().Matches(Code(file)).Select(m => m.Groups[1].Value).Where(MayName.ContainsKey)
                    .Where(named => named != room && !MayName[room].Contains(named))
                    .Select(named => $"{Path.GetRelativePath(Root, file)} names {named}"));
            }
        }

        Assert.Empty(wrong);
    }

    [Fact]
    public void The_compiled_types_of_a_room_refer_only_to_the_rooms_below_it()
    {
        var wrong =
            from type in typeof(Row).Assembly.GetTypes()
            let room = RoomOf(type)
            where room is not null
            from used in Used(type)
            let named = RoomOf(used)
            where named is not null && named != room && !MayName[room].Contains(named)
            select $"{type.FullName} uses {used.FullName}";
        Assert.Empty(wrong.Distinct());
    }

    [Fact]
    public void A_project_references_only_those_below_it()
    {
        var found = Directory.GetFiles(Path.Combine(Root, "src"), "*.csproj", SearchOption.AllDirectories).ToDictionary(
            f => Path.GetFileNameWithoutExtension(f),
            f => XDocument.Load(f).Descendants("ProjectReference").Select(Reference).Order().ToArray());
        Assert.Equal(MayReference.Keys.Order(), found.Keys.Order());
        Assert.All(found, p => Assert.Equal(MayReference[p.Key].Order(), p.Value));
    }

    [Fact]
    public void The_domain_has_no_package_and_its_assembly_refers_to_nothing_but_dotnet()
    {
        var project = XDocument.Load(Path.Combine(Root, "src/RecordsGuard/RecordsGuard.csproj"));
        Assert.Empty(project.Descendants("PackageReference").Concat(project.Descendants("FrameworkReference")));
        var shared = Path.GetDirectoryName(typeof(object).Assembly.Location)!;
        Assert.All(typeof(Row).Assembly.GetReferencedAssemblies(), r =>
            Assert.True(File.Exists(Path.Combine(shared, $"{r.Name}.dll")), $"{r.Name} is not part of .NET."));
    }

    [Fact]
    public void Every_port_has_one_adapter_and_one_fake()
    {
        var ports = typeof(Row).Assembly.GetTypes().Where(t => t is { IsInterface: true, IsPublic: true }).ToList();
        Assert.NotEmpty(ports);
        Assert.All(ports, port =>
        {
            // Security staff are reached in more than one way.
            Assert.Equal(port == typeof(IAlertRoute) ? 2 : 1, Implementations(typeof(AzureAdapters), port).Count());
            Assert.Single(Implementations(typeof(InMemoryRecordStore), port), t => !t.Name.StartsWith("Faulty", StringComparison.Ordinal));
            Assert.Empty(Implementations(typeof(Row), port));
        });
    }

    [Fact]
    public void The_isolated_head_is_listed_in_the_solution_and_not_built_by_it()
    {
        var solution = File.ReadAllText(Path.Combine(Root, "RecordsGuard.sln"));
        var id = Regex.Match(solution, "\"RecordsGuard.Functions.Isolated\", \"[^\"]+\", \"(\\{[^}]+\\})\"").Groups[1].Value;
        Assert.NotEmpty(id);
        Assert.DoesNotMatch($"{Regex.Escape(id)}.*Build\\.0", solution);
        Assert.Contains($"{id}.Debug|Any CPU.ActiveCfg", solution, StringComparison.Ordinal);
    }

    [Fact]
    public void No_namespace_hides_Azure()
    {
        var wrong = Directory.GetFiles(Path.Combine(Root, "src"), "*.cs", SearchOption.AllDirectories)
            .Concat(Directory.GetFiles(Path.Combine(Root, "tests"), "*.cs", SearchOption.AllDirectories))
            .Where(f => Regex.IsMatch(File.ReadAllText(f), @"^namespace .*Functions\.Azure\b", RegexOptions.Multiline));
        Assert.Empty(wrong);
    }

    private static IEnumerable<Type> Implementations(Type anchor, Type port) =>
        anchor.Assembly.GetTypes().Where(t => t.IsClass && !t.IsAbstract && port.IsAssignableFrom(t));

    private static string Reference(XElement reference) =>
        Path.GetFileNameWithoutExtension(((string)reference.Attribute("Include")!).Replace('\\', '/'))
        + ((string?)reference.Attribute("ReferenceOutputAssembly") == "false" ? " (built only)" : "");

    private static string? RoomOf(Type type) =>
        type.Namespace?.Split('.') is ["RecordsGuard", var room, ..] && MayName.ContainsKey(room) ? room : null;

    /// <summary>What the type's shape names: bases, fields, signatures, and the locals and calls' owners the runtime knows.</summary>
    private static IEnumerable<Type> Used(Type type)
    {
        const BindingFlags All = BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly;
        var methods = type.GetMethods(All).Cast<MethodBase>().Concat(type.GetConstructors(All)).ToList();
        return type.GetInterfaces().Append(type.BaseType ?? type)
            .Concat(type.GetFields(All).Select(f => f.FieldType))
            .Concat(methods.SelectMany(m => m.GetParameters()).Select(p => p.ParameterType))
            .Concat(methods.OfType<MethodInfo>().Select(m => m.ReturnType))
            .Concat(methods.SelectMany(m => m.GetMethodBody()?.LocalVariables.Select(v => v.LocalType) ?? []))
            .SelectMany(Parts);
    }

    private static IEnumerable<Type> Parts(Type type) => type.HasElementType
        ? Parts(type.GetElementType()!)
        : type.IsGenericType ? type.GetGenericArguments().SelectMany(Parts).Append(type) : [type];

    private static IEnumerable<string> Sources(string folder) =>
        Directory.GetFiles(Path.Combine(Root, folder), "*.cs", SearchOption.AllDirectories);

    /// <summary>The file without its comments: a comment may speak of any room.</summary>
    private static string Code(string file) =>
        string.Join('\n', File.ReadLines(file).Select(l => l.TrimStart()).Where(l => !l.StartsWith("//", StringComparison.Ordinal)));

    [GeneratedRegex(@"\bRecordsGuard\.(\w+)")]
    private static partial Regex RoomName();

    private static string FindRoot()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "RecordsGuard.sln")))
        {
            folder = folder.Parent ?? throw new DirectoryNotFoundException("Not within the repository.");
        }

        return folder.FullName;
    }
}

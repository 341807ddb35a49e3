using System.Diagnostics;
using System.Text.Json;
using RecordsGuard.App;
using RecordsGuard.App.Http;
using RecordsGuard.Tests.Infra;

namespace RecordsGuard.Tests.Functions;

/// <summary>What <c>dotnet publish -p:Duties=…</c> puts into a package, as MSBuild evaluates it.</summary>
public sealed class PackageTests : IDisposable
{
    private static readonly string Head =
        Path.GetFullPath(Path.Combine(Bicep.Infra.FullName, "..", "src", "RecordsGuard.Functions", "RecordsGuard.Functions.csproj"));

    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("recordsguard-package-");

    public void Dispose() => folder.Delete(recursive: true);

    [Fact]
    public async Task The_package_of_a_duty_holds_the_folders_of_its_functions_and_no_other()
    {
        string[] packages = [.. Enum.GetValues<Duty>().Select(Duties.Name), "disposition+alerts", Duties.All.ToString().Replace(',', '+')];

        var files = await EvaluateAsync(packages);

        Assert.All(packages, package => Assert.Equal(Expected(package).Order(), files[package].Order()));
    }

    [Fact]
    public async Task A_duty_that_does_not_exist_has_no_package()
    {
        var (exitCode, said) = await MsBuildAsync(Head, "-t:KnownDuties", "-p:Duties=ingest+acess");

        Assert.NotEqual(0, exitCode);
        Assert.Contains("Duties names acess", said, StringComparison.Ordinal);
    }

    private static IEnumerable<string> Expected(string package)
    {
        var duties = package.Split('+');
        string[] http = Routes.All.Any(r => duties.Contains(Duties.Name(r.Duty))) ? ["Api/function.json"] : [];
        return
        [
            "host.json", .. http,
            .. Triggers.All.Where(t => duties.Contains(Duties.Name(t.Duty))).Select(t => $"{t.Name}/function.json"),
        ];
    }

    /// <summary>One process for all: a process for each would take a second each.</summary>
    private async Task<Dictionary<string, List<string>>> EvaluateAsync(string[] packages)
    {
        var project = Path.Combine(folder.FullName, "all.proj");
        var calls = packages.Select((package, i) => $"""
            <MSBuild Projects="{Head}" Targets="KnownDuties" Properties="Duties={package}"><Output TaskParameter="TargetOutputs" ItemName="P{i}" /></MSBuild>
            """);
        await File.WriteAllTextAsync(
            project, $"<Project><Target Name=\"All\">{string.Concat(calls)}</Target></Project>", TestContext.Current.CancellationToken);

        var (exitCode, said) = await MsBuildAsync(
            project, ["-t:All", .. packages.Select((_, i) => $"-getItem:P{i}")]);

        Assert.True(exitCode == 0, said);
        using var json = JsonDocument.Parse(said);
        return packages.Index().ToDictionary(p => p.Item, p => json.RootElement.GetProperty("Items").GetProperty($"P{p.Index}")
            .EnumerateArray()
            .Where(i => i.TryGetProperty("CopyToPublishDirectory", out _))
            .Select(i => i.GetProperty("Link").GetString()!)
            .ToList());
    }

    private static async Task<(int ExitCode, string Said)> MsBuildAsync(string project, params string[] arguments)
    {
        var start = new ProcessStartInfo("dotnet", ["msbuild", project, "-nologo", "-nodeReuse:false", .. arguments])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = Path.GetDirectoryName(Head)!,
        };
        using var process = Process.Start(start)!;
        var error = process.StandardError.ReadToEndAsync();
        var output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        return (process.ExitCode, output + await error);
    }
}

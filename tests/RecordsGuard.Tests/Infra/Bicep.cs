using System.Diagnostics;
using System.Reflection;
using System.Runtime.InteropServices;
using System.Text.Json;

namespace RecordsGuard.Tests.Infra;

/// <summary>The real compiler, restored as a package. It needs no network: no module comes from a registry.</summary>
internal static class Bicep
{
    public static DirectoryInfo Infra { get; } = new(Metadata("InfraFolder"));

    /// <summary>The package holds the compiler for this machine only.</summary>
    public static void Require() => Assert.SkipUnless(
        OperatingSystem.IsLinux() && RuntimeInformation.OSArchitecture == Architecture.X64,
        "The Bicep compiler is restored for linux-x64.");

    /// <summary>What a parameter file asks Azure for, with its loops and expressions evaluated.</summary>
    /// <param name="folder">A copy of infra/ (<see cref="CopyTo"/>): the answer is written beside the file.</param>
    public static async Task<Deployment> SnapshotAsync(DirectoryInfo folder, string parameters)
    {
        await RunAsync(
            "snapshot", Path.Combine(folder.FullName, $"{parameters}.bicepparam"), "--mode", "overwrite", "--location", "westeurope",
            "--subscription-id", "00000000-0000-0000-0000-000000000001", "--tenant-id", "00000000-0000-0000-0000-000000000002");
        await using var stream = File.OpenRead(Path.Combine(folder.FullName, $"{parameters}.snapshot.json"));
        using var json = await JsonDocument.ParseAsync(stream);
        return new(json.RootElement.Clone());
    }

    public static void CopyTo(DirectoryInfo folder)
    {
        foreach (var file in Infra.EnumerateFiles("*", SearchOption.AllDirectories))
        {
            var copy = new FileInfo(Path.Combine(folder.FullName, Path.GetRelativePath(Infra.FullName, file.FullName)));
            copy.Directory!.Create();
            file.CopyTo(copy.FullName);
        }
    }

    /// <returns>What it said, of which a clean run has nothing.</returns>
    public static async Task<string> RunAsync(params string[] arguments)
    {
        var start = new ProcessStartInfo(Metadata("BicepExecutable"), arguments)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using var process = Process.Start(start) ?? throw new InvalidOperationException("The Bicep compiler did not start.");
        var output = process.StandardOutput.ReadToEndAsync();
        var errors = process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        var said = await output + await errors;
        Assert.True(process.ExitCode == 0, said);
        return said.Trim();
    }

    private static string Metadata(string key) => typeof(Bicep).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>()
        .Single(a => a.Key == key).Value ?? throw new InvalidOperationException($"No {key} in the assembly's metadata.");
}

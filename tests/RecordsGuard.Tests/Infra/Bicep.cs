using System.Diagnostics;
using System.Reflection;
using System.Runtime.InteropServices;

namespace RecordsGuard.Tests.Infra;

/// <summary>The real compiler, restored as a package. It needs no network: no module comes from a registry.</summary>
internal static class Bicep
{
    public static DirectoryInfo Infra { get; } = new(Metadata("InfraFolder"));

    /// <summary>The package holds the compiler for this machine only.</summary>
    public static void Require() => Assert.SkipUnless(
        OperatingSystem.IsLinux() && RuntimeInformation.OSArchitecture == Architecture.X64,
        "The Bicep compiler is restored for linux-x64.");

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

using System.Diagnostics;
using System.Runtime.InteropServices;
using RecordsGuard.Cli;

namespace RecordsGuard.EndToEnd.Tests.Rotation;

/// <summary><c>recordsguard</c>, run as a person runs it.</summary>
internal sealed record Tool(int ExitCode, string Output, string Error)
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    /// <param name="address">Where the app is; null for what works offline.</param>
    public static async Task<Tool> RunAsync(Uri? address, string? token, params string[] arguments)
    {
        var dotnet = Path.GetFullPath(Path.Combine(RuntimeEnvironment.GetRuntimeDirectory(), "..", "..", "..", "dotnet"));
        var start = new ProcessStartInfo(dotnet, [typeof(Service).Assembly.Location, .. arguments])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["RECORDSGUARD_URL"] = address?.ToString();
        start.Environment["RECORDSGUARD_TOKEN"] = token;
        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEndAsync(Stop);
        var error = process.StandardError.ReadToEndAsync(Stop);
        await process.WaitForExitAsync(Stop);
        return new(process.ExitCode, await output, await error);
    }

    public Tool Exits(int code)
    {
        Assert.True(ExitCode == code, $"{ExitCode} instead of {code}: {Output}{Error}");
        return this;
    }
}

using System.Diagnostics;
using System.Text.RegularExpressions;
using RecordsGuard.EndToEnd.Tests.Local;

namespace RecordsGuard.EndToEnd.Tests;

/// <summary>README's lines, run as they are written but for the port.</summary>
public sealed partial class ReadmeTests : IDisposable
{
    private readonly DirectoryInfo data = Directory.CreateTempSubdirectory("recordsguard-readme-");

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public void Dispose() => data.Delete(recursive: true);

    [Fact]
    public async Task The_lines_under_Try_it_work_as_written()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "README's lines are for a POSIX shell.");
        await using var local = await LocalProcess.StartAsync(data, "--demo");
        var script = Block("Try it").Replace(
            "http://127.0.0.1:7071", local.Http.BaseAddress!.OriginalString.TrimEnd('/'), StringComparison.Ordinal);

        var output = await BashAsync(script);

        Assert.Contains("Closing note. Slept well; goals reached.", output, StringComparison.Ordinal);
        Assert.Contains("\"type\":\"urn:recordsguard:problem:refused\"", output, StringComparison.Ordinal);
        Assert.Contains("\"detection\":\"access-refused\"", output, StringComparison.Ordinal);
        var record = Approved().Match(output).Groups[1].Value;
        Assert.Contains($"{{\"record\":\"{record}\",\"class\":\"client-record\",\"state\":\"needs-approval\"", output, StringComparison.Ordinal);
        Assert.Contains("\"type\":\"urn:recordsguard:problem:purged\"", output, StringComparison.Ordinal);
        Assert.Contains("recordsguard-certificate-1", output, StringComparison.Ordinal);
    }

    private static string Block(string heading)
    {
        var readme = File.ReadAllText(Path.Combine(Root(), "README.md"));
        var section = readme[readme.IndexOf($"\n## {heading}\n", StringComparison.Ordinal)..];
        return Shell().Match(section).Groups[1].Value;
    }

    private static string Root()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "RecordsGuard.sln")))
        {
            folder = folder.Parent ?? throw new InvalidOperationException("RecordsGuard.sln is in no folder above the tests.");
        }

        return folder.FullName;
    }

    private static async Task<string> BashAsync(string script)
    {
        using var bash = Process.Start(new ProcessStartInfo("bash", ["-c", script])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        var errors = bash.StandardError.ReadToEndAsync(Stop);
        var output = await bash.StandardOutput.ReadToEndAsync(Stop);
        await bash.WaitForExitAsync(Stop);
        return $"{output}\n{await errors}";
    }

    [GeneratedRegex("\"approved\":\\[\"(r-[0-9a-f]{32})\"\\]")]
    private static partial Regex Approved();

    [GeneratedRegex("```sh\n(.*?)```", RegexOptions.Singleline)]
    private static partial Regex Shell();
}

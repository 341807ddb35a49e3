using RecordsGuard.Local.Storage;
using Spectre.Console;

namespace RecordsGuard.Tests.Local.Storage;

/// <summary>With a stand-in for npm: what is tested is that a folder is either whole or made anew.</summary>
public sealed class AzuriteInstallationTests : IDisposable
{
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("recordsguard-install-");
    private readonly DirectoryInfo source;
    private readonly StringWriter said = new();

    public AzuriteInstallationTests()
    {
        source = folder.CreateSubdirectory("source");
        File.WriteAllText(Path.Combine(source.FullName, "package.json"), "{}");
        File.WriteAllText(Path.Combine(source.FullName, "package-lock.json"), "{}");
    }

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    private string Runs => Path.Combine(folder.FullName, "runs");

    public void Dispose()
    {
        said.Dispose();
        folder.Delete(recursive: true);
    }

    [Fact]
    public async Task Any_number_of_installs_at_once_install_once()
    {
        var npm = Npm("sleep 0.5; mkdir -p node_modules/azurite/dist/src; touch node_modules/azurite/dist/src/azurite.js");
        var paths = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Task.Run(() => Installation(npm).EnsureAsync(Cancelled))));

        Assert.True(File.Exists(Assert.Single(paths.Distinct())));
        Assert.Single(await File.ReadAllLinesAsync(Runs, Cancelled));
        Assert.Contains("Installing Azurite", said.ToString(), StringComparison.Ordinal);
        Assert.Contains("Azurite is installed", said.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_failed_install_leaves_nothing_that_looks_whole_and_the_next_one_succeeds()
    {
        var broken = Npm("mkdir -p node_modules/azurite; echo no network >&2; exit 7");
        var failed = await Assert.ThrowsAsync<InvalidOperationException>(() => Installation(broken).EnsureAsync(Cancelled));
        Assert.Contains("no network", failed.Message, StringComparison.Ordinal);

        var npm = Npm("mkdir -p node_modules/azurite/dist/src; touch node_modules/azurite/dist/src/azurite.js");
        Assert.True(File.Exists(await Installation(npm).EnsureAsync(Cancelled)));
        Assert.Single(folder.GetDirectories("cache/azurite-*"));
    }

    [Fact]
    public async Task A_changed_lock_file_is_another_installation()
    {
        var npm = Npm("mkdir -p node_modules/azurite/dist/src; touch node_modules/azurite/dist/src/azurite.js");
        var before = await Installation(npm).EnsureAsync(Cancelled);
        await File.WriteAllTextAsync(Path.Combine(source.FullName, "package-lock.json"), "{ }", Cancelled);
        Assert.NotEqual(before, await Installation(npm).EnsureAsync(Cancelled));
        Assert.True(File.Exists(before));
    }

    [Fact]
    public async Task Without_npm_it_says_what_is_needed()
    {
        var failed = await Assert.ThrowsAsync<InvalidOperationException>(() => Installation(Path.Combine(folder.FullName, "nosuch")).EnsureAsync(Cancelled));
        Assert.Contains("Node.js", failed.Message, StringComparison.Ordinal);
    }

    private AzuriteInstallation Installation(string npm) => new(
        source,
        new(Path.Combine(folder.FullName, "cache")),
        AnsiConsole.Create(new() { Ansi = AnsiSupport.No, Interactive = InteractionSupport.No, Out = new AnsiConsoleOutput(TextWriter.Synchronized(said)) }),
        TimeProvider.System,
        npm);

    private string Npm(string script)
    {
        var path = Path.Combine(folder.FullName, "npm-" + Guid.NewGuid().ToString("N"));
        File.WriteAllText(path, $"#!/bin/sh\necho run >> '{Runs}'\n{script}\n");
        Assert.SkipWhen(OperatingSystem.IsWindows(), "The stand-in for npm is a shell script.");
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }

        return path;
    }
}

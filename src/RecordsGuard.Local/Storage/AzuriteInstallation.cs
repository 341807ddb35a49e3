using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography;
using Spectre.Console;

namespace RecordsGuard.Local.Storage;

/// <summary>
/// Azurite from the npm registry, installed once for each lock file and shared by all runs of this user. A folder
/// with the final name is complete: it is installed under another name and renamed.
/// </summary>
/// <param name="source">The folder with our package.json, package-lock.json and run.js.</param>
/// <param name="cache">Where installations are kept.</param>
internal sealed class AzuriteInstallation(
    DirectoryInfo source, DirectoryInfo cache, IAnsiConsole console, TimeProvider time, string npm = "npm")
{
    private static readonly string EntryPoint = Path.Combine("node_modules", "azurite", "dist", "src", "azurite.js");

    /// <summary>Our wrapper that <c>node</c> runs.</summary>
    public string RunScript => Path.Combine(source.FullName, "run.js");

    /// <summary>The installation that belongs to this program: source beside it, cache in the user's cache folder.</summary>
    public static AzuriteInstallation Default(IAnsiConsole console, TimeProvider time) => new(
        new(Path.Combine(AppContext.BaseDirectory, "azurite")), UserCache(), console, time);

    /// <summary>Installs if need be; any number of processes may call it at once.</summary>
    /// <returns>The path of azurite.js.</returns>
    public async Task<string> EnsureAsync(CancellationToken cancellationToken)
    {
        var final = Path.Combine(cache.FullName, "azurite-" + Fingerprint());
        var entryPoint = Path.Combine(final, EntryPoint);
        if (File.Exists(entryPoint))
        {
            return entryPoint;
        }

        cache.Create();
        using var turn = await WaitForTurnAsync(final + ".lock", cancellationToken);
        if (!File.Exists(entryPoint))
        {
            var started = time.GetTimestamp();
            await ShowAsync("Installing Azurite from the npm registry (once; this can take a minute) …", () => InstallAsync(final, cancellationToken));
            console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"Azurite is installed ({time.GetElapsedTime(started).TotalSeconds:0} s)."));
        }

        return entryPoint;
    }

    private static DirectoryInfo UserCache()
    {
        var folder = Environment.GetEnvironmentVariable("XDG_CACHE_HOME");
        if (string.IsNullOrEmpty(folder))
        {
            folder = OperatingSystem.IsWindows()
                ? Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData)
                : Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".cache");
        }

        return new(Path.Combine(folder, "recordsguard"));
    }

    // The lock goes with the process that holds it, however that ends.
    private async Task<FileStream> WaitForTurnAsync(string path, CancellationToken cancellationToken)
    {
        for (var said = false; ; await Task.Delay(TimeSpan.FromMilliseconds(200), time, cancellationToken))
        {
            try
            {
                return new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            }
            catch (IOException) when (File.Exists(path))
            {
                if (!said)
                {
                    console.WriteLine("Waiting for another process that installs Azurite …");
                    said = true;
                }
            }
        }
    }

    private async Task InstallAsync(string final, CancellationToken cancellationToken)
    {
        RemoveUnfinished(final);
        var fresh = Directory.CreateDirectory($"{final}.{Guid.NewGuid():N}");
        foreach (var name in (string[])["package.json", "package-lock.json"])
        {
            File.Copy(Path.Combine(source.FullName, name), Path.Combine(fresh.FullName, name));
        }

        await NpmAsync(fresh, cancellationToken);
        if (!File.Exists(Path.Combine(fresh.FullName, EntryPoint)))
        {
            throw new InvalidOperationException($"npm reported success but installed no {EntryPoint}.");
        }

        fresh.MoveTo(final);
    }

    // Whoever holds the lock is alone here: what others began and did not finish is rubbish. The npm of a process that
    // was killed may still be writing; its folder then goes at the next installation.
    private void RemoveUnfinished(string final)
    {
        foreach (var left in cache.EnumerateDirectories(Path.GetFileName(final) + "*").ToList())
        {
            try
            {
                left.Delete(recursive: true);
            }
            catch (IOException) when (left.FullName != final)
            {
                console.WriteLine($"{left.FullName} is still in use and stays.");
            }
        }
    }

    private async Task NpmAsync(DirectoryInfo folder, CancellationToken cancellationToken)
    {
        // No package needs its install scripts here, so none runs.
        var start = new ProcessStartInfo(npm, ["ci", "--omit=dev", "--ignore-scripts", "--no-audit", "--no-fund", "--no-update-notifier", "--loglevel=error"])
        {
            WorkingDirectory = folder.FullName,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using var process = StartNode(start);
        process.StandardInput.Close();
        var output = Task.WhenAll(process.StandardOutput.ReadToEndAsync(cancellationToken), process.StandardError.ReadToEndAsync(cancellationToken));
        try
        {
            await process.WaitForExitAsync(cancellationToken);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            throw;
        }

        if (process.ExitCode != 0)
        {
            throw new InvalidOperationException($"Azurite could not be installed: npm ci ended with {process.ExitCode}.\n{string.Concat(await output).Trim()}");
        }
    }

    /// <summary>Starts node or npm; says what to install when they are not there.</summary>
    public static Process StartNode(ProcessStartInfo start)
    {
        try
        {
            return Process.Start(start)!;
        }
        catch (Win32Exception e)
        {
            throw new InvalidOperationException($"'{start.FileName}' could not be started: local storage needs Node.js 20 or later, with npm.", e);
        }
    }

    private Task ShowAsync(string what, Func<Task> work)
    {
        if (console.Profile.Capabilities.Interactive)
        {
            return console.Status().StartAsync(Markup.Escape(what), _ => work());
        }

        console.WriteLine(what);
        return work();
    }

    private string Fingerprint()
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(File.ReadAllBytes(Path.Combine(source.FullName, "package.json")));
        hash.AppendData(File.ReadAllBytes(Path.Combine(source.FullName, "package-lock.json")));
        return Convert.ToHexStringLower(hash.GetHashAndReset())[..16];
    }
}

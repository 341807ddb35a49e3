using System.Runtime.CompilerServices;
using RecordsGuard.Local;
using RecordsGuard.Local.Storage;
using Spectre.Console;

namespace RecordsGuard.Azure.Tests.Local;

/// <summary>
/// The process that a test kills: this program started again with <see cref="Variable"/> set. It starts Azurite, says
/// its process id on standard output and waits for its end.
/// </summary>
internal static class AzuriteParent
{
    public const string Variable = "RECORDSGUARD_TEST_AZURITE_PARENT";

    [ModuleInitializer]
    internal static void Run()
    {
        if (Environment.GetEnvironmentVariable(Variable) is not { Length: > 0 } value)
        {
            return;
        }

        var parts = value.Split(',');
        var folder = new DirectoryInfo(parts[0]);
        var ports = new LocalPorts(0, 0, 0, 0, 0, int.Parse(parts[1]), int.Parse(parts[2]), int.Parse(parts[3]));
        var quiet = AnsiConsole.Create(new() { Out = new AnsiConsoleOutput(TextWriter.Null) });
        var certificates = LocalCertificates.Load(new(Path.Combine(folder.FullName, "certificates")));
        var azurite = Azurite.StartAsync(
            AzuriteInstallation.Default(quiet, TimeProvider.System), ports, folder, certificates, StorageAccounts.Load(folder), quiet,
            TimeProvider.System, CancellationToken.None).GetAwaiter().GetResult();
        Console.WriteLine(azurite.ProcessId);
        azurite.Ended.GetAwaiter().GetResult();
        Environment.Exit(0);
    }
}

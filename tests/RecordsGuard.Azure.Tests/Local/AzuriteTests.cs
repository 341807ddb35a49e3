using System.Diagnostics;
using Azure.Storage.Blobs;
using RecordsGuard.Local;
using RecordsGuard.Local.Storage;
using Spectre.Console;

namespace RecordsGuard.Azure.Tests.Local;

public sealed class AzuriteTests(AzuriteFixture azurite) : IDisposable
{
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("recordsguard-azurite-");
    private readonly LocalPorts ports = LocalPorts.From(0);

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public void Dispose() => folder.Delete(recursive: true);

    [Fact]
    public async Task What_was_written_the_moment_before_it_was_stopped_is_there_after_a_restart()
    {
        await using (await azurite.StartAzuriteAsync(ports, folder))
        {
            await Container().CreateAsync(cancellationToken: Cancelled);
            await Container().GetBlobClient("x").UploadAsync(new BinaryData("kept"), Cancelled);
        }

        await using (await azurite.StartAzuriteAsync(ports, folder))
        {
            Assert.Equal("kept", (await Container().GetBlobClient("x").DownloadContentAsync(Cancelled)).Value.Content.ToString());
        }
    }

    [Fact]
    public async Task It_saves_and_ends_when_its_parent_is_killed()
    {
        using var parent = Process.Start(new ProcessStartInfo(Environment.ProcessPath!)
        {
            RedirectStandardOutput = true,
            Environment = { [AzuriteParent.Variable] = string.Join(',', folder.FullName, ports.AzuriteBlob, ports.AzuriteQueue, ports.AzuriteTable) },
        })!;
        var child = int.Parse((await parent.StandardOutput.ReadLineAsync(Cancelled))!);
        Directory.CreateDirectory(folder.FullName);
        using var storage = Process.GetProcessById(child);
        await Container(folder).CreateAsync(cancellationToken: Cancelled);

        parent.Kill();

        await storage.WaitForExitAsync(Cancelled).WaitAsync(TimeSpan.FromSeconds(20), Cancelled);
        await parent.WaitForExitAsync(Cancelled);
        var saved = await File.ReadAllTextAsync(Path.Combine(folder.FullName, "azurite", "__azurite_db_blob__.json"), Cancelled);
        Assert.Contains("\"kept\"", saved, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_start_that_fails_says_why_in_one_sentence()
    {
        var taken = ports with { AzuriteBlob = azurite.Ports.AzuriteBlob };
        var failed = await Assert.ThrowsAsync<InvalidOperationException>(() => azurite.StartAzuriteAsync(taken, folder));
        Assert.Contains("EADDRINUSE", failed.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_crash_is_told_on_the_console()
    {
        using var said = new StringWriter();
        var console = AnsiConsole.Create(new() { Ansi = AnsiSupport.No, Interactive = InteractionSupport.No, Out = new AnsiConsoleOutput(said) });
        await using var storage = await Azurite.StartAsync(
            AzuriteInstallation.Default(console, TimeProvider.System), ports, folder, azurite.Certificates, azurite.Accounts, console, TimeProvider.System, Cancelled);
        using (var process = Process.GetProcessById(storage.ProcessId))
        {
            process.Kill();
        }

        await storage.Ended.WaitAsync(TimeSpan.FromSeconds(20), Cancelled);

        Assert.Contains("Azurite, the local storage, ended unexpectedly", said.ToString(), StringComparison.Ordinal);
    }

    private BlobContainerClient Container() => Container(StorageAccounts.Records, azurite.Accounts, azurite.Certificates);

    private BlobContainerClient Container(DirectoryInfo ofAnother)
    {
        using var certificates = LocalCertificates.Load(new(Path.Combine(ofAnother.FullName, "certificates")));
        return Container(StorageAccounts.Records, StorageAccounts.Load(ofAnother), certificates);
    }

    private BlobContainerClient Container(string account, StorageAccounts accounts, LocalCertificates certificates) => new BlobServiceClient(
        new Uri($"https://127.0.0.1:{ports.AzuriteBlob}/{account}"),
        accounts.Credential(account),
        new BlobClientOptions { Transport = AzuriteConnection.CreateTransport(certificates.Server) }).GetBlobContainerClient("kept");
}

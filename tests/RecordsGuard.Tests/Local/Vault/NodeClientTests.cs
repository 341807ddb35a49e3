using System.ComponentModel;
using System.Diagnostics;
using System.Security.Cryptography;
using RecordsGuard.Local.SignIn;
using RecordsGuard.Local.Vault;

namespace RecordsGuard.Tests.Local.Vault;

/// <summary>
/// The proof that the local vault is one: Microsoft's own client for Node.js works with it. Needs node, npm and, the
/// first time, npm's registry.
/// </summary>
public sealed class NodeClientTests
{
    [Fact]
    public async Task The_official_client_does_everything_with_challenge_verification_on()
    {
        await using var vault = await RunningVault.StartAsync();
        string folder = await InstallAsync();
        string output = await RunAsync("node", ["run.cjs"], folder, new()
        {
            ["VAULT_URL"] = vault.Address.ToString(),
            ["VAULT_TOKEN"] = vault.Tenant.IssueTo(LocalIdentities.App, VaultDoor.Resource),
            ["NODE_EXTRA_CA_CERTS"] = vault.Certificates.AuthorityFile,
        });
        Assert.Equal(
            ["create", "get", "wrapAndUnwrap", "signAndVerify", "update", "policy", "rotate", "list", "deleteAndRecover", "purge"],
            output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(l => l["ok ".Length..]));

        var logged = vault.Logs.Lines.Select(l => (string?)l["operationName"]).ToList();
        Assert.All(
            (string[])["Authentication", "KeyUnwrap", "KeySign", "KeyRotate", "KeyPurge"], o => Assert.Contains(o, logged));
    }

    /// <summary>Once for each lock file, under the build's output, which git does not see.</summary>
    private static async Task<string> InstallAsync()
    {
        string root = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(root, "RecordsGuard.sln")))
        {
            root = Path.GetDirectoryName(root) ?? throw new InvalidOperationException("RecordsGuard.sln is above no parent folder.");
        }

        string source = Path.Combine(root, "tests", "keyvault-node-client");
        byte[] hash = SHA256.HashData(await File.ReadAllBytesAsync(
            Path.Combine(source, "package-lock.json"), TestContext.Current.CancellationToken));
        string folder = Path.Combine(root, "artifacts", "keyvault-node-client", Convert.ToHexStringLower(hash)[..16]);
        Directory.CreateDirectory(folder);
        foreach (string file in Directory.EnumerateFiles(source))
        {
            File.Copy(file, Path.Combine(folder, Path.GetFileName(file)), overwrite: true);
        }

        string done = Path.Combine(folder, "node_modules", ".installed");
        if (!File.Exists(done))
        {
            await RunAsync("npm", ["ci", "--no-audit", "--no-fund"], folder, []);
            await File.WriteAllTextAsync(done, "", TestContext.Current.CancellationToken);
        }

        return folder;
    }

    private static async Task<string> RunAsync(
        string program, string[] arguments, string folder, Dictionary<string, string> environment)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            WorkingDirectory = folder,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var (name, value) in environment)
        {
            start.Environment[name] = value;
        }

        try
        {
            using var process = Process.Start(start)!;
            var output = process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
            var errors = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
            await process.WaitForExitAsync(TestContext.Current.CancellationToken);
            Assert.True(process.ExitCode == 0, $"{program} failed:\n{await output}{await errors}");
            return await output;
        }
        catch (Win32Exception e)
        {
            throw new InvalidOperationException(
                $"{program} cannot be started: this test needs Node.js 20 or later with npm on the PATH. {e.Message}", e);
        }
    }
}

using System.CommandLine;
using System.Security.Cryptography;
using RecordsGuard.Audit.Tree;

namespace RecordsGuard.Cli;

/// <summary>
/// <c>recordsguard audit key</c>: the verifier key from the public key as the vault gives it out, so that an auditor can
/// take it from there and not from the log.
/// </summary>
internal static class AuditKeyCommand
{
    public static Command Create()
    {
        var origin = new Option<string>("--origin")
        {
            Description = "The log's name: the setting RecordsGuard:Log:Origin, and the first line of its checkpoints.",
            HelpName = "name",
            Required = true,
        };
        var pem = new Argument<string>("PEM") { Description = "File with the public key: az keyvault key download --name log-checkpoints --encoding PEM." };
        var command = new Command("key", "Prints the verifier key of a log, for --key.") { origin, pem };
        command.Runs(async (parsed, _) =>
        {
            var file = parsed.GetValue(pem)!;
            try
            {
                using var key = ECDsa.Create();
                key.ImportFromPem(await File.ReadAllTextAsync(file, CancellationToken.None));
                await Console.Out.WriteLineAsync($"{VerifierKey.Ecdsa(parsed.GetValue(origin)!, key.ExportSubjectPublicKeyInfo())}");
                return AuditCommand.Whole;
            }
            catch (Exception e) when (e is ArgumentException or CryptographicException)
            {
                await Console.Error.WriteLineAsync($"{file} is no ECDSA key in PEM, or the origin is no name: {e.Message}");
                return AuditCommand.Usage;
            }
        });
        return command;
    }
}

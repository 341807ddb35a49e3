using System.CommandLine;
using System.CommandLine.Parsing;
using System.Security.Cryptography;
using RecordsGuard.Retention.Purging;

namespace RecordsGuard.Cli;

/// <summary>
/// <c>recordsguard certificate</c>: certificates of destruction, offline. Exit codes: 0 genuine, 1 not, 2 not understood.
/// </summary>
internal static class CertificateCommand
{
    public static Command Create() => new("certificate", "Verifies and prints certificates of destruction. Exit codes: 0 genuine, 1 not, 2 not understood.")
    {
        Verify(),
        Page(),
    };

    private static Command Verify()
    {
        var file = new Argument<FileInfo>("FILE") { Description = "The certificate, as the app gave it out." };
        var key = new Option<ECDsa>("--key")
        {
            Description = "File with the public key, in PEM: az keyvault key download --vault-name … --name certificates --encoding PEM.",
            HelpName = "file",
            Required = true,
            CustomParser = ReadKey,
        };
        var command = new Command("verify", "Says whether a certificate is exactly what the key signed, and what it says.") { file, key };
        command.Answers(async (parsed, cancel) =>
        {
            var certificate = CertificateReading.Parse(await File.ReadAllTextAsync(parsed.GetValue(file)!.FullName, cancel));
            if (!certificate.IsSignedBy(parsed.GetValue(key)!))
            {
                await Console.Error.WriteLineAsync(
                    $"NOT GENUINE: this key did not sign this text. It was changed, or signed by another key than the one given ({certificate.Key} is named).");
                return RetentionCommand.Findings;
            }

            await Console.Out.WriteLineAsync($"Genuine: signed by this key as {certificate.Key}.{Environment.NewLine}");
            foreach (var (name, value) in CertificatePage.Lines(certificate.Statement))
            {
                await Console.Out.WriteLineAsync($"{name,-22}{value}");
            }

            return RetentionCommand.Answered;
        });
        return command;
    }

    private static Command Page()
    {
        var file = new Argument<FileInfo>("FILE") { Description = "The certificate, as the app gave it out." };
        var command = new Command("page", "Writes a page to print, in HTML. It says that the signature is in the file, not on the paper.") { file };
        command.Answers(async (parsed, cancel) =>
        {
            var certificate = CertificateReading.Parse(await File.ReadAllTextAsync(parsed.GetValue(file)!.FullName, cancel));
            await Console.Out.WriteLineAsync(CertificatePage.Of(certificate));
            return RetentionCommand.Answered;
        });
        return command;
    }

    private static ECDsa? ReadKey(ArgumentResult result) => AuditCommand.FromFile(result, pem =>
    {
        var key = ECDsa.Create();
        try
        {
            key.ImportFromPem(pem);
            return key;
        }
        catch (Exception e) when (e is CryptographicException or ArgumentException)
        {
            key.Dispose();
            throw new FormatException("It is no public key of an elliptic curve, in PEM.", e);
        }
    });
}

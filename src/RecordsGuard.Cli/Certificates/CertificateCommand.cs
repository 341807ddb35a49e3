using System.CommandLine;
using System.CommandLine.Parsing;
using System.Security.Cryptography;
using System.Text.Json;
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
        var file = new Argument<FileInfo>("FILE") { Description = "The certificate, or a chart's certificates, as the app gave them out." };
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
            var code = RetentionCommand.Answered;
            foreach (var certificate in await ReadAsync(parsed.GetValue(file)!, cancel))
            {
                if (!certificate.IsSignedBy(parsed.GetValue(key)!))
                {
                    await Console.Error.WriteLineAsync(
                        $"NOT GENUINE: this key did not sign this text ({certificate.Statement.Record}). It was changed, or signed by another key than the one given ({certificate.Key} is named).");
                    code = RetentionCommand.Findings;
                    continue;
                }

                await Console.Out.WriteLineAsync($"Genuine: signed by this key as {certificate.Key}.{Environment.NewLine}");
                foreach (var (name, value) in CertificatePage.Lines(certificate.Statement))
                {
                    await Console.Out.WriteLineAsync($"{name,-22}{value}");
                }

                await Console.Out.WriteLineAsync();
            }

            return code;
        });
        return command;
    }

    private static Command Page()
    {
        var file = new Argument<FileInfo>("FILE") { Description = "The certificate, or a chart's certificates, as the app gave them out." };
        var command = new Command("page", "Writes a page to print, in HTML. It says that the signature is in the file, not on the paper.") { file };
        command.Answers(async (parsed, cancel) =>
        {
            var certificates = await ReadAsync(parsed.GetValue(file)!, cancel);
            await Console.Out.WriteLineAsync(
                certificates is [var one] ? CertificatePage.Of(one) : CertificatePage.OfChart(certificates[0].Statement.Client, certificates));
            return RetentionCommand.Answered;
        });
        return command;
    }

    /// <summary>One certificate, or those of a chart as the app lists them; at least one.</summary>
    private static async Task<IReadOnlyList<CertificateReading>> ReadAsync(FileInfo file, CancellationToken cancel)
    {
        var text = await File.ReadAllTextAsync(file.FullName, cancel);
        try
        {
            using var json = JsonDocument.Parse(text);
            if (json.RootElement.ValueKind != JsonValueKind.Object || !json.RootElement.TryGetProperty("records", out var records))
            {
                return [CertificateReading.Parse(text)];
            }

            List<CertificateReading> found =
            [
                .. records.EnumerateArray().Select(r => r.GetProperty("certificate"))
                    .Where(c => c.ValueKind != JsonValueKind.Null).Select(c => CertificateReading.Parse(c.GetRawText())),
            ];
            return found.Count > 0 ? found : throw new FormatException($"{file.Name} has no certificate: nothing of this chart was destroyed, or a purge is not through.");
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or KeyNotFoundException)
        {
            throw new FormatException($"{file.Name} is no certificate, and no list of a chart's: {e.Message}", e);
        }
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

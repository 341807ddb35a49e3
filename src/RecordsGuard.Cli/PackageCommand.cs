using System.CommandLine;
using System.Security.Cryptography;
using System.Text;
using RecordsGuard.Access.Disclosures;
using RecordsGuard.Envelopes;

namespace RecordsGuard.Cli;

/// <summary>
/// <c>recordsguard package open FILE</c>: what a recipient opens a sealed package with, offline. The file appears only
/// when it is whole. Exit codes: 0 opened; 1 it does not open; 2 the key or a file cannot be read.
/// </summary>
internal static class PackageCommand
{
    public static Command Create()
    {
        var file = new Argument<FileInfo>("FILE").AcceptExistingOnly();
        var key = new Option<FileInfo>("--key") { Description = "Your private RSA key, PEM.", Required = true, HelpName = "pem" };
        var into = new Option<DirectoryInfo>("--out")
        {
            Description = "The folder to put the record into.",
            HelpName = "folder",
            DefaultValueFactory = _ => new(Directory.GetCurrentDirectory()),
        };
        var open = new Command("open", "Opens a sealed package with your private key.") { file, key, into };
        open.SetAction((parsed, cancel) => OpenAsync(parsed.GetValue(file)!, parsed.GetValue(key)!, parsed.GetValue(into)!, cancel));
        return new("package", "Sealed packages: records on their way to one recipient.") { open };
    }

    private static async Task<int> OpenAsync(FileInfo file, FileInfo keyFile, DirectoryInfo into, CancellationToken cancel)
    {
        using var key = RSA.Create();
        try
        {
            key.ImportFromPem(await File.ReadAllTextAsync(keyFile.FullName, cancel));
            into.Create();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException or CryptographicException)
        {
            await Console.Error.WriteLineAsync($"{keyFile.Name}: {e.Message}");
            return 2;
        }

        try
        {
            await using var package = file.OpenRead();
            var (label, cover, content) = await SealedPackage.OpenAsync(package, key, cancel);
            var opened = Path.Combine(into.FullName, SafeName(cover.FileName));
            await using (content)
            {
                await WholeFile.WriteAsync(opened, overwrite: false, target => content.CopyToAsync(target, cancel));
            }

            await Console.Out.WriteLineAsync($"""
                {opened}
                from       {label.Practice}, disclosure {label.Disclosure}, {label.Prepared:yyyy-MM-dd HH:mm}Z
                to         {cover.Recipient}
                what       {cover.Description} ({cover.RecordClass}, {cover.ContentType})
                why        {cover.Purpose}
                {cover.Notice}
                """);
            return 0;
        }
        catch (EnvelopeException e)
        {
            await Console.Error.WriteLineAsync($"{file.Name} does not open ({e.Fault}): {e.Message} Nothing was written.");
            return 1;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            await Console.Error.WriteLineAsync($"{e.Message} Nothing was written.");
            return 2;
        }
    }

    /// <summary>A name that somebody else chose: no folder, no control character, nothing hidden.</summary>
    internal static string SafeName(string name)
    {
        var plain = string.Concat(name.Split('/', '\\')[^1].Where(c => !char.IsControl(c) && !Path.GetInvalidFileNameChars().Contains(c) && c != ':'))
            .TrimStart('.', ' ').TrimEnd('.', ' ');
        return Encoding.UTF8.GetByteCount(plain) is 0 or > 200 ? "record" : plain;
    }
}

using System.CommandLine;
using System.Text.Json;
using RecordsGuard.Envelopes;

namespace RecordsGuard.Cli;

/// <summary>
/// <c>recordsguard export</c>: one record as it is stored, with its key slip and the instructions to open it without
/// RecordsGuard (docs/formats/sealed-record.md §8). Nothing is opened on the way. Exit code 0 if the folder is whole.
/// </summary>
internal static class ExportCommand
{
    public static Command Create()
    {
        var practice = Id("--practice");
        var client = Id("--client");
        var record = Id("--record");
        var folder = new Argument<DirectoryInfo>("OUT-DIR") { Description = "A folder that is not there yet, or is empty." };
        var command = new Command("export", "Takes one sealed record away, with all that opens it but the vault's key.")
        {
            practice, client, record, Service.Url, Service.Token, folder,
        };
        command.SetAction(async (parsed, cancel) =>
        {
            string Part(Option<string> option) => Uri.EscapeDataString(parsed.GetValue(option)!);
            try
            {
                using var service = Service.Open(parsed);
                return await RunAsync(
                    service, $"/api/practices/{Part(practice)}/clients/{Part(client)}/records/{Part(record)}/export",
                    parsed.GetValue(folder)!, cancel);
            }
            catch (Exception e) when (e is ServiceException or IOException or UnauthorizedAccessException or HttpRequestException or EnvelopeException)
            {
                await Console.Error.WriteLineAsync($"{e.Message} The record was not exported.");
                return 1;
            }
        });
        return command;
    }

    private static async Task<int> RunAsync(Service service, string path, DirectoryInfo folder, CancellationToken cancel)
    {
        if (folder.Exists && folder.EnumerateFileSystemInfos().Any())
        {
            throw new IOException($"{folder.FullName} is not empty.");
        }

        folder.Create();
        var manifest = await service.JsonAsync(HttpMethod.Get, path, cancel);
        var export = JsonSerializer.Deserialize(manifest, CliJson.Default.Export) ?? throw new IOException("The app's answer is empty.");
        await CopyAsync(service, $"{path}/content", In("record.floe"), export.SealedLength, cancel);
        await File.WriteAllTextAsync(In("record.json"), JsonSerializer.Serialize(export, CliJson.Plain.Export), cancel);

        // Last: a folder with instructions is whole.
        await File.WriteAllTextAsync(In("OPEN.md"), Instructions.Of(export), cancel);
        await Console.Out.WriteLineAsync($"{folder.FullName}: record.floe ({export.SealedLength} bytes), record.json, OPEN.md.");
        return 0;

        string In(string name) => Path.Combine(folder.FullName, name);
    }

    private static async Task CopyAsync(Service service, string path, string file, long length, CancellationToken cancel)
    {
        using var answer = await service.SendAsync(HttpMethod.Get, path, cancel);
        await WholeFile.WriteAsync(file, overwrite: false, async target =>
        {
            await answer.Content.CopyToAsync(target, cancel);
            target.Position = 0;
            var found = await FloeInspection.OfAsync(target, cancel);
            if (found.Problem is not null || found.SealedLength != length)
            {
                throw new IOException($"What arrived is not the whole record. {found.Problem}");
            }
        });
    }

    private static Option<string> Id(string name) => new(name) { Description = "Its id.", Required = true, HelpName = "id" };
}

/// <summary>What opens a sealed record: docs/formats/sealed-record.md §8, in its order.</summary>
internal sealed record Export(
    string Format, string Practice, string Client, string Record, long ContentVersion, string RecordClass, DateTimeOffset Created,
    long SealedLength, string AssociatedData, string Slip, string Key, string Descriptor, string ClientIndexKey, string PracticeIndexKey);

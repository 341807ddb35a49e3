using System.CommandLine;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Hosting;
using RecordsGuard.Audit.Tree;
using RecordsGuard.Audit.Witnessing;
using RecordsGuard.Azure;

namespace RecordsGuard.Cli;

/// <summary>
/// <c>recordsguard audit witness</c>: a witness for a practice's lawyer or second office. It needs an address that the
/// log reaches, a key of its own and a folder that it never loses; it sees sizes and hashes, and nothing else of the log.
/// </summary>
internal static class AuditWitnessCommand
{
    public static Command Create()
    {
        var listen = new Option<string>("--listen") { Description = "Such as http://0.0.0.0:8443; put TLS before it.", HelpName = "url", Required = true };
        var key = new Option<FileInfo>("--key") { Description = "The witness's private key; made with --name if it is not there.", HelpName = "file", Required = true };
        var name = new Option<string>("--name") { Description = "The key's name, to make one: a name you own, such as lawyer.example/witness.", HelpName = "name" };
        var state = new Option<DirectoryInfo>("--state") { Description = "Where it remembers what it saw. Never delete it.", HelpName = "dir", Required = true };
        var logs = new Option<VerifierKey[]>("--logs")
        {
            Description = "File with the verifier keys of the logs to watch, one a line.",
            HelpName = "file",
            Required = true,
            CustomParser = r => AuditCommand.FromFile(r, text => text.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
                .Select(VerifierKey.Parse).ToArray()),
        };
        var command = new Command("witness", "Vouches that a log only grows: add-checkpoint of C2SP tlog-witness, over HTTP.")
        {
            listen, key, name, state, logs,
        };
        command.Runs(async (parsed, cancel) =>
        {
            if (await KeyAsync(parsed.GetValue(key)!, parsed.GetValue(name), cancel) is not { } cosigner)
            {
                return AuditCommand.Usage;
            }

            using var witness = new Witness(
                cosigner, parsed.GetValue(logs)!, new(parsed.GetValue(state)!.FullName), AzureAdapters.Ed25519, TimeProvider.System);
            await ServeAsync(witness, cosigner, parsed.GetValue(listen)!, cancel);
            return AuditCommand.Whole;
        });
        return command;
    }

    private static async Task ServeAsync(Witness witness, CosignerKey key, string listen, CancellationToken cancel)
    {
        var builder = WebApplication.CreateEmptyBuilder(new());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(k => k.Limits.MaxRequestBodySize = CosignRequest.MaxBytes);
        await using var app = builder.Build();
        app.Urls.Add(listen);
        app.Run(http => AnswerAsync(http, witness));
        await app.StartAsync(cancel);
        await Console.Out.WriteLineAsync($"{key.Public}\nListening on {string.Join(", ", app.Urls)}.");
        await app.WaitForShutdownAsync(cancel);
    }

    private static async Task AnswerAsync(HttpContext http, Witness witness)
    {
        var path = http.Request.Path.Value!.Trim('/').Split('/');
        if (http.Request.Method == "POST" && path is [.., "add-checkpoint"])
        {
            using var body = new MemoryStream();
            await http.Request.Body.CopyToAsync(body, http.RequestAborted);
            var answer = await witness.AddAsync(body.ToArray(), http.RequestAborted);
            (http.Response.StatusCode, http.Response.ContentType) = (answer.Status, answer.ContentType);
            await http.Response.Body.WriteAsync(Encoding.UTF8.GetBytes(answer.Body), http.RequestAborted);
        }
        else if (http.Request.Method == "GET" && path is [.., var origin, "checkpoint"]
            && await witness.LatestAsync(origin, http.RequestAborted) is { } latest)
        {
            http.Response.ContentType = CosignAnswer.TextType;
            await http.Response.Body.WriteAsync(latest, http.RequestAborted);
        }
        else
        {
            http.Response.StatusCode = StatusCodes.Status404NotFound;
        }
    }

    /// <summary>Null, and it was said why, if there is no key and none was asked for.</summary>
    private static async Task<CosignerKey?> KeyAsync(FileInfo file, string? name, CancellationToken cancel)
    {
        try
        {
            if (file.Exists)
            {
                return CosignerKey.Parse(await File.ReadAllTextAsync(file.FullName, cancel), AzureAdapters.Ed25519);
            }

            if (name is not null)
            {
                var made = CosignerKey.New(name, AzureAdapters.Ed25519);
                var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
                if (!OperatingSystem.IsWindows())
                {
                    options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
                }

                await using var writer = new StreamWriter(file.FullName, options);
                await writer.WriteLineAsync(made.ToLine().AsMemory(), cancel);
                return made;
            }

            await Console.Error.WriteLineAsync($"There is no {file.FullName}. --name makes one.");
        }
        catch (FormatException e)
        {
            await Console.Error.WriteLineAsync($"{file.FullName}: {e.Message}");
        }

        return null;
    }
}

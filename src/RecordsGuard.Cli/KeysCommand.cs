using System.CommandLine;
using System.Globalization;
using Spectre.Console;

namespace RecordsGuard.Cli;

/// <summary>
/// <c>recordsguard keys rotate</c>: asks the app to rotate a practice's keys and shows how far it is. The app does the
/// work; whoever stops watching stops nothing. Exit codes: 0 done; 1 refused or failed; 2 done, but there are key slips
/// that do not open; 3 under way, and nobody watches any more.
/// </summary>
internal static class KeysCommand
{
    private const int Failed = 1;
    private const int SomeBroken = 2;
    private const int Unwatched = 3;
    public static Command Create()
    {
        var practice = new Option<string>("--practice") { Description = "Whose keys.", Required = true, HelpName = "id" };
        var noWait = new Option<bool>("--no-wait") { Description = "Ask for it and return at once." };
        var rotate = new Command("rotate", "Makes new versions of a practice's keys, re-wraps every key slip, disables the old ones.")
        {
            practice, Service.Url, Service.Token, noWait,
        };
        rotate.SetAction(async (parsed, cancel) =>
        {
            try
            {
                using var service = Service.Open(parsed);
                var path = $"/api/practices/{Uri.EscapeDataString(parsed.GetValue(practice)!)}/keys";
                var begun = await service.JsonAsync(HttpMethod.Post, $"{path}/rotate", CliJson.Default.Rotation, cancel);
                if (parsed.GetValue(noWait))
                {
                    await Console.Out.WriteLineAsync($"The rotation is {begun.State}. GET {path}/rotation tells how far it is.");
                    return 0;
                }

                return await WatchAsync(service, $"{path}/rotation", begun, cancel);
            }
            catch (ServiceException e)
            {
                await Console.Error.WriteLineAsync(e.Message);
                return Failed;
            }
        });
        return new("keys", "The practices' keys in the vault.") { rotate };
    }

    private static async Task<int> WatchAsync(Service service, string path, Rotation rotation, CancellationToken cancel)
    {
        try
        {
            await AnsiConsole.Progress()
                .Columns(new TaskDescriptionColumn { Alignment = Justify.Left }, new ProgressBarColumn(), new PercentageColumn(), new ElapsedTimeColumn())
                .StartAsync(async context =>
                {
                    var bar = context.AddTask("requested", maxValue: 1);
                    for (; rotation.State != "in-use"; rotation = await service.AgainAsync(path, CliJson.Default.Rotation, cancel))
                    {
                        bar.Description = Words(rotation);
                        bar.MaxValue = Math.Max(1, Math.Max(rotation.Total ?? 0, rotation.Rewrapped ?? 0));
                        bar.Value = rotation.State == "requested" ? 0 : rotation.Total == 0 ? 1 : rotation.Rewrapped ?? 0;
                    }

                    (bar.Description, bar.Value) = ("done", bar.MaxValue);
                });
        }
        catch (OperationCanceledException)
        {
            await Console.Error.WriteLineAsync("The rotation goes on without you. The same command shows it again.");
            return Unwatched;
        }
        catch (ServiceException e)
        {
            await Console.Error.WriteLineAsync($"{e.Message} The rotation goes on; the same command shows it again.");
            return Unwatched;
        }

        await Console.Out.WriteLineAsync(string.Create(CultureInfo.InvariantCulture,
            $"Rotated: {rotation.Rewrapped ?? 0} key slips re-wrapped; content key {rotation.ContentVersion}, index key {rotation.IndexVersion}; older versions are disabled."));
        if (rotation.Broken is > 0)
        {
            await Console.Error.WriteLineAsync($"{rotation.Broken} key slips do not open and were left as they are. Security staff have an alert for each.");
            return SomeBroken;
        }

        return 0;
    }

    private static string Words(Rotation rotation) => rotation.State switch
    {
        "settling" when rotation.Next is { } next =>
            $"settling until {next.ToLocalTime().ToString("HH:mm", CultureInfo.InvariantCulture)}: uploads and readings let go of the old versions",
        "rewrapping" => string.Create(CultureInfo.InvariantCulture, $"re-wrapping {rotation.Rewrapped ?? 0} of {rotation.Total ?? 0}"),
        _ => rotation.State,
    };
}

/// <summary>What the app answers about a rotation.</summary>
internal sealed record Rotation(
    string State, string ContentVersion, string IndexVersion, int? Total, int? Rewrapped, int? Broken, DateTimeOffset? Next);

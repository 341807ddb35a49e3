using System.CommandLine;
using System.Globalization;
using System.Text.Json.Serialization;

namespace RecordsGuard.Cli;

/// <summary>
/// <c>recordsguard backup list|restore|status|confirm</c>: which nights a practice can be put back from, and putting it back
/// (docs/runbooks/restore.md). The app does the work; whoever stops watching stops nothing. Exit codes: 0 done; 1 refused or
/// failed; 2 rows are back, and there is something to see to; 3 under way, and nobody watches any more.
/// </summary>
internal static class BackupCommand
{
    private const int Failed = 1;
    private const int ToSeeTo = 2;
    private const int Unwatched = 3;

    private static readonly Option<string> Practice = new("--practice") { Description = "Whose rows.", Required = true, HelpName = "id" };
    private static readonly Option<string> Reason = new("--reason") { Description = "Why, in a sentence.", Required = true, HelpName = "text" };

    public static Command Create()
    {
        var night = new Option<string>("--night") { Description = "One that the list shows.", Required = true, HelpName = "yyyy-MM-dd" };
        var count = new Option<int>("--count") { Description = "How many lines of the report you have seen to.", Required = true, HelpName = "n" };
        return new("backup", "Backups of a practice's rows, and their restore.")
        {
            Of("list", "The nights that there are backups of, the newest first.", [], ListAsync),
            Of("restore", "Puts rows back that are not there. From now on nothing is destroyed until somebody confirms.", [night, Reason], (service, path, parsed, cancel) =>
                WatchAsync(service, path, $"{path}/restore", new() { Night = parsed.GetValue(night), Reason = parsed.GetValue(Reason) }, "restoring", parsed, cancel)),
            Of("status", "How far a restore is, and what somebody has to see to.", [], async (service, path, parsed, cancel) =>
                await PrintAsync(await service.JsonAsync(HttpMethod.Get, $"{path}/restore", BackupCliJson.Default.Restore, cancel), parsed)),
            Of("confirm", "Says that all of the report was seen to; then the practice goes on as before.", [count, Reason], (service, path, parsed, cancel) =>
                WatchAsync(service, path, $"{path}/restore/confirm", new() { Count = parsed.GetValue(count), Reason = parsed.GetValue(Reason) }, "settling", parsed, cancel)),
        };
    }

    private static Command Of(
        string name, string description, Option[] options, Func<Service, string, ParseResult, CancellationToken, Task<int>> run)
    {
        var command = new Command(name, description) { Practice, Service.Url, Service.Token };
        foreach (var option in options)
        {
            command.Add(option);
        }

        command.SetAction(async (parsed, cancel) =>
        {
            try
            {
                using var service = Service.Open(parsed);
                return await run(service, $"/api/practices/{Uri.EscapeDataString(parsed.GetValue(Practice)!)}", parsed, cancel);
            }
            catch (ServiceException e)
            {
                await Console.Error.WriteLineAsync(e.Message);
                return Failed;
            }
        });
        return command;
    }

    private static async Task<int> ListAsync(Service service, string path, ParseResult parsed, CancellationToken cancel)
    {
        var nights = (await service.JsonAsync(HttpMethod.Get, $"{path}/backups", BackupCliJson.Default.BackupNights, cancel)).Nights;
        foreach (var night in nights)
        {
            await Console.Out.WriteLineAsync(night);
        }

        if (nights.Count == 0)
        {
            await Console.Error.WriteLineAsync("There is no backup. Records still have their uploads' own, for the days that the slips account keeps them.");
            return Failed;
        }

        return 0;
    }

    private static async Task<int> WatchAsync(
        Service service, string path, string ask, RestoreOrder order, string under, ParseResult parsed, CancellationToken cancel)
    {
        using var body = Service.Json(order, BackupCliJson.Default.RestoreOrder);
        var restore = await service.JsonAsync(HttpMethod.Post, ask, BackupCliJson.Default.Restore, cancel, body);
        try
        {
            while (restore.State == under)
            {
                restore = await service.AgainAsync($"{path}/restore", BackupCliJson.Default.Restore, cancel);
            }
        }
        catch (OperationCanceledException)
        {
            await Console.Error.WriteLineAsync("It goes on without you. `recordsguard backup status` shows how far it is.");
            return Unwatched;
        }
        catch (ServiceException e)
        {
            await Console.Error.WriteLineAsync($"{e.Message} The restore goes on; `recordsguard backup status` shows how far it is.");
            return Unwatched;
        }

        return await PrintAsync(restore, parsed);
    }

    private static async Task<int> PrintAsync(Restore restore, ParseResult parsed)
    {
        var confirm = string.Create(
            CultureInfo.InvariantCulture,
            $"recordsguard backup confirm --practice {parsed.GetValue(Practice)} --count {restore.ToConfirm ?? 0} --reason \"…\"");
        await Console.Out.WriteLineAsync(restore.State switch
        {
            "restoring" => $"Rows of {restore.Night} are being put back. Nothing of the practice is destroyed until somebody confirms.",
            "to-confirm" => string.Create(CultureInfo.InvariantCulture, $"Back from {restore.Night}: {restore.Rows ?? 0} rows stand as they should. Nothing is destroyed until somebody confirms."),
            "settling" => "Confirmed. Every chart is looked at once more; then the practice goes on as before.",
            _ => $"Done: the restore of {restore.Night} is over.",
        });
        foreach (var line in restore.Report)
        {
            await Console.Out.WriteLineAsync(string.Create(
                CultureInfo.InvariantCulture, $"  {line.What,-12} {line.Row}{(line.At is { } at ? $"  ({line.Operation}, {at:yyyy-MM-dd HH:mm}Z, by {line.By})" : "")}"));
        }

        if (restore.State != "to-confirm")
        {
            return restore.State is "done" or "settling" ? 0 : Unwatched;
        }

        await Console.Out.WriteLineAsync(restore.ToConfirm > 0
            ? $"{restore.ToConfirm} line(s) to see to; docs/runbooks/restore.md says how. Then: {confirm}"
            : $"Nothing to see to. Verify the rows against the log, then: {confirm}");
        return restore.ToConfirm > 0 ? ToSeeTo : 0;
    }
}

internal sealed record BackupNights(IReadOnlyList<string> Nights);

internal sealed record RestoreOrder
{
    public string? Night { get; init; }

    public int? Count { get; init; }

    public string? Reason { get; init; }
}

/// <summary>What the app answers about a restore.</summary>
internal sealed record Restore(string State, string Night, int? Rows, int? ToConfirm, IReadOnlyList<RestoreLine> Report);

internal sealed record RestoreLine(string Row, string What, DateTimeOffset? At, string By, string Operation);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(BackupNights))]
[JsonSerializable(typeof(RestoreOrder))]
[JsonSerializable(typeof(Restore))]
internal sealed partial class BackupCliJson : JsonSerializerContext;

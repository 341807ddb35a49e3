using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using RecordsGuard.Envelopes;

namespace RecordsGuard.Cli;

/// <summary>
/// <c>recordsguard envelope inspect FILE</c>: what a sealed file says without its key. Exit code 0 if its lengths agree,
/// 1 if not.
/// </summary>
internal static class InspectCommand
{
    public static Command Create()
    {
        var file = new Argument<FileInfo>("FILE").AcceptExistingOnly();
        var json = new Option<bool>("--json") { Description = "For programs." };
        var command = new Command("inspect", "Shows what a sealed file says without its key, and whether it was cut.") { file, json };
        command.SetAction((parsed, cancel) => RunAsync(parsed.GetValue(file)!, parsed.GetValue(json), cancel));
        return command;
    }

    private static async Task<int> RunAsync(FileInfo file, bool json, CancellationToken cancel)
    {
        try
        {
            await using var content = file.OpenRead();
            var found = await FloeInspection.OfAsync(content, cancel);
            await Console.Out.WriteLineAsync(json
                ? JsonSerializer.Serialize(Inspection.Of(file.Name, found), CliJson.Plain.Inspection)
                : Words(file.Name, found));
            return found.Fault is null ? 0 : 1;
        }
        catch (EnvelopeException e)
        {
            await (json
                ? Console.Out.WriteLineAsync(JsonSerializer.Serialize(
                    new Inspection(file.Name, false, e.Fault.ToString(), e.Message, file.Length), CliJson.Plain.Inspection))
                : Console.Error.WriteLineAsync($"{file.Name} is no sealed content ({e.Fault}): {e.Message}"));
            return 1;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            await Console.Error.WriteLineAsync(e.Message);
            return 1;
        }
    }

    private static string Words(string name, FloeInspection found) => string.Create(CultureInfo.InvariantCulture, $"""
        {name}: {(found.Problem is { } problem ? $"NOT WHOLE ({found.Fault}). {problem}" : "sealed content, and its lengths agree")}

          algorithm       FLOE, AES-256-GCM, HKDF-Expand-SHA-384
          segment length  {found.SegmentLength:N0} bytes{(found.SegmentLength == RawFloe.RecordSegmentLength ? ", as records have" : ", NOT what records have")}
          segments        {found.Segments:N0}{(found.FinalLength is { } final ? $", the final one of {final:N0} bytes" : ", none of them final")}
          file            {found.SealedLength:N0} bytes
          plaintext       {(found.PlaintextLength is { } length ? $"{length:N0} bytes" : "unknown: the file is not whole")}
          IV              {Convert.ToHexStringLower(found.Iv.Span)}
          header tag      {Convert.ToHexStringLower(found.HeaderTag.Span)}

        Not to be known without the key: whether any byte was changed, whether whole segments were taken out of the
        middle, which record this is and of whom, its name and type. `recordsguard envelope open` answers all but the last.
        """);
}

/// <param name="Consistent">Header known, every segment where it must be, nothing after the final one. Authenticates nothing.</param>
internal sealed record Inspection(
    string File, bool Consistent, string? Fault, string? Problem, long SealedLength, string? Algorithm = null, int? SegmentLength = null,
    long? Segments = null, int? FinalLength = null, long? PlaintextLength = null, bool? AsRecordsAre = null, string? Iv = null, string? HeaderTag = null)
{
    public static Inspection Of(string file, FloeInspection found) => new(
        file, found.Fault is null, found.Fault?.ToString(), found.Problem, found.SealedLength, "FLOE AES-256-GCM HKDF-SHA-384",
        found.SegmentLength, found.Segments, found.FinalLength, found.PlaintextLength, found.IsAsRecordsAre,
        Convert.ToHexStringLower(found.Iv.Span), Convert.ToHexStringLower(found.HeaderTag.Span));
}

using System.CommandLine;
using System.CommandLine.Parsing;
using RecordsGuard.Envelopes;

namespace RecordsGuard.Cli;

/// <summary>
/// <c>recordsguard envelope seal|open|inspect</c>: raw FLOE, offline, for cross-checks with other implementations. The target
/// appears only when it is whole: a cut or changed source leaves none.
/// </summary>
internal static class EnvelopeCommand
{
    public static Command Create() => new("envelope", "Raw FLOE, offline: seal and open files with a key of your own, inspect them without.")
    {
        Transform("seal", "Seals IN to OUT.", (source, key, aad, segment, _) => Task.FromResult(RawFloe.Seal(source, key, aad.Span, segment))),
        Transform("open", "Opens IN to OUT, or says why it does not open and writes nothing.", (source, key, aad, segment, cancel) =>
            RawFloe.OpenAsync(source, key, aad, cancel, segment)),
        InspectCommand.Create(),
    };

    private static Command Transform(
        string name, string description, Func<Stream, DataKey, ReadOnlyMemory<byte>, int, CancellationToken, Task<Stream>> transform)
    {
        var key = new Option<byte[]>("--key")
        {
            Description = "64 hex digits.",
            Required = true,
            HelpName = "hex",
            CustomParser = r => Hex(r, DataKey.Length),
        };
        var aad = new Option<byte[]>("--aad") { Description = "Associated data, in hex.", HelpName = "hex", CustomParser = r => Hex(r, null) };
        var segment = new Option<int>("--segment")
        {
            Description = "Bytes of a sealed segment.",
            DefaultValueFactory = _ => RawFloe.RecordSegmentLength,
            HelpName = "bytes",
        };
        segment.Validators.Add(r =>
        {
            if (r.GetValueOrDefault<int>() is < 33 or > 256 * 1024 * 1024)
            {
                r.AddError("--segment takes 33 to 268435456 bytes.");
            }
        });
        var input = new Argument<FileInfo>("IN").AcceptExistingOnly();
        var output = new Argument<FileInfo>("OUT");
        var command = new Command(name, description) { key, aad, segment, input, output };
        command.SetAction((parsed, cancel) => RunAsync(
            parsed.GetValue(input)!, parsed.GetValue(output)!,
            async source =>
            {
                using var dataKey = DataKey.From(parsed.GetValue(key)!);
                return await transform(source, dataKey, parsed.GetValue(aad) ?? [], parsed.GetValue(segment), cancel);
            },
            cancel));
        return command;
    }

    private static async Task<int> RunAsync(FileInfo input, FileInfo output, Func<Stream, Task<Stream>> transform, CancellationToken cancel)
    {
        try
        {
            await using var source = input.OpenRead();
            await WholeFile.WriteAsync(output.FullName, overwrite: true, async target =>
            {
                await using var result = await transform(source);
                await result.CopyToAsync(target, cancel);
            });
            return 0;
        }
        catch (EnvelopeException e)
        {
            await Console.Error.WriteLineAsync($"{input.Name} does not open ({e.Fault}): {e.Message} Nothing was written.");
            return 1;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            await Console.Error.WriteLineAsync($"{e.Message} Nothing was written.");
            return 1;
        }
    }

    private static byte[]? Hex(ArgumentResult result, int? length)
    {
        var text = result.Tokens.Count == 1 ? result.Tokens[0].Value : "";
        try
        {
            var bytes = Convert.FromHexString(text);
            if (length is null || bytes.Length == length)
            {
                return bytes;
            }

            result.AddError($"--key takes {length * 2} hex digits, not {text.Length}.");
        }
        catch (FormatException)
        {
            result.AddError("Only hex digits go there.");
        }

        return null;
    }
}

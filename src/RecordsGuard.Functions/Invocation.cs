using System.Text;
using System.Text.Json;

namespace RecordsGuard.Functions;

/// <summary>
/// The JSON protocol of the Functions host: what it posts for a trigger and what it wants to hear.
/// <c>{"Data":{"&lt;binding&gt;":…},"Metadata":{…}}</c> in, <see cref="Success"/> out.
/// </summary>
internal static class Invocation
{
    /// <summary>A body must be there: an empty 200, a 204 or <c>null</c> hangs the invocation until functionTimeout kills the app.</summary>
    public const string Success = """{"Outputs":{},"Logs":[],"ReturnValue":null}""";

    /// <summary>A queue message is 64 KiB at most; twice encoded and with metadata it stays far below this.</summary>
    public const int MaxBytes = 1 << 20;

    /// <summary>The text of a queue message.</summary>
    /// <exception cref="JsonException">The body is not the protocol's.</exception>
    public static string QueueMessage(ReadOnlyMemory<byte> body, bool binary)
    {
        try
        {
            using var json = JsonDocument.Parse(body);
            var data = json.RootElement.GetProperty("Data").EnumerateObject().Single().Value;
            return data.ValueKind switch
            {
                JsonValueKind.String when binary => new UTF8Encoding(false, true).GetString(data.GetBytesFromBase64()),
                JsonValueKind.String => DecodedTwice(data.GetString()!),
                _ => data.GetRawText(),
            };
        }
        catch (Exception e) when (e is InvalidOperationException or KeyNotFoundException or FormatException or ArgumentException)
        {
            throw new JsonException("The invocation is not in the host's JSON protocol.", e);
        }
    }

    // The host encodes text as JSON and then once more as a member of Data; a host that encodes once sends it plain.
    private static string DecodedTwice(string text)
    {
        if (text is not ['"', .., '"'])
        {
            return text;
        }

        try
        {
            return JsonSerializer.Deserialize(text, InvocationJson.Default.String) ?? text;
        }
        catch (JsonException)
        {
            return text;
        }
    }
}

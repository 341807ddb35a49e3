using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace RecordsGuard.Local.Host;

/// <summary>A queue message in the JSON protocol: text is encoded as JSON and once more as a member of Data.</summary>
internal static class QueueMessageJson
{
    private static readonly JsonSerializerOptions Plain = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>The message's bytes; null if it is not in the encoding that host.json promises.</summary>
    public static byte[]? Bytes(string text, bool base64)
    {
        if (!base64)
        {
            return Encoding.UTF8.GetBytes(text);
        }

        try
        {
            return Convert.FromBase64String(text);
        }
        catch (FormatException)
        {
            return null;
        }
    }

    public static JsonNode Data(byte[] message, bool binary) =>
        JsonValue.Create(binary ? Convert.ToBase64String(message) : Quoted(Encoding.UTF8.GetString(message)));

    public static JsonObject Metadata(QueueItem item, byte[] message) => new()
    {
        ["DequeueCount"] = item.DequeueCount.ToString(CultureInfo.InvariantCulture),
        ["ExpirationTime"] = Quoted(Text(item.Expires)),
        ["Id"] = Quoted(item.Id),
        ["InsertionTime"] = Quoted(Text(item.Inserted)),
        ["NextVisibleTime"] = Quoted(Text(item.NextVisible)),
        ["PopReceipt"] = Quoted(item.Receipt),
        ["QueueTrigger"] = Quoted(Encoding.UTF8.GetString(message)),
    };

    private static string Quoted(string text) => JsonSerializer.Serialize(text, Plain);

    private static string Text(DateTimeOffset moment) => moment.ToString("O", CultureInfo.InvariantCulture);
}

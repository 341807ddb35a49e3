using System.Text.Json;

namespace RecordsGuard.Retention.Intake;

/// <summary>
/// A message of the queue <c>inbox</c>: an event <c>Microsoft.Storage.BlobCreated</c> as Event Grid sends it, of which
/// only <c>subject</c> is read, or one of our own with nothing else in it. A hint to look at that file.
/// </summary>
public static class InboxMessage
{
    public const string Subjects = "/blobServices/default/containers/inbox/blobs/";

    public static string Of(string name) =>
        $$"""{"subject":"{{JsonEncodedText.Encode($"{Subjects}{name}")}}"}""";

    /// <summary>The file's name, or null if this is no such message.</summary>
    public static string? NameIn(string text)
    {
        try
        {
            using var json = JsonDocument.Parse(text);
            var subject = json.RootElement.GetProperty("subject").GetString();
            return subject is not null && subject.Length > Subjects.Length && subject.StartsWith(Subjects, StringComparison.Ordinal)
                ? subject[Subjects.Length..]
                : null;
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or InvalidOperationException)
        {
            return null;
        }
    }
}

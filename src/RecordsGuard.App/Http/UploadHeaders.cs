using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;
using RecordsGuard.Records;

namespace RecordsGuard.App.Http;

/// <summary>What the headers of an upload say, checked.</summary>
internal sealed record UploadHeaders(RecordClass Class, string ContentType, string FileName, string? IdempotencyKey)
{
    public const int MaxFileName = 255;
    public const string ClassHeader = "Record-Class";

    private const int MaxKey = 128;

    /// <summary>The headers, or what is wrong with them and what to send instead.</summary>
    public static (UploadHeaders? Headers, IResult? Complaint) Read(HttpRequest request)
    {
        if (!RecordClass.TryParse(request.Headers[ClassHeader], out var recordClass))
        {
            return Bad("record-class", $"The header Record-Class must be one of: {string.Join(", ", RecordClass.All)}.");
        }

        if (!MediaTypeHeaderValue.TryParse(request.ContentType, out var type)
            || type.MediaType.Value is not { Length: > 0 and <= 100 } mediaType)
        {
            return (null, Problem.Of(
                415, "content-type", "What kind of file is this?",
                "Say it in the header Content-Type, such as application/pdf; application/octet-stream if it is none you know."));
        }

        var (name, wrongName) = FileNameOf(request);
        if (wrongName is not null)
        {
            return Bad("file-name", wrongName);
        }

        var key = request.Headers["Idempotency-Key"].ToString();
        return key.Length > MaxKey || key.Any(c => c is <= ' ' or > '~')
            ? Bad("idempotency-key", $"Idempotency-Key must be at most {MaxKey} visible ASCII characters, such as a UUID.")
            : (new(recordClass, mediaType.ToLowerInvariant(), name!, key.Length == 0 ? null : key), null);
    }

    private static (string? Name, string? Complaint) FileNameOf(HttpRequest request)
    {
        if (request.Headers.ContentDisposition is not [{ } header])
        {
            return ("record", null);
        }

        if (!ContentDispositionHeaderValue.TryParse(header, out var disposition))
        {
            return (null, "Content-Disposition must read like: attachment; filename=\"notes.pdf\" (or filename*=UTF-8''… for other scripts).");
        }

        var name = disposition.FileNameStar.Value ?? HeaderUtilities.RemoveQuotes(disposition.FileName).Value ?? "record";
        if (name.Length is 0 or > MaxFileName)
        {
            return (null, $"The file name has {name.Length} characters; 1 to {MaxFileName} fit. Shorten it and send the record again.");
        }

        return name.Any(c => char.IsControl(c) || c is '/' or '\\') || name is "." or ".."
            ? (null, "The file name is a path or holds control characters. Send the bare name.")
            : (name, null);
    }

    private static (UploadHeaders?, IResult) Bad(string type, string detail) => (null, Problem.BadRequest(type, detail));
}

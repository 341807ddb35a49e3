using System.Text.Json;

namespace RecordsGuard.Tests.Attacks;

/// <summary>What a caller got of a record, and what they can tell of it without knowing the record.</summary>
/// <param name="IsWhole">A success that brought as many bytes as it had promised, and ended in order.</param>
internal sealed record Reading(int Status, long Offset, byte[] Body, bool IsWhole, string? Problem)
{
    public static async Task<Reading> OfAsync(HttpResponseMessage answer)
    {
        using var _ = answer;
        using var body = new MemoryStream();
        var orderly = true;
        try
        {
            await answer.Content.CopyToAsync(body);
        }
        catch (HttpRequestException)
        {
            orderly = false;
        }

        var status = (int)answer.StatusCode;
        var bytes = body.ToArray();
        return new(
            status, answer.Content.Headers.ContentRange?.From ?? 0, bytes,
            orderly && status is 200 or 206 && answer.Content.Headers.ContentLength == bytes.Length,
            status >= 400 ? TypeOf(bytes) : null);
    }

    private static string? TypeOf(byte[] problem)
    {
        using var json = JsonDocument.Parse(problem);
        return json.RootElement.GetProperty("type").GetString()?.Split(':')[^1];
    }
}

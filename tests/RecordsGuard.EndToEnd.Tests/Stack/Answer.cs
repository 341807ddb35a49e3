using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;

namespace RecordsGuard.EndToEnd.Tests.Stack;

/// <summary>An answer, read whole.</summary>
internal sealed record Answer(int Status, HttpResponseHeaders Headers, HttpContentHeaders Content, byte[] Body)
{
    public string Text => Encoding.UTF8.GetString(Body);

    public JsonElement Json
    {
        get
        {
            using var json = JsonDocument.Parse(Body);
            return json.RootElement.Clone();
        }
    }

    public string Id => Json.GetProperty("id").GetString()!;

    public static async Task<Answer> ReadAsync(HttpResponseMessage response) =>
        new((int)response.StatusCode, response.Headers, response.Content.Headers, await response.Content.ReadAsByteArrayAsync());

    public Answer Is(int status)
    {
        Assert.True(Status == status, $"{Status} instead of {status}: {Text}");
        return this;
    }

    /// <summary>problem+json of this type that says what happened and what to do, and nothing of our insides.</summary>
    public Answer IsProblem(int status, string type)
    {
        Is(status);
        Assert.Equal("application/problem+json", Content.ContentType?.MediaType);
        Assert.Equal($"urn:recordsguard:problem:{type}", Json.GetProperty("type").GetString());
        Assert.Equal(status, Json.GetProperty("status").GetInt32());
        Assert.NotEmpty(Json.GetProperty("title").GetString()!);
        Assert.True(Json.GetProperty("detail").GetString()!.Length >= 20, "The detail does not say what to do.");
        Assert.DoesNotContain("Exception", Text, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", Text, StringComparison.Ordinal);
        return this;
    }

    /// <summary>The body but for the audit entry's id, which is another in every refusal.</summary>
    public string WithoutAudit() => Text.Replace(Json.GetProperty("audit").GetString()!, "AUDIT", StringComparison.Ordinal);
}

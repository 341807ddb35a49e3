using System.Net.Http.Headers;
using System.Text;

namespace RecordsGuard.EndToEnd.Tests.Stack;

/// <summary>Somebody with a token at the program's address; null: nobody.</summary>
internal sealed class SignedIn(HttpClient http, string? token)
{
    public string? Token => token;

    public Task<Answer> GetAsync(string path, params (string Name, string Value)[] headers) =>
        SendAsync(HttpMethod.Get, path, null, headers);

    public Task<Answer> PostAsync(string path, string json = "{}") => SendAsync(HttpMethod.Post, path, Json(json));

    public Task<Answer> PatchAsync(string path, string json) => SendAsync(HttpMethod.Patch, path, Json(json));

    public async Task<Answer> SendAsync(HttpMethod method, string path, HttpContent? content, params (string Name, string Value)[] headers)
    {
        using var response = await BeginAsync(method, path, content, headers);
        return await Answer.ReadAsync(response);
    }

    /// <summary>Returns with the headers; the body is still to come.</summary>
    public async Task<HttpResponseMessage> BeginAsync(
        HttpMethod method, string path, HttpContent? content, params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(method, path) { Content = content };
        if (token is not null)
        {
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        }

        foreach (var (name, value) in headers)
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }

        if (content is not null)
        {
            request.Headers.TransferEncodingChunked = content is UnknownLength;
        }

        return await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, TestContext.Current.CancellationToken);
    }

    private static StringContent Json(string json) => new(json, Encoding.UTF8, "application/json");
}

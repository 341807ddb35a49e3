using System.Net.Http.Headers;
using System.Text.Json;

namespace RecordsGuard.Benchmarks;

/// <summary>The program's users at one of its addresses: chunked uploads, whole downloads.</summary>
internal sealed class RecordsOverHttp(Uri address, string frontDesk, string clinician, string client) : IDisposable
{
    private readonly HttpClient http = new(new SocketsHttpHandler { UseProxy = false }) { BaseAddress = address, Timeout = Timeout.InfiniteTimeSpan };

    public static async Task<RecordsOverHttp> OpenAsync(Stack stack, Uri address, string client) =>
        new(address, await stack.TokenAsync("front-desk-1"), await stack.TokenAsync("clinician-1"), client);

    /// <returns>The record's id.</returns>
    public async Task<string> UploadAsync(Stream content)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, $"/api/practices/demo/clients/{client}/records")
        {
            Content = new StreamContent(content, 1 << 17),
        };
        request.Headers.Authorization = new("Bearer", frontDesk);
        request.Headers.TransferEncodingChunked = true;
        request.Headers.Add("Record-Class", "client-record");
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/octet-stream");
        using var answer = await http.SendAsync(request);
        answer.EnsureSuccessStatusCode();
        using var json = JsonDocument.Parse(await answer.Content.ReadAsStringAsync());
        return json.RootElement.GetProperty("id").GetString()!;
    }

    public async Task DownloadAsync(string record, Stream sink)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, $"/api/practices/demo/clients/{client}/records/{record}/content");
        request.Headers.Authorization = new("Bearer", clinician);
        request.Headers.Add("Purpose-Of-Use", "TREAT");
        using var answer = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        answer.EnsureSuccessStatusCode();
        await answer.Content.CopyToAsync(sink);
    }

    public void Dispose() => http.Dispose();
}

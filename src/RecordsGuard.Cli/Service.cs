using System.CommandLine;
using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;

namespace RecordsGuard.Cli;

/// <summary>The app did not do it; the message says why and what to do, in its own words.</summary>
internal sealed class ServiceException(HttpStatusCode? status, string message, Exception? inner = null) : Exception(message, inner)
{
    /// <summary>Null if there was no answer at all.</summary>
    public HttpStatusCode? Status { get; } = status;

    /// <summary>Asking again may help.</summary>
    public bool IsPassing => Status is null or >= HttpStatusCode.InternalServerError or HttpStatusCode.TooManyRequests;
}

/// <summary>The app at its address, with the caller's token. Also the two options that say so.</summary>
internal sealed class Service : IDisposable
{
    private readonly HttpClient http;

    private Service(HttpClient http) => this.http = http;

    public static Option<Uri> Url { get; } = new("--url")
    {
        Description = "Where the app is. Default: RECORDSGUARD_URL, or http://127.0.0.1:7071.",
        HelpName = "url",
        DefaultValueFactory = _ => new(Environment.GetEnvironmentVariable("RECORDSGUARD_URL") ?? "http://127.0.0.1:7071"),
    };

    /// <summary>A token on a command line shows in the list of processes: the variable does not.</summary>
    public static Option<string> Token { get; } = new("--token")
    {
        Description = "A token for the app. Default, and better: RECORDSGUARD_TOKEN.",
        HelpName = "jwt",
    };

    /// <summary>The caller's token, or an empty one. No default of the option's: --help prints those.</summary>
    public static string TokenOf(ParseResult parsed) =>
        parsed.GetValue(Token) ?? Environment.GetEnvironmentVariable("RECORDSGUARD_TOKEN") ?? "";

    /// <exception cref="ServiceException">No token, or an address that a token must not be sent to.</exception>
    public static Service Open(ParseResult parsed)
    {
        var token = TokenOf(parsed);
        return token.Length > 0
            ? At(parsed.GetValue(Url)!, token)
            : throw new ServiceException(null, "There is no token. Put one into RECORDSGUARD_TOKEN, or give --token.");
    }

    /// <param name="token">Empty for what anybody may read.</param>
    /// <exception cref="ServiceException">An address that a token must not be sent to.</exception>
    public static Service At(Uri url, string token)
    {
        if (!url.IsAbsoluteUri || (url.Scheme != Uri.UriSchemeHttps && !(url.Scheme == Uri.UriSchemeHttp && url.IsLoopback)))
        {
            throw new ServiceException(null, "The address must be https, or http on this machine: the token travels with every request.");
        }

        var http = new HttpClient { BaseAddress = url, Timeout = Timeout.InfiniteTimeSpan };
        http.DefaultRequestHeaders.Authorization = token.Length > 0 ? new AuthenticationHeaderValue("Bearer", token) : null;
        return new(http);
    }

    /// <summary>The answer's bytes, which must be JSON.</summary>
    /// <exception cref="ServiceException">Anything but success.</exception>
    public Task<byte[]> JsonAsync(HttpMethod method, string path, CancellationToken cancel) => JsonAsync(method, path, null, cancel);

    /// <param name="body">JSON, or null.</param>
    /// <inheritdoc cref="JsonAsync(HttpMethod, string, CancellationToken)"/>
    public async Task<byte[]> JsonAsync(HttpMethod method, string path, byte[]? body, CancellationToken cancel)
    {
        using var answer = await SendAsync(method, path, body, cancel);
        return await answer.Content.ReadAsByteArrayAsync(cancel);
    }

    /// <summary>Returns with the headers; the caller reads the body and disposes of it.</summary>
    /// <exception cref="ServiceException">Anything but success.</exception>
    public Task<HttpResponseMessage> SendAsync(HttpMethod method, string path, CancellationToken cancel) => SendAsync(method, path, null, cancel);

    private async Task<HttpResponseMessage> SendAsync(HttpMethod method, string path, byte[]? body, CancellationToken cancel)
    {
        using var request = new HttpRequestMessage(method, path);
        if (body is not null)
        {
            request.Content = new ByteArrayContent(body) { Headers = { ContentType = new("application/json") } };
        }

        HttpResponseMessage answer;
        try
        {
            answer = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancel);
        }
        catch (HttpRequestException e)
        {
            throw new ServiceException(null, $"{http.BaseAddress} does not answer: {e.Message}", e);
        }

        if (answer.IsSuccessStatusCode)
        {
            return answer;
        }

        using (answer)
        {
            throw new ServiceException(answer.StatusCode, Words(answer.StatusCode, await answer.Content.ReadAsStringAsync(cancel)));
        }
    }

    public void Dispose() => http.Dispose();

    private static string Words(HttpStatusCode status, string body)
    {
        try
        {
            using var json = JsonDocument.Parse(body);
            return $"{json.RootElement.GetProperty("title").GetString()} ({(int)status}). {json.RootElement.GetProperty("detail").GetString()}";
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or InvalidOperationException)
        {
            return $"The app answered {(int)status}.";
        }
    }
}

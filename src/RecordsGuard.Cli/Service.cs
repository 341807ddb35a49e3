using System.CommandLine;
using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

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
    private const int Patience = 60;

    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(2);

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

    /// <summary>What the app is asked for, as JSON.</summary>
    public static HttpContent Json<T>(T order, JsonTypeInfo<T> shape) => Json(JsonSerializer.SerializeToUtf8Bytes(order, shape));

    /// <inheritdoc cref="Json{T}"/>
    public static HttpContent Json(byte[] json) => new ByteArrayContent(json) { Headers = { ContentType = new("application/json") } };

    /// <exception cref="ServiceException">It is not what the app answers.</exception>
    public static T Read<T>(byte[] json, JsonTypeInfo<T> shape)
    {
        try
        {
            return JsonSerializer.Deserialize(json, shape) ?? throw new ServiceException(null, "The app's answer is empty.");
        }
        catch (JsonException e)
        {
            throw new ServiceException(null, "The app's answer is not understood: is it an app of another version, or no RecordsGuard?", e);
        }
    }

    /// <exception cref="ServiceException">Anything but success, or not what the app answers.</exception>
    public async Task<T> JsonAsync<T>(HttpMethod method, string path, JsonTypeInfo<T> shape, CancellationToken cancel, HttpContent? content = null) =>
        Read(await JsonAsync(method, path, cancel, content), shape);

    /// <summary>What is under way, again, after a pause. An app that restarts or is busy is asked for two minutes.</summary>
    /// <exception cref="ServiceException">Anything but success, or not what the app answers.</exception>
    public async Task<T> AgainAsync<T>(string path, JsonTypeInfo<T> shape, CancellationToken cancel)
    {
        for (var tries = 1; ; tries++)
        {
            await Task.Delay(Pause, TimeProvider.System, cancel);
            try
            {
                return await JsonAsync(HttpMethod.Get, path, shape, cancel);
            }
            catch (ServiceException e) when (e.IsPassing && tries < Patience)
            {
                // Asked again.
            }
        }
    }

    /// <summary>The answer's bytes, which must be JSON.</summary>
    /// <exception cref="ServiceException">Anything but success.</exception>
    public async Task<byte[]> JsonAsync(HttpMethod method, string path, CancellationToken cancel, HttpContent? content = null)
    {
        using var answer = await SendAsync(method, path, cancel, content);
        return await answer.Content.ReadAsByteArrayAsync(cancel);
    }

    /// <summary>Returns with the headers; the caller reads the body and disposes of it.</summary>
    /// <exception cref="ServiceException">Anything but success.</exception>
    public async Task<HttpResponseMessage> SendAsync(HttpMethod method, string path, CancellationToken cancel, HttpContent? content = null)
    {
        using var request = new HttpRequestMessage(method, path) { Content = content };
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

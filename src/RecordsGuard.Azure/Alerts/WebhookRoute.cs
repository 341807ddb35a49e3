using System.Globalization;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using RecordsGuard.Alerts;

namespace RecordsGuard.Azure;

/// <summary>
/// A CloudEvent, POSTed. Delivered is any 2xx, known from the head of the answer; a redirect is not followed, because
/// it could lead the notice anywhere. Exceptions do not name the address, which may hold a secret. With a key each is
/// signed: docs/formats/alerts-webhook.md.
/// </summary>
internal sealed class WebhookRoute : IAlertRoute, IDisposable
{
    public const string SignatureHeader = "RecordsGuard-Signature";

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private readonly Uri url;
    private readonly HttpClient client;
    private readonly TimeProvider time;
    private readonly byte[]? key;

    /// <param name="key">Null: not signed.</param>
    public WebhookRoute(Uri url, HttpMessageHandler handler, TimeProvider time, string? key = null)
    {
        if (url.Scheme != Uri.UriSchemeHttps && !(url.Scheme == Uri.UriSchemeHttp && url.IsLoopback))
        {
            throw new ArgumentException("A webhook is reached by https.", nameof(url));
        }

        this.url = url;
        this.time = time;
        this.key = key is null ? null : Encoding.UTF8.GetBytes(key);
        client = new HttpClient(handler, disposeHandler: false) { Timeout = Timeout.InfiniteTimeSpan };
    }

    public string Name => "webhook";

    public async Task DeliverAsync(AlertNotice notice, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(notice);
        using var patience = new CancellationTokenSource(Patience, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancel, patience.Token);
        try
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, url) { Content = new ReadOnlyMemoryContent(notice.Json) };
            request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/cloudevents+json") { CharSet = "utf-8" };
            if (key is not null)
            {
                request.Headers.Add(SignatureHeader, Sign(key, time.GetUtcNow().ToUnixTimeSeconds(), notice.Json.Span));
            }

            using var answer = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, either.Token);
            if (!answer.IsSuccessStatusCode)
            {
                throw new AlertRouteException($"The webhook answered {(int)answer.StatusCode}.");
            }
        }
        catch (Exception e) when (e is HttpRequestException or OperationCanceledException or IOException)
        {
            cancel.ThrowIfCancellationRequested();
            throw new AlertRouteException(
                e is OperationCanceledException ? "The webhook did not answer in time." : "The webhook could not be reached.", e);
        }
    }

    public void Dispose() => client.Dispose();

    /// <summary>HMAC-SHA-256 over the time, a full stop and the body: a body that somebody kept cannot be sent again later.</summary>
    internal static string Sign(byte[] key, long seconds, ReadOnlySpan<byte> body)
    {
        using var hmac = IncrementalHash.CreateHMAC(HashAlgorithmName.SHA256, key);
        hmac.AppendData(Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{seconds}.")));
        hmac.AppendData(body);
        return string.Create(CultureInfo.InvariantCulture, $"t={seconds},v1={Convert.ToHexStringLower(hmac.GetHashAndReset())}");
    }
}

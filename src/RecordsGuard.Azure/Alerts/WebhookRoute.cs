using System.Net.Http.Headers;
using RecordsGuard.Alerts;

namespace RecordsGuard.Azure;

/// <summary>
/// A CloudEvent, POSTed. Delivered is any 2xx, known from the head of the answer; a redirect is not followed, because
/// it could lead the notice anywhere. Exceptions do not name the address, which may hold a secret.
/// </summary>
internal sealed class WebhookRoute : IAlertRoute, IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private readonly Uri url;
    private readonly HttpClient client;
    private readonly TimeProvider time;

    public WebhookRoute(Uri url, HttpMessageHandler handler, TimeProvider time)
    {
        if (url.Scheme != Uri.UriSchemeHttps && !(url.Scheme == Uri.UriSchemeHttp && url.IsLoopback))
        {
            throw new ArgumentException("A webhook is reached by https.", nameof(url));
        }

        this.url = url;
        this.time = time;
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
}

namespace RecordsGuard.Local.Host;

/// <summary>
/// Sends a request up to ten times when the app's process cannot be reached or the connection breaks before an answer,
/// as the host does: a request without a body may therefore arrive more than once. One with a body cannot be sent
/// again once its body has been read, which surfaces as another exception.
/// </summary>
internal sealed class ConnectionRetries(HttpMessageHandler inner, TimeProvider time) : DelegatingHandler(inner)
{
    private const int Tries = 10;

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var pause = TimeSpan.FromMilliseconds(50);
        for (var left = Tries - 1; ; left--)
        {
            try
            {
                return await base.SendAsync(request, cancellationToken);
            }
            catch (HttpRequestException) when (left > 0)
            {
                await Task.Delay(pause, time, cancellationToken);
                pause = pause * 2 < TimeSpan.FromMilliseconds(250) ? pause * 2 : TimeSpan.FromMilliseconds(250);
            }
        }
    }
}

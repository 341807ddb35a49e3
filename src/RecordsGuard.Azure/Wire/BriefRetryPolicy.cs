using System.Globalization;
using Azure.Core;
using Azure.Core.Pipeline;

namespace RecordsGuard.Azure;

/// <summary>
/// Three retries within seconds, Retry-After honoured up to ten. Azure.Core's own policy waits as long as the service
/// says, which may be an hour, while a person waits for the answer.
/// </summary>
internal sealed class BriefRetryPolicy(TimeProvider time) : RetryPolicy(
    maxRetries: 3,
    DelayStrategy.CreateExponentialDelayStrategy(TimeSpan.FromMilliseconds(300), TimeSpan.FromSeconds(3)))
{
    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(10);

    protected override bool ShouldRetry(HttpMessage message, Exception? exception) =>
        !AsksTooLong(message) && base.ShouldRetry(message, exception);

    protected override async ValueTask<bool> ShouldRetryAsync(HttpMessage message, Exception? exception) =>
        !AsksTooLong(message) && await base.ShouldRetryAsync(message, exception);

    private bool AsksTooLong(HttpMessage message)
    {
        if (!message.HasResponse)
        {
            return false;
        }

        var headers = message.Response.Headers;
        if (headers.TryGetValue("Retry-After", out var text))
        {
            return long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds)
                ? seconds > LongestWait.TotalSeconds
                : !DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, out var date) || date - time.GetUtcNow() > LongestWait;
        }

        return (headers.TryGetValue("x-ms-retry-after-ms", out text) || headers.TryGetValue("retry-after-ms", out text))
            && (!long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var ms) || ms > LongestWait.TotalMilliseconds);
    }
}

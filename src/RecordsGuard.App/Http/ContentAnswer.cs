using System.Globalization;
using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;
using RecordsGuard.Access;
using RecordsGuard.Envelopes;

namespace RecordsGuard.App.Http;

/// <summary>
/// A record's content as an answer: always with its length, never inline, never cached. If a segment does not open
/// half-way the connection is aborted, so that a cut download can be told from a whole one.
/// </summary>
internal sealed class ContentAnswer(
    ReleasedContent content, ReadOnlyMemory<byte> begun, bool partial, FrontDoor door, Admission admission, TimeProvider time) : IResult
{
    /// <summary>Ends well before the host's two hours, which would kill the process and everybody's requests with it.</summary>
    public static readonly TimeSpan Longest = TimeSpan.FromMinutes(110);

    /// <summary>
    /// Opens the first segment, so that what does not open there is answered with a status of its own. A connection
    /// aborted before the answer has begun would say nothing, and the host would send the request again, ten times.
    /// </summary>
    /// <param name="content">Disposed if this throws.</param>
    /// <exception cref="EnvelopeException">The first segment does not open.</exception>
    public static async Task<ContentAnswer> BeginAsync(
        ReleasedContent content, bool partial, FrontDoor door, Admission admission, TimeProvider time, CancellationToken cancel)
    {
        try
        {
            return new(content, await BegunStream.BeginAsync(content.Plaintext, 1, cancel), partial, door, admission, time);
        }
        catch
        {
            await content.DisposeAsync();
            throw;
        }
    }

    public async Task ExecuteAsync(HttpContext httpContext)
    {
        await using var _ = content;
        var response = httpContext.Response;
        var descriptor = content.Record.Descriptor;
        response.StatusCode = partial ? StatusCodes.Status206PartialContent : StatusCodes.Status200OK;
        response.ContentLength = content.Length;
        response.ContentType = descriptor.ContentType;
        var disposition = new ContentDispositionHeaderValue("attachment");
        disposition.SetHttpFileName(descriptor.FileName);
        response.Headers.ContentDisposition = disposition.ToString();
        response.Headers.ETag = ETag(content.Record);
        response.Headers.AcceptRanges = "bytes";
        response.Headers.CacheControl = "no-store";
        response.Headers.XContentTypeOptions = "nosniff";
        response.Headers.ContentSecurityPolicy = "sandbox; default-src 'none'";
        if (partial)
        {
            response.Headers.ContentRange = string.Create(
                CultureInfo.InvariantCulture,
                $"bytes {content.Offset}-{content.Offset + content.Length - 1}/{descriptor.Content.PlaintextLength}");
        }

        using var limit = new CancellationTokenSource(Longest, time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, httpContext.RequestAborted);
        try
        {
            await new BegunStream(begun, content.Plaintext).CopyToAsync(response.Body, both.Token);
        }
        catch (EnvelopeException e)
        {
            await door.ReportBrokenAsync(admission, e);
            httpContext.Abort();
        }
        catch (OperationCanceledException) when (limit.IsCancellationRequested)
        {
            httpContext.Abort();
        }
    }

    public static string ETag(DescribedRecord record) => $"\"{record.Id}-1\"";

    /// <summary>
    /// The one range asked for; null: the whole. Several ranges, a unit we do not know or a condition that does not
    /// hold mean the whole, as RFC 9110 allows.
    /// </summary>
    public static ContentRange? Range(HttpRequest request, string etag)
    {
        if (request.Headers.IfRange is [{ } condition] && condition != etag)
        {
            return null;
        }

        return RangeHeaderValue.TryParse(request.Headers.Range.ToString(), out var range)
            && range.Unit == "bytes" && range.Ranges.Count == 1
            ? new(range.Ranges.First().From, range.Ranges.First().To)
            : null;
    }
}

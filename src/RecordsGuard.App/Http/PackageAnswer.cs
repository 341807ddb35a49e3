using System.Security.Cryptography;
using Microsoft.AspNetCore.Http;
using RecordsGuard.Access;
using RecordsGuard.Access.Disclosures;
using RecordsGuard.Envelopes;

namespace RecordsGuard.App.Http;

/// <summary>A record as a sealed package: no plaintext leaves. If a segment does not open half-way the connection is aborted.</summary>
internal sealed class PackageAnswer(
    ReleasedContent content, ReadOnlyMemory<byte> begun, string disclosure, CoverSheet cover, RSA recipient, FrontDoor door, Admission admission,
    TimeProvider time) : IResult
{
    /// <summary>Opens the first segment, so that what does not open there is answered with a status of its own.</summary>
    /// <param name="content">Disposed if this throws.</param>
    /// <exception cref="EnvelopeException">The first segment does not open.</exception>
    public static async Task<PackageAnswer> BeginAsync(
        ReleasedContent content, string disclosure, CoverSheet cover, RSA recipient, FrontDoor door, Admission admission, TimeProvider time,
        CancellationToken cancel)
    {
        try
        {
            var begun = await BegunStream.BeginAsync(content.Plaintext, 1, cancel);
            return new(content, begun, disclosure, cover, recipient, door, admission, time);
        }
        catch
        {
            await content.DisposeAsync();
            recipient.Dispose();
            throw;
        }
    }

    public async Task ExecuteAsync(HttpContext httpContext)
    {
        await using var _ = content;
        using var key = recipient;
        var response = httpContext.Response;
        using var limit = new CancellationTokenSource(ContentAnswer.Longest, time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, httpContext.RequestAborted);
        try
        {
            var (head, body) = await SealedPackage.SealAsync(
                admission.Request.Practice.ToString(), disclosure, admission.Request.Record!.Value.ToString(), cover,
                new BegunStream(begun, content.Plaintext), key, time.GetUtcNow(), both.Token);
            response.ContentType = "application/octet-stream";
            response.Headers.ContentDisposition = $"attachment; filename={disclosure}.rgpackage";
            response.Headers.CacheControl = "no-store";
            response.Headers.XContentTypeOptions = "nosniff";
            await using (body)
            {
                await response.Body.WriteAsync(head, both.Token);
                await body.CopyToAsync(response.Body, both.Token);
            }
        }
        catch (EnvelopeException e)
        {
            await door.ReportBrokenAsync(admission.Subject, admission.Request.Client, e);
            httpContext.Abort();
        }
        catch (OperationCanceledException) when (limit.IsCancellationRequested)
        {
            httpContext.Abort();
        }
    }
}

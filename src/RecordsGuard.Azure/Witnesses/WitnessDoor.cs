using System.Buffers;
using System.Net.Http.Headers;
using System.Text;
using RecordsGuard.Audit.Witnessing;

namespace RecordsGuard.Azure;

/// <summary>Posts to witnesses. Whatever goes wrong on the way is no answer; redirects are not followed.</summary>
internal sealed class WitnessDoor(HttpMessageHandler handler, TimeProvider time) : IWitnessDoor, IDisposable
{
    private const int MaxAnswer = 64 * 1024;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    private readonly HttpClient client = new(handler, disposeHandler: false) { Timeout = Timeout.InfiniteTimeSpan };

    public async Task<CosignAnswer?> AddAsync(Uri witness, ReadOnlyMemory<byte> body, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(witness);
        using var patience = new CancellationTokenSource(Patience, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancel, patience.Token);
        try
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, $"{witness.AbsoluteUri.TrimEnd('/')}/add-checkpoint")
            {
                Content = new ReadOnlyMemoryContent(body),
            };
            request.Content.Headers.ContentType = new MediaTypeHeaderValue("text/plain") { CharSet = "utf-8" };
            using var answer = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, either.Token);
            return new(
                (int)answer.StatusCode, answer.Content.Headers.ContentType?.MediaType ?? "",
                await ReadAsync(answer.Content, either.Token));
        }
        catch (Exception e) when (e is HttpRequestException or OperationCanceledException or IOException or InvalidDataException)
        {
            cancel.ThrowIfCancellationRequested();
            return null;
        }
    }

    public void Dispose() => client.Dispose();

    private static async Task<string> ReadAsync(HttpContent content, CancellationToken cancel)
    {
        await using var stream = await content.ReadAsStreamAsync(cancel);
        var buffer = ArrayPool<byte>.Shared.Rent(MaxAnswer);
        try
        {
            var length = await stream.ReadAtLeastAsync(buffer.AsMemory(0, MaxAnswer), MaxAnswer, throwOnEndOfStream: false, cancel);
            return length < MaxAnswer ? Encoding.UTF8.GetString(buffer, 0, length) : throw new InvalidDataException("A witness that answers without end.");
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }
}

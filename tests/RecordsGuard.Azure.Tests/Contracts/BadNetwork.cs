namespace RecordsGuard.Azure.Tests.Contracts;

/// <summary>Lets the answer of one request get lost after the service has carried it out.</summary>
internal sealed class LosesOneAnswer(HttpMessageHandler inner, Predicate<HttpRequestMessage> which) : DelegatingHandler(inner)
{
    private int lost;

    public bool Lost => lost > 0;

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var answer = await base.SendAsync(request, cancellationToken);
        if (answer.IsSuccessStatusCode && which(request) && Interlocked.Exchange(ref lost, 1) == 0)
        {
            await answer.Content.ReadAsByteArrayAsync(cancellationToken);
            answer.Dispose();
            throw new HttpRequestException("The answer is lost.", new IOException("Connection reset."));
        }

        return answer;
    }
}

/// <summary>A service in play: answers by a function, and keeps what it was asked.</summary>
internal sealed class Scripted(Func<HttpRequestMessage, int, HttpResponseMessage> answer) : HttpMessageHandler
{
    private readonly Lock gate = new();
    private readonly List<SentRequest> sent = [];

    public IReadOnlyList<SentRequest> Sent
    {
        get
        {
            lock (gate)
            {
                return [.. sent];
            }
        }
    }

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var bytes = request.Content is null ? 0 : await DrainAsync(request.Content, cancellationToken);
        int number;
        lock (gate)
        {
            sent.Add(new(
                request.Method.Method,
                request.RequestUri!,
                request.Headers.Concat(request.Content?.Headers.AsEnumerable() ?? [])
                    .ToDictionary(h => h.Key, h => string.Join(',', h.Value), StringComparer.OrdinalIgnoreCase),
                bytes));
            number = sent.Count;
        }

        var response = answer(request, number);
        response.RequestMessage = request;
        return response;
    }

    private static async Task<long> DrainAsync(HttpContent content, CancellationToken cancel)
    {
        using var sink = new CountingSink();
        await content.CopyToAsync(sink, cancel);
        return sink.Count;
    }

    private sealed class CountingSink : Stream
    {
        public long Count { get; private set; }

        public override bool CanRead => false;

        public override bool CanSeek => false;

        public override bool CanWrite => true;

        public override long Length => Count;

        public override long Position
        {
            get => Count;
            set => throw new NotSupportedException();
        }

        public override void Flush()
        {
        }

        public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => Count += count;
    }
}

internal sealed record SentRequest(string Method, Uri Uri, IReadOnlyDictionary<string, string> Headers, long Bytes)
{
    public string? Header(string name) => Headers.GetValueOrDefault(name);
}

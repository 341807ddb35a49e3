using System.Net.Http.Headers;

namespace RecordsGuard.EndToEnd.Tests.Stack;

/// <summary>One upload to be. The defaults are a good one, so that a test says only what it is about.</summary>
internal sealed record Upload(byte[] Content)
{
    public string? ContentType { get; init; } = "application/octet-stream";

    public string? RecordClass { get; init; } = "client-record";

    /// <summary>The header as it is sent; null: none.</summary>
    public string? Disposition { get; init; }

    public string? IdempotencyKey { get; init; }

    public bool Chunked { get; init; } = true;

    /// <summary>Written in place of <see cref="Content"/>, if not null.</summary>
    public Func<Stream, Task>? Write { get; init; }

    /// <summary>A file name in any script, as RFC 8187 has it.</summary>
    public Upload Named(string name) => this with { Disposition = $"attachment; filename*=UTF-8''{Uri.EscapeDataString(name)}" };

    public HttpContent Body()
    {
        HttpContent body = Write is not null ? new UnknownLength(Write)
            : Chunked ? UnknownLength.Of(Content)
            : new ByteArrayContent(Content);
        if (ContentType is not null)
        {
            body.Headers.ContentType = MediaTypeHeaderValue.Parse(ContentType);
        }

        if (Disposition is not null)
        {
            body.Headers.TryAddWithoutValidation("Content-Disposition", Disposition);
        }

        return body;
    }

    public (string Name, string Value)[] Headers() =>
    [
        .. RecordClass is null ? [] : new[] { ("Record-Class", RecordClass) },
        .. IdempotencyKey is null ? [] : new[] { ("Idempotency-Key", IdempotencyKey) },
    ];
}

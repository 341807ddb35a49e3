using System.Security.Cryptography;
using RecordsGuard.Envelopes;

namespace RecordsGuard.Benchmarks;

/// <summary>The yardstick: AES-256-GCM in place, a segment's plaintext at a time, with a random IV each, and no format.</summary>
internal sealed class BareAesGcm(byte[] key, int segments) : IDisposable
{
    private static readonly FloeParameters Product = FloeParameters.Product;

    private readonly AesGcm cipher = new(key, FloeParameters.GcmTagLength);
    private readonly byte[] ivs = new byte[segments * FloeParameters.GcmIvLength];
    private readonly byte[] tags = new byte[segments * FloeParameters.GcmTagLength];
    private readonly byte[] place = new byte[9];
    private readonly byte[] buffer = GC.AllocateUninitializedArray<byte>(Product.PlaintextLength, pinned: true);

    /// <summary>Content, where it lies in an array of whole segments.</summary>
    public static Span<byte> Content(byte[] bytes, int segment) =>
        bytes.AsSpan((segment * Product.SegmentLength) + FloeParameters.SegmentPrefix, Product.PlaintextLength);

    public void Seal(byte[] bytes)
    {
        for (var i = 0; i < segments; i++)
            Encrypt(i, Content(bytes, i));
    }

    public void Open(byte[] bytes)
    {
        for (var i = 0; i < segments; i++)
            Decrypt(i, Content(bytes, i));
    }

    /// <summary>The same over plaintext without gaps.</summary>
    public void SealInPlace(byte[] plaintext)
    {
        for (var i = 0; i < segments; i++)
            Encrypt(i, plaintext.AsSpan(i * Product.PlaintextLength, Product.PlaintextLength));
    }

    /// <summary>As a program does that has a stream and AesGcm and nothing else.</summary>
    public async Task SealAsync(Stream source, IncrementalHash? digest)
    {
        for (var i = 0; i < segments; i++)
        {
            await source.ReadExactlyAsync(buffer);
            digest?.AppendData(buffer);
            Encrypt(i, buffer);
            await Stream.Null.WriteAsync(buffer);
        }
    }

    public async Task OpenAsync(Stream source)
    {
        for (var i = 0; i < segments; i++)
        {
            await source.ReadExactlyAsync(buffer);
            Decrypt(i, buffer);
            await Stream.Null.WriteAsync(buffer);
        }
    }

    public void Dispose() => cipher.Dispose();

    private void Encrypt(int segment, Span<byte> content)
    {
        var iv = Iv(segment);
        RandomNumberGenerator.Fill(iv);
        cipher.Encrypt(iv, content, content, Tag(segment), place);
    }

    private void Decrypt(int segment, Span<byte> content) =>
        cipher.Decrypt(Iv(segment), content, Tag(segment), content, place);

    private Span<byte> Iv(int segment) => ivs.AsSpan(segment * FloeParameters.GcmIvLength, FloeParameters.GcmIvLength);

    private Span<byte> Tag(int segment) => tags.AsSpan(segment * FloeParameters.GcmTagLength, FloeParameters.GcmTagLength);
}

using System.Diagnostics;
using System.Security.Cryptography;
using RecordsGuard.Envelopes;

namespace RecordsGuard.Benchmarks;

/// <summary>Design §12, first row: sealing and opening against bare AES-256-GCM over the same bytes, in memory, on one core.</summary>
internal static class SealingBenchmark
{
    private const int Segments = 64;
    private const int WarmUp = 4;
    private const int Count = 31;
    private const double Goal = 0.90;

    private static readonly FloeParameters Product = FloeParameters.Product;

    public static async Task RunAsync()
    {
        if (OperatingSystem.IsLinux() || OperatingSystem.IsWindows())
            Process.GetCurrentProcess().ProcessorAffinity = 1;

        Console.WriteLine($"{Segments} segments of 1 MiB, one core, median of {Count} alternating rounds; goal {Goal:F2}");
        Rounds.Print(await SegmentsInPlaceAsync(), "segments in memory, in place");
        Rounds.Print(await StreamsAsync(), "streams: read from memory, written to nowhere");
    }

    private static async Task<IReadOnlyList<Rounds.Result>> SegmentsInPlaceAsync()
    {
        var key = RandomNumberGenerator.GetBytes(DataKey.Length);
        var bytes = RandomNumberGenerator.GetBytes(Segments * Product.SegmentLength);
        using var bare = new BareAesGcm(key, Segments);
        using var message = FloeMessage.Begin(Product, key, new byte[150]);
        var rounds = new Rounds(Segments * Product.PlaintextLength, WarmUp, Count);
        var encrypt = rounds.Add("AesGcm.Encrypt", () => bare.Seal(bytes));
        rounds.Add("seal", Seal, encrypt);
        var decrypt = rounds.Add("AesGcm.Decrypt", () => bare.Open(bytes), prepare: () => bare.Seal(bytes));
        rounds.Add("open", Open, decrypt, prepare: Seal);
        return await rounds.RunAsync();

        void Seal()
        {
            for (var i = 0; i < Segments; i++)
                message.Seal(i, i == Segments - 1, bytes.AsSpan(i * Product.SegmentLength, Product.SegmentLength));
        }

        void Open()
        {
            for (var i = 0; i < Segments; i++)
                message.Open(i, i == Segments - 1, bytes.AsSpan(i * Product.SegmentLength, Product.SegmentLength));
        }
    }

    private static async Task<IReadOnlyList<Rounds.Result>> StreamsAsync()
    {
        var key = RandomNumberGenerator.GetBytes(DataKey.Length);
        var aad = new byte[150];
        var plaintext = RandomNumberGenerator.GetBytes(Segments * Product.PlaintextLength);
        using var bare = new BareAesGcm(key, Segments);
        using var digest = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var buffer = new byte[Product.SegmentLength];
        var content = await SealAsync();
        var bareContent = (byte[])plaintext.Clone();
        var layout = FloeLayout.OfPlaintext(Product, plaintext.Length);

        var rounds = new Rounds(plaintext.Length, WarmUp, Count);
        var encrypt = rounds.Add("AesGcm.Encrypt", async () => await bare.SealAsync(new MemoryStream(plaintext), null));
        rounds.Add("seal", () => CopyAsync(Sealing(withDigest: false)), encrypt);
        rounds.Add("seal, read into a caller's buffer", () => ReadAsync(Sealing(withDigest: false)), encrypt);
        rounds.Add("AesGcm.Encrypt without a stream", () => bare.SealInPlace(bareContent), encrypt);
        var hashed = rounds.Add("AesGcm.Encrypt and SHA-256", async () => await bare.SealAsync(new MemoryStream(plaintext), digest));
        rounds.Add("seal with content digest (an upload)", () => CopyAsync(Sealing(withDigest: true)), hashed);
        var decrypt = rounds.Add("AesGcm.Decrypt", async () => await bare.OpenAsync(new MemoryStream(bareContent)), prepare: SealBare);
        rounds.Add("open (a download)", async () => await CopyAsync(await OpenAsync()), decrypt);
        rounds.Add("open, read into a caller's buffer", async () => await ReadAsync(await OpenAsync()), decrypt);
        return await rounds.RunAsync();

        SegmentStream Sealing(bool withDigest) =>
            new(new SealingSegments(Product, new MemoryStream(plaintext), key, aad, withDigest));

        Task<Stream> OpenAsync() => OpeningSegments.OpenAsync(
            FloeMessage.Resume(Product, key, aad, content.AsSpan(0, FloeParameters.HeaderLength)),
            layout, content.Length, 0, layout.PlaintextLength,
            (offset, length, _) => Task.FromResult<Stream>(new MemoryStream(content, (int)offset, (int)length)), default);

        async Task<byte[]> SealAsync()
        {
            using var all = new MemoryStream();
            await using var stream = Sealing(withDigest: false);
            await stream.CopyToAsync(all);
            return all.ToArray();
        }

        void SealBare()
        {
            plaintext.CopyTo(bareContent, 0);
            bare.SealInPlace(bareContent);
        }

        async Task ReadAsync(Stream stream)
        {
            await using (stream)
            {
                while (await stream.ReadAsync(buffer) > 0)
                {
                }
            }
        }
    }

    private static async Task CopyAsync(Stream stream)
    {
        await using (stream)
            await stream.CopyToAsync(Stream.Null);
    }
}

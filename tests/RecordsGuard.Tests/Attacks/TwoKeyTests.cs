using System.Buffers.Binary;
using System.Security.Cryptography;
using RecordsGuard.Envelopes;

namespace RecordsGuard.Tests.Attacks;

/// <summary>
/// A ciphertext for two keys: whoever seals it can show one reader one text and another reader another. The segment is
/// good AES-GCM under both; FLOE's header tag belongs to one key alone, and refuses the other before any segment.
/// </summary>
public sealed class TwoKeyTests
{
    private const int Blocks = 4;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_segment_that_opens_under_two_keys_is_read_under_the_one_that_the_header_commits_to()
    {
        await using var app = await AttackedApp.StartAsync();
        var victim = await app.UploadAsync(new byte[1]);
        var (first, second) = (RandomNumberGenerator.GetBytes(32), RandomNumberGenerator.GetBytes(32));
        var aad = victim.AssociatedData.ToBytes();
        using var message = FloeMessage.Begin(FloeParameters.Product, first, aad);
        var header = message.Header.ToArray();
        var iv = RandomNumberGenerator.GetBytes(12);
        byte[] place = [0, 0, 0, 0, 0, 0, 0, 0, 1];
        var collision = GcmCollision.Make(SegmentKey(first), SegmentKey(second), iv, place, Blocks);
        var plaintext = Open(SegmentKey(first));
        Assert.NotEqual(plaintext, Open(SegmentKey(second)));

        byte[] length = new byte[4];
        BinaryPrimitives.WriteInt32BigEndian(length, length.Length + iv.Length + collision.Length);
        byte[] segment = [.. length, .. iv, .. collision];
        using var indexKey = await app.Practice.App.Keys.OpenClientAsync(victim.Practice, victim.Client, "test", Stop);
        var descriptor = new RecordDescriptor(new(plaintext.Length, header, SHA256.HashData(plaintext)), "n", "text/plain");
        app.PutBlob(victim, [.. header, .. segment]);
        app.PutFacts(victim, f => f with { Descriptor = descriptor.Seal(indexKey!, victim.AssociatedData) });

        await PutSlipAsync(first);
        await app.OpensAsync(victim with { Plaintext = plaintext });
        await PutSlipAsync(second);
        await app.RefusesAsync(victim, because: "the second key");

        using var others = FloeMessage.Begin(FloeParameters.Product, second, aad);
        app.PutBlob(victim, [.. header[..42], .. others.Header.Span[42..], .. segment]);
        await app.RefusesAsync(victim, because: "the second key with a tag of its own");

        // docs/formats/sealed-record.md §3, worked by hand: nothing of the product's.
        byte[] SegmentKey(byte[] key) => Derive(Derive(key, "MESSAGE_KEY:"u8, 48), [.. "DEK:"u8, 0, 0, 0, 0, 0, 0, 0, 0], 32);

        byte[] Derive(byte[] key, ReadOnlySpan<byte> purpose, int count) =>
            HMACSHA384.HashData(key.AsSpan(), [.. header.AsSpan(0, 42), .. purpose, .. aad, 1])[..count];

        byte[] Open(byte[] key)
        {
            var opened = new byte[Blocks * 16];
            using var cipher = new AesGcm(key, 16);
            cipher.Decrypt(iv, collision.AsSpan(..^16), collision.AsSpan(^16..), opened, place);
            return opened;
        }

        async Task PutSlipAsync(byte[] key)
        {
            using var dataKey = DataKey.From(key);
            var slip = KeySlip.Wrap(dataKey, await app.Practice.Vault.GetPublicKeyAsync("demo-content", Stop));
            app.PutFacts(victim, f => f with { Slip = slip.ToString() });
        }
    }
}

using System.Buffers.Binary;
using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace RecordsGuard.EndToEnd.Tests.Rotation;

/// <summary>
/// Opens an exported record with nothing but docs/formats/sealed-record.md, .NET's primitives and somebody who may unwrap:
/// no type of ours. It shows that the page is enough.
/// </summary>
internal sealed class Stranger(JsonElement record, Func<string, Task<byte[]>> unwrap)
{
    private const int Segment = 1024 * 1024;

    private static readonly Encoding Utf8 = new UTF8Encoding(false, throwOnInvalidBytes: true);

    private string this[string name] => record.GetProperty(name).GetString()!;

    /// <summary>Section 3, from front to back.</summary>
    public async Task<byte[]> OpenAsync(byte[] content)
    {
        var key = await unwrap(this["slip"]);
        var aad = Canonical("recordsguard content", this["practice"], this["client"], this["record"], "1");
        var iv = content[10..42];
        Assert.Equal([0, 0, .. BigEndian(Segment), .. BigEndian(32)], content[..10]);
        Assert.Equal(Kdf(key, "HEADER_TAG:"u8, 32), content[42..74]);
        var messageKey = Kdf(key, "MESSAGE_KEY:"u8, 48);
        using var opened = new MemoryStream();
        var at = 74;
        for (long number = 0; ; number++)
        {
            var claimed = BinaryPrimitives.ReadUInt32BigEndian(content.AsSpan(at));
            var final = claimed != uint.MaxValue;
            var segment = content.AsSpan(at, final ? (int)claimed : Segment);
            byte[] purpose = [.. "DEK:"u8, .. BigEndian(number & ~0xFFFFFL)];
            using var cipher = new AesGcm(Kdf(messageKey, purpose, 32), 16);
            var plaintext = new byte[segment.Length - 32];
            cipher.Decrypt(segment[4..16], segment[16..^16], segment[^16..], plaintext, [.. BigEndian(number), final ? (byte)1 : (byte)0]);
            opened.Write(plaintext);
            at += segment.Length;
            if (final)
            {
                Assert.Equal(content.Length, at);
                return opened.ToArray();
            }
        }

        byte[] Kdf(byte[] from, ReadOnlySpan<byte> purpose, int length) =>
            HMACSHA384.HashData(from, (byte[])[.. content[..10], .. iv, .. purpose, .. aad, 1])[..length];
    }

    /// <summary>Section 4.3: the file name and the content type.</summary>
    public async Task<(long Length, string FileName, string ContentType)> DescribeAsync()
    {
        var practiceKey = await unwrap(this["practiceIndexKey"]);
        var clientKey = Box(
            practiceKey, this["clientIndexKey"], Canonical("recordsguard client index key", this["practice"], this["client"]));
        var descriptor = Box(
            clientKey, this["descriptor"], Canonical("recordsguard descriptor", this["practice"], this["client"], this["record"], "1"));
        Assert.Equal(1, descriptor[0]);
        var at = 1 + 8 + 74 + 32;
        return (BinaryPrimitives.ReadInt64BigEndian(descriptor.AsSpan(1)), Text(), Text());

        string Text()
        {
            var length = BinaryPrimitives.ReadUInt16BigEndian(descriptor.AsSpan(at));
            at += 2 + length;
            return Utf8.GetString(descriptor, at - length, length);
        }
    }

    private static byte[] Box(byte[] key, string text, byte[] aad)
    {
        var box = Base64Url.DecodeFromChars(text);
        Assert.Equal(1, box[0]);
        var plaintext = new byte[box.Length - 29];
        using var cipher = new AesGcm(key, 16);
        cipher.Decrypt(box.AsSpan(1, 12), box.AsSpan(13, plaintext.Length), box.AsSpan(^16..), plaintext, aad);
        return plaintext;
    }

    private static byte[] Canonical(params string[] fields) =>
        [1, .. fields.SelectMany(f => new[] { (byte)(f.Length >> 8), (byte)f.Length }.Concat(Utf8.GetBytes(f)))];

    private static byte[] BigEndian(int number)
    {
        var bytes = new byte[4];
        BinaryPrimitives.WriteInt32BigEndian(bytes, number);
        return bytes;
    }

    private static byte[] BigEndian(long number)
    {
        var bytes = new byte[8];
        BinaryPrimitives.WriteInt64BigEndian(bytes, number);
        return bytes;
    }
}

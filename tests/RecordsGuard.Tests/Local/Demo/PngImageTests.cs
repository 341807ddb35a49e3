using System.Buffers.Binary;
using System.IO.Compression;
using System.Text;
using RecordsGuard.Local.Demo;

namespace RecordsGuard.Tests.Local.Demo;

public sealed class PngImageTests
{
    [Fact]
    public void The_checksum_is_the_one_of_the_specification() => Assert.Equal(0xCBF43926, PngImage.Crc("123456789"u8));

    [Fact]
    public void Every_chunk_has_its_checksum_and_the_pixels_unpack_to_the_whole_image()
    {
        var canvas = new Canvas(30, 20);
        canvas.Line(-5, 5, 60, 5, Ink.Black, 1);
        var chunks = Chunks(PngImage.Write(canvas).ToArray()).ToList();

        Assert.Equal(["IHDR", "IDAT", "IEND"], chunks.Select(c => c.Type));
        Assert.Equal([0, 0, 0, 30, 0, 0, 0, 20, 8, 2, 0, 0, 0], chunks[0].Data);
        using var pixels = new MemoryStream();
        using (var zlib = new ZLibStream(new MemoryStream(chunks[1].Data), CompressionMode.Decompress))
        {
            zlib.CopyTo(pixels);
        }

        var rows = pixels.ToArray().Chunk(1 + (30 * 3)).ToList();
        Assert.Equal(20, rows.Count);
        Assert.All(rows.Index(), row =>
        {
            Assert.Equal(0, row.Item[0]);
            Assert.Equal(row.Index == 5, row.Item[1] == Ink.Black.R);
            Assert.Equal(canvas.Row(row.Index), row.Item.AsSpan(1));
        });
    }

    private static IEnumerable<(string Type, byte[] Data)> Chunks(byte[] file)
    {
        Assert.Equal([0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A], file[..8]);
        for (var at = 8; at < file.Length;)
        {
            var length = BinaryPrimitives.ReadInt32BigEndian(file.AsSpan(at));
            var body = file.AsSpan(at + 4, length + 4).ToArray();
            Assert.Equal(PngImage.Crc(body), BinaryPrimitives.ReadUInt32BigEndian(file.AsSpan(at + 8 + length)));
            yield return (Encoding.ASCII.GetString(body[..4]), body[4..]);
            at += 12 + length;
        }
    }
}

using System.Buffers.Binary;
using System.Text;
using RecordsGuard.Local.Demo;

namespace RecordsGuard.Tests.Local.Demo;

public sealed class WavRecordingTests
{
    private static readonly byte[] File = WavRecording.Write(seconds: 4).ToArray();

    [Fact]
    public void The_header_says_what_follows()
    {
        Assert.Equal("RIFF", Encoding.ASCII.GetString(File, 0, 4));
        Assert.Equal(File.Length - 8, Number(4));
        Assert.Equal("WAVEfmt ", Encoding.ASCII.GetString(File, 8, 8));
        Assert.Equal(WavRecording.Rate * 2, Number(28));
        Assert.Equal("data", Encoding.ASCII.GetString(File, 36, 4));
        Assert.Equal(4 * WavRecording.Rate * 2, Number(40));
        Assert.Equal(44 + Number(40), File.Length);
    }

    [Fact]
    public void It_can_be_heard_and_it_pauses()
    {
        var tenths = File[44..].Chunk(WavRecording.Rate / 10 * 2)
            .Select(t => t.Chunk(2).Max(s => Math.Abs((int)BinaryPrimitives.ReadInt16LittleEndian(s)))).ToList();
        Assert.InRange(tenths.Max(), 10_000, short.MaxValue);
        Assert.Contains(0, tenths);
        Assert.InRange(tenths.Count(t => t > 5_000), 20, 38);
    }

    private static int Number(int at) => BinaryPrimitives.ReadInt32LittleEndian(File.AsSpan(at));
}

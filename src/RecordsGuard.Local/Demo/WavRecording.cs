using System.Buffers.Binary;

namespace RecordsGuard.Local.Demo;

/// <summary>
/// A WAV file of 16-bit PCM at 16 kHz, one channel: two voices that take turns in syllables without words.
/// </summary>
internal static class WavRecording
{
    public const int Rate = 16_000;

    private const int HeaderLength = 44;
    private const double Turn = 3.4;

    /// <summary>First and second formant, in hertz, of a, i, u, e and o.</summary>
    private static readonly (double First, double Second)[] Vowels = [(730, 1090), (270, 2290), (300, 870), (530, 1840), (570, 840)];

    public static MemoryStream Write(int seconds)
    {
        var file = new byte[HeaderLength + (seconds * Rate * 2)];
        Header(file);
        var phase = 0.0;
        for (var sample = 0; sample < seconds * Rate; sample++)
        {
            var second = (double)sample / Rate;
            var turn = (int)(second / Turn);
            var within = second - (turn * Turn);
            var syllable = (int)(within * 4.2);
            var pitch = (turn % 2 == 0 ? 118 : 187) * (1 + (0.06 * Math.Sin(within * 1.9)) - (0.03 * within));
            phase += Math.Tau * pitch / Rate;
            var pause = within > Turn - 0.7 || (syllable + turn) % 7 == 6;
            var swell = pause ? 0 : Math.Sin(Math.PI * ((within * 4.2) - syllable));
            BinaryPrimitives.WriteInt16LittleEndian(
                file.AsSpan(HeaderLength + (sample * 2)), (short)(swell * Voice(phase, pitch, Vowels[(syllable + (turn * 3)) % Vowels.Length])));
        }

        return new(file, writable: false);
    }

    /// <summary>Harmonics of the pitch, those near a formant louder; peaks stay below 16 bits.</summary>
    private static double Voice(double phase, double pitch, (double First, double Second) vowel)
    {
        var sum = 0.0;
        for (var harmonic = 1; harmonic * pitch < 3_000; harmonic++)
        {
            var hertz = harmonic * pitch;
            var loud = Near(hertz, vowel.First, 130) + (0.5 * Near(hertz, vowel.Second, 180)) + 0.06;
            sum += loud * Math.Sin(harmonic * phase);
        }

        return Math.Clamp(5_500 * sum, short.MinValue, short.MaxValue);
    }

    private static double Near(double hertz, double formant, double width) => 1 / (1 + Math.Pow((hertz - formant) / width, 2));

    private static void Header(Span<byte> file)
    {
        "RIFF"u8.CopyTo(file);
        BinaryPrimitives.WriteInt32LittleEndian(file[4..], file.Length - 8);
        "WAVEfmt "u8.CopyTo(file[8..]);
        BinaryPrimitives.WriteInt32LittleEndian(file[16..], 16);
        BinaryPrimitives.WriteInt16LittleEndian(file[20..], 1); // PCM
        BinaryPrimitives.WriteInt16LittleEndian(file[22..], 1); // channels
        BinaryPrimitives.WriteInt32LittleEndian(file[24..], Rate);
        BinaryPrimitives.WriteInt32LittleEndian(file[28..], Rate * 2);
        BinaryPrimitives.WriteInt16LittleEndian(file[32..], 2); // bytes a frame
        BinaryPrimitives.WriteInt16LittleEndian(file[34..], 16); // bits a sample
        "data"u8.CopyTo(file[36..]);
        BinaryPrimitives.WriteInt32LittleEndian(file[40..], file.Length - HeaderLength);
    }
}

using System.Text;
using CsCheck;
using RecordsGuard.Audit;

namespace RecordsGuard.Tests.Audit;

/// <summary>docs/formats/audit-entry.md: one encoding of an entry, and nothing else parses.</summary>
public sealed class AuditEntryBytesTests
{
    private const string Golden =
        "01" + "00112233445566778899aabbccddeeff" + "000000d2c962ac7b" + "ffeeddccbbaa99887766554433221100" + "0000000000000007"
        + "abababababababababababababababababababababababababababababababab" + "02"
        + "000c726561642d636f6e74656e74" + "000464656d6f" + "0003703131" + "0000" + "0003722d31"
        + "0002" + "0003757469" + "00037a2d31" + "0007707572706f7365" + "00055452454154";

    private const string Letters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._:|/+=,*";

    private static readonly Gen<string> Text = Gen.String[Gen.Int[0, Letters.Length - 1].Select(i => Letters[i]), 0, 40];

    private static readonly Gen<AuditEntry> Entries = Gen.Select(
        Gen.Byte.Array[32], Gen.Long[0, 253402300799999], Gen.Long[0, long.MaxValue], Gen.Byte.Array[32], Gen.Int[1, 8],
        Text.Array[5], Gen.Select(Text, Text).Array[0, 9],
        (ids, time, sequence, previous, kind, texts, details) => new AuditEntry(
            AuditEntryId.From(ids.AsSpan(0, 16)), DateTimeOffset.FromUnixTimeMilliseconds(time), new Guid(ids.AsSpan(16)), sequence, previous,
            new((AuditKind)kind, texts[0], texts[1], texts[2], texts[3], texts[4],
                [.. details.Select(d => KeyValuePair.Create(d.Item1, d.Item2))])));

    private static AuditEntry Sample => new(
        AuditEntryId.From(Convert.FromHexString("00112233445566778899aabbccddeeff")),
        DateTimeOffset.FromUnixTimeMilliseconds(905321819259), Guid.ParseExact("ffeeddccbbaa99887766554433221100", "N"), 7,
        Enumerable.Repeat((byte)0xab, 32).ToArray(),
        new(AuditKind.Read, "read-content", "demo", "p11", "", "r-1", [new("uti", "z-1"), new("purpose", "TREAT")]));

    [Fact]
    public void The_bytes_of_an_entry_are_those_of_the_format_page() =>
        Assert.Equal(Golden, Convert.ToHexStringLower(Sample.ToBytes()));

    [Fact]
    public void What_is_written_is_what_is_read() => Entries.Sample(entry =>
    {
        var bytes = entry.ToBytes();
        var read = AuditEntry.Parse(bytes);
        Assert.Equal(bytes, read.ToBytes());
        Assert.Equal(entry.Event.Details, read.Event.Details);
        Assert.Equal((entry.Id, entry.Time, entry.Writer, entry.Sequence), (read.Id, read.Time, read.Writer, read.Sequence));
    });

    [Fact]
    public void An_entry_cut_at_any_byte_or_with_a_byte_too_many_is_refused() => Entries.Sample(
        entry =>
        {
            var bytes = entry.ToBytes();
            for (var length = 0; length < bytes.Length; length++)
            {
                var cut = bytes.AsMemory(0, length);
                Assert.Throws<FormatException>(() => AuditEntry.Parse(cut));
            }

            Assert.Throws<FormatException>(() => AuditEntry.Parse(new byte[] { 0 }.Prepend(bytes[0]).Concat(bytes[1..]).ToArray()));
            Assert.Throws<FormatException>(() => AuditEntry.Parse(bytes.Append((byte)0).ToArray()));
        },
        iter: 20);

    [Fact]
    public void A_flipped_bit_is_refused_or_read_as_another_entry_with_those_very_bytes()
    {
        var bytes = Sample.ToBytes();
        for (var bit = 0; bit < bytes.Length * 8; bit++)
        {
            var flipped = bytes.ToArray();
            flipped[bit / 8] ^= (byte)(1 << (bit % 8));
            try
            {
                Assert.Equal(flipped, AuditEntry.Parse(flipped).ToBytes());
            }
            catch (FormatException)
            {
            }
        }
    }

    [Fact]
    public void Random_bytes_are_refused_and_never_break_the_reader() => Gen.Byte.Array[0, 300].Sample(bytes =>
    {
        if (bytes.Length > 0)
        {
            bytes[0] = 1;
        }

        try
        {
            Assert.Equal(bytes, AuditEntry.Parse(bytes).ToBytes());
        }
        catch (FormatException)
        {
        }
    });

    [Theory]
    [InlineData("Ada Lovelace")]
    [InlineData("Zoë")]
    [InlineData("line\nline")]
    [InlineData("a@b")]
    [InlineData("\0")]
    [InlineData("ＡＤＡ")]
    public void Free_text_does_not_go_into_the_log_in_any_place(string text)
    {
        Assert.Throws<ArgumentException>(() => (Sample with { Event = Sample.Event with { Operation = text } }).ToBytes());
        Assert.Throws<ArgumentException>(() => (Sample with { Event = Sample.Event with { Practice = text } }).ToBytes());
        Assert.Throws<ArgumentException>(() => (Sample with { Event = Sample.Event with { Person = text } }).ToBytes());
        Assert.Throws<ArgumentException>(() => (Sample with { Event = Sample.Event with { Client = text } }).ToBytes());
        Assert.Throws<ArgumentException>(() => (Sample with { Event = Sample.Event with { Record = text } }).ToBytes());
        Assert.Throws<ArgumentException>(() => (Sample with { Event = Sample.Event with { Details = [new("x", text)] } }).ToBytes());
        Assert.Throws<ArgumentException>(() => (Sample with { Event = Sample.Event with { Details = [new(text, "x")] } }).ToBytes());
    }

    [Fact]
    public void Free_text_put_into_the_bytes_does_not_parse()
    {
        var bytes = Sample.ToBytes();
        var at = bytes.AsSpan().IndexOf(Encoding.ASCII.GetBytes("read-content"));
        bytes[at + 4] = (byte)' ';
        Assert.Throws<FormatException>(() => AuditEntry.Parse(bytes));
    }

    [Fact]
    public void A_text_has_at_most_2048_characters()
    {
        var longest = Sample with { Event = Sample.Event with { Record = new('r', 2048) } };
        Assert.Equal(2048, AuditEntry.Parse(longest.ToBytes()).Event.Record.Length);
        Assert.Throws<ArgumentException>(() => (Sample with { Event = Sample.Event with { Record = new('r', 2049) } }).ToBytes());
    }
}

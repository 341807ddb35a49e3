using System.Buffers.Text;
using CsCheck;
using RecordsGuard.Envelopes;
using RecordsGuard.Records;

namespace RecordsGuard.Tests.Envelopes;

public sealed class RecordDescriptorTests
{
    private static readonly AssociatedData Record = AssociatedDataTests.Example;

    private static readonly RecordDescriptor Example =
        new(new(1_234_567, new byte[74], new byte[32]), "Anamnese für Ada.pdf", "application/pdf");

    [Fact]
    public void Every_descriptor_comes_back() =>
        (from length in Gen.Long[0, long.MaxValue]
         from header in Gen.Byte.Array[74]
         from digest in Gen.Byte.Array[32]
         from name in Gen.Char.AlphaNumeric.Array[0, 300]
         from type in Gen.Char.AlphaNumeric.Array[0, 80]
         select new RecordDescriptor(new(length, header, digest), new string(name), new string(type)))
        .Sample(d =>
        {
            using var key = IndexKey.New();
            var opened = RecordDescriptor.Open(d.Seal(key, Record), key, Record);
            return opened.FileName == d.FileName
                && opened.ContentType == d.ContentType
                && opened.Content.PlaintextLength == d.Content.PlaintextLength
                && opened.Content.Header.Span.SequenceEqual(d.Content.Header.Span)
                && opened.Content.Digest.Span.SequenceEqual(d.Content.Digest.Span);
        });

    [Fact]
    public void The_bytes_are_those_of_the_format_page()
    {
        var small = new RecordDescriptor(new(258, new byte[74], new byte[32]), "a.txt", "t");
        var expected = "01" + "0000000000000102" + new string('0', 148) + new string('0', 64) + "0005612e747874" + "000174";
        Assert.Equal(expected, Convert.ToHexStringLower(small.ToBytes()));
    }

    [Fact]
    public void A_descriptor_opens_on_its_own_row_only()
    {
        using var key = IndexKey.New();
        using var other = IndexKey.New();
        var text = Example.Seal(key, Record);
        Fails(EnvelopeFault.Tampered, () => RecordDescriptor.Open(text, other, Record));
        Fails(EnvelopeFault.Tampered, () => RecordDescriptor.Open(text, key, Record with { Record = RecordId.New() }));
        Fails(EnvelopeFault.Tampered, () => RecordDescriptor.Open(text, key, Record with { Client = ClientId.New() }));
        Fails(EnvelopeFault.Tampered, () => RecordDescriptor.Open(text, key, Record with { ContentVersion = 2 }));
    }

    [Fact]
    public void No_bit_of_a_descriptor_can_be_flipped()
    {
        using var key = IndexKey.New();
        var bytes = Base64Url.DecodeFromChars(Example.Seal(key, Record));
        for (var bit = 0; bit < bytes.Length * 8; bit++)
        {
            var changed = (byte[])bytes.Clone();
            changed[bit / 8] ^= (byte)(1 << (bit % 8));
            Fails(
                bit < 8 ? EnvelopeFault.BadHeader : EnvelopeFault.Tampered,
                () => RecordDescriptor.Open(Base64Url.EncodeToString(changed), key, Record));
        }
    }

    [Fact]
    public void Only_the_one_form_is_read()
    {
        var bytes = Example.ToBytes();
        for (var length = 0; length < bytes.Length; length++)
            Fails(EnvelopeFault.BadHeader, () => RecordDescriptor.Parse(bytes.AsSpan(0, length)));
        Fails(EnvelopeFault.BadHeader, () => RecordDescriptor.Parse([.. bytes, 0]));
        bytes[0] = 2;
        Fails(EnvelopeFault.BadHeader, () => RecordDescriptor.Parse(bytes));
    }

    private static void Fails(EnvelopeFault expected, Action act) =>
        Assert.Equal(expected, Assert.Throws<EnvelopeException>(act).Fault);
}

using System.Buffers.Text;
using System.Globalization;
using System.Security.Cryptography;
using RecordsGuard.Envelopes;
using RecordsGuard.Records;

namespace RecordsGuard.Tests.Envelopes;

/// <summary>Writes tests/vectors/envelope afresh (its README has the command). New random bytes each time, the same cases.</summary>
public sealed class EnvelopeVectorGenerator
{
    private const int Small = 64;

    private static readonly AssociatedData Record = AssociatedDataTests.Example;

    private static readonly byte[] Key = RandomNumberGenerator.GetBytes(32);

    [Fact(Explicit = true)]
    public async Task Content_vectors_are_written()
    {
        var text = "Every promise is kept by someone, or by something."u8.ToArray();
        var product = await SealAsync(FloeParameters.Product, text);
        var empty = await SealAsync(FloeParameters.Product, []);
        var small = await SealAsync(new(Small), RandomNumberGenerator.GetBytes(150));
        var full = await SealAsync(new(Small), RandomNumberGenerator.GetBytes(96));
        var twin = await SealAsync(new(Small), small.Plaintext);

        Write("ok-one-segment", "ok", "One segment, as most notes are.", product);
        Write("ok-empty", "ok", "No plaintext at all: one segment that holds none.", empty);
        Write("ok-five-segments", "ok", "Short segments, for vectors only.", small);
        Write("ok-exactly-three-segments", "ok", "The final segment is full, and no empty one follows.", full);

        Write("truncated-header", "truncated", "Cut within the header.", product with { Bytes = product.Bytes[..73] });
        Write("truncated-body", "truncated", "The header alone.", product with { Bytes = product.Bytes[..74] });
        Write("truncated-segment", "truncated", "One byte short.", small with { Bytes = small.Bytes[..^1] });
        Write("truncated-boundary", "truncated", "The final segment is missing.", small.With(small.Parts()[..^1]));
        Write("truncated-two", "truncated", "The last two segments are missing.", small.With(small.Parts()[..^2]));
        Write("appended-byte", "appended", "One byte more.", small with { Bytes = [.. small.Bytes, 0] });
        Write("appended-final", "appended", "The full final segment twice.", full.With([.. full.Parts(), full.Parts()[^1]]));

        Write("reordered-swap", "reordered", "Segments 1 and 2 have changed places.", Swapped(small, 2, 3));
        Write("reordered-first", "reordered", "Segments 0 and 3 have changed places.", Swapped(small, 1, 4));
        Write("reordered-repeat", "reordered", "Segment 1 stands in the place of segment 2 too.", Replaced(small, 3, small.Parts()[2]));

        Write("spliced-segment", "spliced", "Segment 1 of another message of the same record and key.", Replaced(small, 2, twin.Parts()[2]));
        Write("spliced-final", "spliced", "The final segment of another message.", Replaced(small, 5, twin.Parts()[5]));
        Write("spliced-header", "spliced", "The header of another message.", Replaced(small, 0, twin.Parts()[0]));

        Write("wrong-record-record", "wrong-record", "Another record's row.", product, Record with { Record = RecordId.New() });
        Write("wrong-record-client", "wrong-record", "Another client's row.", product, Record with { Client = ClientId.New() });
        Write("wrong-record-practice", "wrong-record", "Another practice's row.", product, Record with { Practice = PracticeId.Parse("elm") });
        Write("wrong-record-version", "wrong-record", "Another content version.", product, Record with { ContentVersion = 2 });
        Write("wrong-key", "wrong-key", "Another record's slip.", product with { Key = RandomNumberGenerator.GetBytes(32) });

        Write("tampered-iv", "tampered", "A bit of the FLOE IV.", Flipped(product, 20));
        Write("tampered-header-tag", "tampered", "A bit of the header tag.", Flipped(product, 60));
        Write("tampered-gcm-iv", "tampered", "A bit of a segment's IV.", Flipped(product, 80));
        Write("tampered-ciphertext", "tampered", "A bit of the ciphertext.", Flipped(product, 95));
        Write("tampered-tag", "tampered", "A bit of the tag.", Flipped(product, product.Bytes.Length - 1));
        Write("tampered-final", "tampered", "A segment that is not final says that it is.", SaysFinal(small));

        Write("downgraded-algorithm", "downgraded", "Another AEAD number.", Header(product, "01000010000000000020"));
        Write("downgraded-kdf", "downgraded", "Another KDF number.", Header(product, "00010010000000000020"));
        Write("downgraded-segment", "downgraded", "Another segment length.", Header(product, "00000000100000000020"));
        Write("downgraded-iv", "downgraded", "Another IV length.", Header(product, "00000010000000000010"));
        Write(
            "downgraded-whole", "downgraded", "Well sealed, but with short segments, where a record is read.",
            small with { Parameters = FloeParameters.Product });
    }

    [Fact(Explicit = true)]
    public void Text_and_descriptor_vectors_are_written()
    {
        using var key = IndexKey.From(Key);
        var place = new TextPlace(Record.Practice, Record.Client, "client", "name");
        Text("ok-name", "ok", "A client's name.", "Ada Lovelace", key.SealText("Ada Lovelace", place), place);
        Text("ok-empty", "ok", "No text.", "", key.SealText("", place), place);
        Text("ok-block", "ok", "Exactly 32 bytes, padded to 64.", new('x', 32), key.SealText(new('x', 32), place), place);
        var staff = place with { Client = null, RowKey = "person", Field = "name" };
        Text("ok-practice", "ok", "A text of the practice itself.", "Grace Hopper", key.SealText("Grace Hopper", staff), staff);
        Text("wrong-field", "wrong-record", "Sealed as another field.", "", key.SealText("Ada", place), place with { Field = "chart" });
        var changed = Base64Url.DecodeFromChars(key.SealText("Ada", place));
        changed[20] ^= 1;
        Text("tampered", "tampered", "A bit of the ciphertext.", "", Base64Url.EncodeToString(changed), place);
        changed[20] ^= 1;
        changed[0] = 0;
        Text("downgraded", "downgraded", "Another version.", "", Base64Url.EncodeToString(changed), place);

        var content = new SealedContent(50, RandomNumberGenerator.GetBytes(74), RandomNumberGenerator.GetBytes(32));
        var descriptor = new RecordDescriptor(content, "Anamnese für Ada.pdf", "application/pdf").Seal(key, Record);
        Descriptor("ok", "ok", "A descriptor.", descriptor, Record, content);
        Descriptor("wrong-record", "wrong-record", "On another row.", descriptor, Record with { Record = RecordId.New() }, content);
    }

    private static void Write(string name, string expect, string what, SealedSample sample, AssociatedData? record = null)
    {
        record ??= Record;
        VectorFile.Write(
            $"content-{name}", what,
            ("expect", expect),
            ("segment", sample.Parameters.SegmentLength.ToString(CultureInfo.InvariantCulture)),
            ("key", VectorFile.Hex(sample.Key)),
            ("practice", record.Practice.ToString()),
            ("client", record.Client.ToString()),
            ("record", record.Record.ToString()),
            ("version", record.ContentVersion.ToString(CultureInfo.InvariantCulture)),
            ("aad", VectorFile.Hex(record.ToBytes())),
            ("length", sample.Plaintext.Length.ToString(CultureInfo.InvariantCulture)),
            ("header", VectorFile.Hex(sample.Header)),
            ("plaintext", VectorFile.Hex(sample.Plaintext)),
            ("sealed", VectorFile.Hex(sample.Bytes)));
    }

    private static void Text(string name, string expect, string what, string text, string sealedText, TextPlace place) => VectorFile.Write(
        $"text-{name}", what,
        ("expect", expect),
        ("key", VectorFile.Hex(Key)),
        ("practice", place.Practice.ToString()),
        ("client", place.Client?.ToString() ?? ""),
        ("row", place.RowKey),
        ("field", place.Field),
        ("aad", VectorFile.Hex(place.ToBytes())),
        ("text", text),
        ("sealed", sealedText));

    private static void Descriptor(
        string name, string expect, string what, string descriptor, AssociatedData record, SealedContent content) => VectorFile.Write(
        $"descriptor-{name}", what,
        ("expect", expect),
        ("key", VectorFile.Hex(Key)),
        ("practice", record.Practice.ToString()),
        ("client", record.Client.ToString()),
        ("record", record.Record.ToString()),
        ("version", record.ContentVersion.ToString(CultureInfo.InvariantCulture)),
        ("aad", VectorFile.Hex(record.For("descriptor"))),
        ("length", content.PlaintextLength.ToString(CultureInfo.InvariantCulture)),
        ("header", VectorFile.Hex(content.Header.Span)),
        ("digest", VectorFile.Hex(content.Digest.Span)),
        ("file-name", "Anamnese für Ada.pdf"),
        ("content-type", "application/pdf"),
        ("sealed", descriptor));

    private static Task<SealedSample> SealAsync(FloeParameters parameters, byte[] plaintext) =>
        SealedSample.SealAsync(parameters, Key, Record.ToBytes(), plaintext);

    private static SealedSample Flipped(SealedSample sample, int at)
    {
        var bytes = (byte[])sample.Bytes.Clone();
        bytes[at] ^= 4;
        return sample with { Bytes = bytes };
    }

    private static SealedSample Header(SealedSample sample, string parameters) =>
        sample with { Bytes = [.. Convert.FromHexString(parameters), .. sample.Bytes.AsSpan(10)] };

    private static SealedSample Swapped(SealedSample sample, int one, int other)
    {
        var parts = sample.Parts();
        (parts[one], parts[other]) = (parts[other], parts[one]);
        return sample.With(parts);
    }

    private static SealedSample Replaced(SealedSample sample, int at, byte[] part)
    {
        var parts = sample.Parts();
        parts[at] = part;
        return sample.With(parts);
    }

    private static SealedSample SaysFinal(SealedSample sample)
    {
        var parts = sample.Parts();
        Convert.FromHexString("00000040").CopyTo(parts[^2], 0);
        return sample.With(parts);
    }
}

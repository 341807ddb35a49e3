using RecordsGuard.Envelopes;
using RecordsGuard.Records;

namespace RecordsGuard.Tests.Envelopes;

public sealed class EnvelopeVectorTests
{
    public static TheoryData<string> Contents => [.. VectorFile.Names("content")];

    public static TheoryData<string> Texts => [.. VectorFile.Names("text")];

    public static TheoryData<string> Descriptors => [.. VectorFile.Names("descriptor")];

    [Fact]
    public void Every_kind_of_attack_has_a_vector() => Assert.Superset(
        new HashSet<string>(["ok", "truncated", "appended", "reordered", "spliced", "wrong-record", "wrong-key", "tampered", "downgraded"]),
        VectorFile.Names("content").Select(n => VectorFile.Read(n)["expect"]).ToHashSet());

    [Theory]
    [MemberData(nameof(Contents))]
    public async Task Every_reader_does_with_content_what_the_vector_expects(string name)
    {
        var vector = VectorFile.Read(name);
        Assert.Equal(vector["aad"], VectorFile.Hex(vector.Record.ToBytes()));
        var parameters = vector.Number("segment") == RawFloe.RecordSegmentLength ? FloeParameters.Product : new(vector.Number("segment"));
        var sample = new SealedSample(
            parameters, vector.Bytes("key"), vector.Bytes("aad"), vector.Bytes("sealed"), vector.Bytes("header"),
            FloeLayout.OfPlaintext(parameters, vector.Number("length")), vector.Bytes("plaintext"));

        // A store that hides what was appended has given the true content.
        foreach (var reader in vector["expect"] == "appended" ? Reader.Honest : Reader.All)
        {
            if (vector["expect"] == "ok")
                await reader.OpensAsync(sample);
            else
                await reader.RefusesAsync(sample, FaultsOf(vector["expect"]));
        }
    }

    [Theory]
    [MemberData(nameof(Texts))]
    public void Text_opens_or_not_as_the_vector_expects(string name)
    {
        var vector = VectorFile.Read(name);
        using var key = IndexKeyOf(vector);
        var client = vector["client"].Length == 0 ? default(ClientId?) : ClientId.Parse(vector["client"]);
        var place = new TextPlace(PracticeId.Parse(vector["practice"]), client, vector["row"], vector["field"]);
        Assert.Equal(vector["aad"], VectorFile.Hex(place.ToBytes()));
        if (vector["expect"] == "ok")
            Assert.Equal(vector["text"], key.OpenText(vector["sealed"], place));
        else
            Refuses(vector, () => key.OpenText(vector["sealed"], place));
    }

    [Theory]
    [MemberData(nameof(Descriptors))]
    public void Descriptors_open_or_not_as_the_vector_expects(string name)
    {
        var vector = VectorFile.Read(name);
        using var key = IndexKeyOf(vector);
        Assert.Equal(vector["aad"], VectorFile.Hex(vector.Record.For("descriptor")));
        if (vector["expect"] != "ok")
        {
            Refuses(vector, () => RecordDescriptor.Open(vector["sealed"], key, vector.Record));
            return;
        }

        var descriptor = RecordDescriptor.Open(vector["sealed"], key, vector.Record);
        Assert.Equal(vector.Number("length"), descriptor.Content.PlaintextLength);
        Assert.Equal(vector.Bytes("header"), descriptor.Content.Header.ToArray());
        Assert.Equal(vector.Bytes("digest"), descriptor.Content.Digest.ToArray());
        Assert.Equal(vector["file-name"], descriptor.FileName);
        Assert.Equal(vector["content-type"], descriptor.ContentType);
    }

    private static void Refuses(VectorFile vector, Action act) =>
        Assert.Contains(Assert.Throws<EnvelopeException>(act).Fault, FaultsOf(vector["expect"]));

    private static IndexKey IndexKeyOf(VectorFile vector) => IndexKey.From(vector.Bytes("key"));

    /// <summary>What a reader may call it depends on how much it knows beforehand; that it refuses does not.</summary>
    private static EnvelopeFault[] FaultsOf(string expect) => expect switch
    {
        "truncated" => [EnvelopeFault.Truncated],
        "appended" => [EnvelopeFault.Trailing],
        "reordered" => [EnvelopeFault.Tampered, EnvelopeFault.Trailing],
        "spliced" => [EnvelopeFault.Tampered, EnvelopeFault.WrongKey],
        "tampered" => [EnvelopeFault.Tampered, EnvelopeFault.WrongKey, EnvelopeFault.Trailing],
        "wrong-record" or "wrong-key" => [EnvelopeFault.WrongKey, EnvelopeFault.Tampered],
        "downgraded" => [EnvelopeFault.BadHeader],
        _ => throw new InvalidOperationException($"expect: {expect}?"),
    };
}

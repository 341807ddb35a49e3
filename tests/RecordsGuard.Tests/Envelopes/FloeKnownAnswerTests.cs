using RecordsGuard.Envelopes;

namespace RecordsGuard.Tests.Envelopes;

public sealed class FloeKnownAnswerTests
{
    private static readonly byte[] Key = new byte[DataKey.Length];

    private static readonly byte[] Aad = "This is AAD"u8.ToArray();

    public static TheoryData<string> Published =>
        [.. Directory.GetFiles(Vectors.Folder("floe"), "*_ct.txt").Select(f => Path.GetFileName(f)[..^7]).Order()];

    [Fact]
    public void All_published_answers_are_here() => Assert.Equal(11, Published.Count);

    [Theory]
    [MemberData(nameof(Published))]
    public async Task Every_published_answer_opens_in_every_reader(string name)
    {
        var (parameters, bytes, plaintext) = (ParametersOf(name), Read(name, "ct"), Read(name, "pt"));
        var layout = FloeLayout.OfSealed(parameters, bytes.Length);
        var sample = new SealedSample(parameters, Key, Aad, bytes, bytes[..FloeParameters.HeaderLength], layout, plaintext);
        foreach (var reader in Reader.All)
            await reader.OpensAsync(sample);
    }

    [Theory]
    [MemberData(nameof(Published))]
    public async Task What_we_seal_is_as_long_as_theirs_and_opens(string name)
    {
        var sample = await SealedSample.SealAsync(ParametersOf(name), Key, Aad, Read(name, "pt"));
        if (name != "java_lastSegEmpty")
            Assert.Equal(Read(name, "ct").Length, sample.Bytes.Length);
        foreach (var reader in Reader.All)
            await reader.OpensAsync(sample);
    }

    internal static FloeParameters ParametersOf(string name) => name switch
    {
        _ when name.EndsWith("_64", StringComparison.Ordinal) => new(64),
        _ when name.EndsWith("_4K", StringComparison.Ordinal) => new(4096),
        _ when name.EndsWith("_rotation", StringComparison.Ordinal) => new(40, RotationBits: 2),
        _ => new(40),
    };

    private static byte[] Read(string name, string kind) =>
        Vectors.Hex(Path.Combine(Vectors.Folder("floe"), $"{name}_{kind}.txt"));
}

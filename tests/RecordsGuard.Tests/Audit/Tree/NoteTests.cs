using System.Security.Cryptography;
using System.Text;
using RecordsGuard.Audit.Tree;

namespace RecordsGuard.Tests.Audit.Tree;

/// <summary>Checkpoints, notes, keys and receipts of our own.</summary>
public sealed class NoteTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    private const string Origin = "practice.example/log";

    private readonly ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);

    private VerifierKey Verifier => VerifierKey.Ecdsa(Origin, key.ExportSubjectPublicKeyInfo());

    [Fact]
    public async Task A_checkpoint_is_signed_so_that_its_key_verifies_it_and_no_other()
    {
        // Many times: an r or s with a leading zero or a high bit has another length in DER.
        for (var size = 0; size < 300; size++)
        {
            var checkpoint = new Checkpoint(Origin, size, TreeHash.OfLeaf(GrownTree.Entry(size)));
            var note = SignedNote.Parse((await checkpoint.SignAsync(SignAsync, Stop)).ToBytes());
            Assert.True(note.IsSignedBy(VerifierKey.Parse(Verifier.ToString() + "\n")));
            Assert.Equal(checkpoint, Checkpoint.Of(note));
            Assert.False((note with { Text = note.Text.Replace(Origin, "other.example/log") }).IsSignedBy(Verifier));
        }

        using var other = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var signed = await new Checkpoint(Origin, 1, TreeHash.OfNothing).SignAsync(SignAsync, Stop);
        Assert.False(signed.IsSignedBy(VerifierKey.Ecdsa(Origin, other.ExportSubjectPublicKeyInfo())));
        Assert.False(signed.IsSignedBy(VerifierKey.Ecdsa("another-name", key.ExportSubjectPublicKeyInfo())));
    }

    [Fact]
    public async Task Signatures_of_others_are_ignored_and_a_false_one_of_ours_spoils_the_note()
    {
        var note = await new Checkpoint(Origin, 1, TreeHash.OfNothing).SignAsync(SignAsync, Stop);
        var witness = new NoteSignature("witness.example", 7, new byte[72]);
        Assert.True((note with { Signatures = [witness, .. note.Signatures] }).IsSignedBy(Verifier));
        var forged = note.Signatures[0] with { Value = new byte[70] };
        Assert.False((note with { Signatures = [.. note.Signatures, forged] }).IsSignedBy(Verifier));
        Assert.False((note with { Signatures = [witness] }).IsSignedBy(Verifier));
    }

    [Theory]
    [InlineData("")]
    [InlineData("a\n")]
    [InlineData("a\n\n")]
    [InlineData("a\n\n\u2014 n AAAAAQ==\n")]
    [InlineData("a\n\n\u2014 n AAAAAQE")]
    [InlineData("a\n\n\u2014 n AAAAAQE=")]
    [InlineData("a\n\n\u2014 n AAAAAQF=\n")]
    [InlineData("a\n\n\u2014 n  AAAAAQE=\n")]
    [InlineData("a\n\n\u2014 n+m AAAAAQE=\n")]
    [InlineData("a\n\n- n AAAAAQE=\n")]
    [InlineData("a\r\n\n\u2014 n AAAAAQE=\n")]
    [InlineData("a\n\n\u2014 n AAAAAQE=\n\n")]
    public void What_is_no_signed_note_is_refused(string note) =>
        Assert.Throws<FormatException>(() => SignedNote.Parse(Encoding.UTF8.GetBytes(note)));

    [Fact]
    public void Bytes_that_are_not_UTF8_are_no_note() => Assert.Throws<FormatException>(
        () => SignedNote.Parse([.. "a\xff"u8, 0xff, .. "\n\n\u2014 n AAAAAQE=\n"u8]));

    [Theory]
    [InlineData("o\n1\n")]
    [InlineData("\n1\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n")]
    [InlineData("o\n01\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n")]
    [InlineData("o\n-1\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n")]
    [InlineData("o\n1\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuA==\n")]
    [InlineData("o\n99999999999999999999\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n")]
    public void What_is_no_checkpoint_is_refused(string text) =>
        Assert.Throws<FormatException>(() => Checkpoint.Of(new(text, [])));

    [Fact]
    public void An_extension_line_of_another_log_is_no_hindrance() => Assert.Equal(
        1, Checkpoint.Of(new("o\n1\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\nextension\n", [])).Size);

    [Fact]
    public void A_key_under_an_id_that_is_not_its_own_is_refused()
    {
        var line = Verifier.ToString();
        Assert.Equal(line, VerifierKey.Parse(line).ToString());
        Assert.Throws<FormatException>(() => VerifierKey.Parse(line.Replace($"{Verifier.Id:x8}", $"{Verifier.Id ^ 1:x8}")));
        Assert.Throws<FormatException>(() => VerifierKey.Parse(line[..^5]));
        Assert.Throws<FormatException>(() => VerifierKey.Parse("name"));
    }

    [Fact]
    public async Task A_receipt_proves_its_entry_by_itself_and_no_altered_one_does()
    {
        var tree = new GrownTree().Grow(1000);
        var note = await new Checkpoint(Origin, 1000, tree.Root).SignAsync(SignAsync, Stop);
        var receipt = new Receipt(GrownTree.Entry(321), await tree.At(1000).InclusionAsync(321, Stop), note);
        var text = receipt.ToString();
        Assert.StartsWith("c2sp.org/tlog-proof@v1\nextra ", text, StringComparison.Ordinal);
        Assert.True(Receipt.Parse(text).Verify(Verifier));
        Assert.Equal(text, Receipt.Parse(text).ToString());
        // The next character is another bit: at the end of a base64 text it may be one that says nothing.
        for (var at = 0; at < text.Length; at++)
        {
            Assert.False(IsProof($"{text[..at]}{(char)(text[at] + 1)}{text[(at + 1)..]}"), $"altered at {at}");
        }

        bool IsProof(string altered)
        {
            try
            {
                return Receipt.Parse(altered).Verify(Verifier);
            }
            catch (FormatException)
            {
                return false;
            }
        }
    }

    private Task<DigestSignature> SignAsync(ReadOnlyMemory<byte> digest, CancellationToken cancel) => Task.FromResult(
        new DigestSignature(key.SignHash(digest.ToArray()), key.ExportSubjectPublicKeyInfo()));
}

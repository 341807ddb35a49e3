using System.Buffers.Text;
using CsCheck;
using RecordsGuard.Envelopes;
using RecordsGuard.Fakes;
using RecordsGuard.Records;

namespace RecordsGuard.Tests.Envelopes;

public sealed class IndexKeyTests
{
    private static readonly TextPlace Place = new(PracticeId.Parse("oak"), ClientId.New(), "client", "name");

    [Fact]
    public void Any_text_comes_back() => Gen.String.Sample(text =>
    {
        if (text.EnumerateRunes().Any(r => r.Value == 0xFFFD))
            return true;

        using var key = IndexKey.New();
        return key.OpenText(key.SealText(text, Place), Place) == text;
    });

    [Fact]
    public void Text_that_is_no_Unicode_is_refused()
    {
        using var key = IndexKey.New();
        Assert.ThrowsAny<ArgumentException>(() => key.SealText("a\ud800b", Place));
    }

    [Fact]
    public void Text_opens_only_where_it_was_written()
    {
        using var key = IndexKey.New();
        using var other = IndexKey.New();
        var text = key.SealText("Ada Lovelace", Place);
        TextPlace[] elsewhere =
        [
            Place with { Practice = PracticeId.Parse("elm") },
            Place with { Client = ClientId.New() },
            Place with { Client = null },
            Place with { RowKey = "clientn", Field = "ame" },
            Place with { Field = "chart" },
        ];
        foreach (var place in elsewhere)
            Fails(EnvelopeFault.Tampered, () => key.OpenText(text, place));
        Fails(EnvelopeFault.Tampered, () => other.OpenText(text, Place));
    }

    [Fact]
    public void No_bit_of_a_sealed_text_can_be_flipped_nor_any_cut_off()
    {
        using var key = IndexKey.New();
        var bytes = Base64Url.DecodeFromChars(key.SealText("Ada", Place));
        for (var bit = 0; bit < bytes.Length * 8; bit++)
        {
            var changed = (byte[])bytes.Clone();
            changed[bit / 8] ^= (byte)(1 << (bit % 8));
            Fails(bit < 8 ? EnvelopeFault.BadHeader : EnvelopeFault.Tampered, () => key.OpenText(Base64Url.EncodeToString(changed), Place));
        }

        for (var length = 0; length < bytes.Length; length++)
        {
            Fails(
                length < 29 ? EnvelopeFault.BadHeader : EnvelopeFault.Tampered,
                () => key.OpenText(Base64Url.EncodeToString(bytes.AsSpan(0, length)), Place));
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData("no base64!")]
    [InlineData("Ada")]
    public void What_was_never_sealed_is_refused(string text)
    {
        using var key = IndexKey.New();
        Fails(EnvelopeFault.BadHeader, () => key.OpenText(text, Place));
    }

    [Fact]
    public void Length_shows_only_in_steps_of_32_and_equality_not_at_all()
    {
        using var key = IndexKey.New();
        int[] lengths = [.. Enumerable.Range(0, 65).Select(n => key.SealText(new string('x', n), Place).Length)];
        Assert.Single(lengths[..32].Distinct());
        Assert.Single(lengths[32..64].Distinct());
        Assert.Equal(3, lengths.Distinct().Count());
        Assert.NotEqual(key.SealText("Ada", Place), key.SealText("Ada", Place));
    }

    [Fact]
    public async Task A_practices_clients_cost_one_unwrap()
    {
        var cancel = TestContext.Current.CancellationToken;
        var vault = new InMemoryKeyVault();
        await vault.EnsureKeyAsync("oak-index", KeyUse.KeyEncryption, cancel);
        using var practiceKey = IndexKey.New();
        using var clientKey = IndexKey.New();
        var slip = KeySlip.Wrap(practiceKey, await vault.GetPublicKeyAsync("oak-index", cancel));
        var wrapped = practiceKey.WrapClient(clientKey, Place.Practice, Place.Client!.Value);
        var text = clientKey.SealText("Ada", Place);

        using var opened = await IndexKey.UnwrapAsync(slip, vault, "oak-index", "cause", cancel);
        using var client = opened.UnwrapClient(wrapped, Place.Practice, Place.Client!.Value);
        Assert.Equal("Ada", client.OpenText(text, Place));
        Assert.Single(vault.Calls, c => c.Operation == "unwrap");
    }

    [Fact]
    public void A_clients_key_opens_for_that_client_of_that_practice_only()
    {
        using var practiceKey = IndexKey.New();
        using var otherPracticeKey = IndexKey.New();
        using var clientKey = IndexKey.New();
        var (practice, client) = (Place.Practice, Place.Client!.Value);
        var wrapped = practiceKey.WrapClient(clientKey, practice, client);
        Fails(EnvelopeFault.Tampered, () => practiceKey.UnwrapClient(wrapped, practice, ClientId.New()));
        Fails(EnvelopeFault.Tampered, () => practiceKey.UnwrapClient(wrapped, PracticeId.Parse("elm"), client));
        Fails(EnvelopeFault.Tampered, () => otherPracticeKey.UnwrapClient(wrapped, practice, client));
        Fails(EnvelopeFault.Tampered, () => practiceKey.UnwrapClient(practiceKey.SealText("x", Place), practice, client));
        Fails(EnvelopeFault.BadHeader, () => practiceKey.UnwrapClient("", practice, client));
        Fails(EnvelopeFault.Tampered, () => practiceKey.OpenText(wrapped, Place));
    }

    private static void Fails(EnvelopeFault expected, Action act) =>
        Assert.Equal(expected, Assert.Throws<EnvelopeException>(act).Fault);
}

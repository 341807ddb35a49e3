using System.Text;
using RecordsGuard.Audit.Witnessing;
using RecordsGuard.Fakes;

namespace RecordsGuard.Azure.Tests.Contracts;

/// <summary>What every <see cref="IEd25519"/> does.</summary>
public abstract class Ed25519Contract
{
    private static readonly byte[] Message = Encoding.UTF8.GetBytes("cosignature/v1\ntime 1\n");

    protected abstract IEd25519 Keys { get; }

    [Fact]
    public void A_signature_verifies_for_its_key_and_message_and_nothing_else()
    {
        var (seed, other) = (Enumerable.Range(0, 32).Select(i => (byte)i).ToArray(), new byte[32]);
        var (key, signature) = (Keys.PublicKeyOf(seed), Keys.Sign(seed, Message));
        Assert.Equal((32, 64), (key.Length, signature.Length));
        Assert.True(Keys.Verifies(key, Message, signature));
        Assert.False(Keys.Verifies(key, [.. Message, 0], signature));
        Assert.False(Keys.Verifies(Keys.PublicKeyOf(other), Message, signature));
        for (var i = 0; i < signature.Length; i++)
        {
            var flipped = signature.ToArray();
            flipped[i] ^= 1;
            Assert.False(Keys.Verifies(key, Message, flipped));
        }
    }

    [Theory]
    [InlineData(31, 64)]
    [InlineData(33, 64)]
    [InlineData(32, 63)]
    [InlineData(32, 65)]
    [InlineData(0, 0)]
    public void A_key_or_signature_of_another_length_verifies_nothing(int key, int signature) =>
        Assert.False(Keys.Verifies(new byte[key], Message, new byte[signature]));

    [Fact]
    public void A_seed_of_another_length_is_a_mistake() =>
        Assert.ThrowsAny<ArgumentException>(() => Keys.PublicKeyOf(new byte[31]));
}

public sealed class PretendEd25519Tests : Ed25519Contract
{
    protected override IEd25519 Keys { get; } = new PretendEd25519();
}

public sealed class Ed25519Tests : Ed25519Contract
{
    protected override IEd25519 Keys => AzureAdapters.Ed25519;

    /// <summary>RFC 8032 section 7.1, tests 1 to 3.</summary>
    [Theory]
    [InlineData(
        "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60", "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a", "",
        "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b")]
    [InlineData(
        "4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb", "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c", "72",
        "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00")]
    [InlineData(
        "c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7", "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025", "af82",
        "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a")]
    public void The_published_vectors_hold(string seed, string key, string message, string signature)
    {
        var bytes = Convert.FromHexString(message);
        Assert.Equal(key, Convert.ToHexStringLower(Keys.PublicKeyOf(Convert.FromHexString(seed))));
        Assert.Equal(signature, Convert.ToHexStringLower(Keys.Sign(Convert.FromHexString(seed), bytes)));
        Assert.True(Keys.Verifies(Convert.FromHexString(key), bytes, Convert.FromHexString(signature)));
    }
}

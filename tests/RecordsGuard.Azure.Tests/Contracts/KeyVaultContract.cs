using System.Security.Cryptography;
using RecordsGuard.Envelopes;

namespace RecordsGuard.Azure.Tests.Contracts;

/// <summary>What every <see cref="IKeyVault"/> does. Each test has keys of its own.</summary>
public abstract class KeyVaultContract
{
    protected string Name { get; } = $"k{Guid.NewGuid():N}-content";

    protected string Cause { get; } = Guid.NewGuid().ToString("D");

    protected static CancellationToken Cancel => TestContext.Current.CancellationToken;

    protected abstract IKeyVault Vault { get; }

    /// <summary>Makes one as a key administrator does.</summary>
    protected abstract Task NewVersionAsync(string name);

    protected abstract Task DeleteAsync(string name);

    protected abstract Task<ECDsa> SigningKeyAsync(KeyVersion key);

    /// <summary>The causes of the uses of private keys so far.</summary>
    protected abstract Task<IReadOnlyList<string>> CausesAsync();

    [Fact]
    public async Task A_key_is_created_once_however_often_it_is_ensured()
    {
        await Vault.EnsureKeyAsync(Name, KeyUse.KeyEncryption, Cancel);
        var first = await Vault.GetPublicKeyAsync(Name, Cancel);
        await Vault.EnsureKeyAsync(Name, KeyUse.KeyEncryption, Cancel);
        Assert.Equal(first.Id, (await Vault.GetPublicKeyAsync(Name, Cancel)).Id);
        Assert.Equal(3072 / 8, first.Parameters.Modulus!.Length);
        Assert.Null(first.Parameters.D);
        Assert.Equal(Name, first.Id.Name);
        Assert.Matches("^[0-9a-f]{32}$", first.Id.Version);
    }

    [Fact]
    public async Task A_key_of_another_type_is_not_taken_for_the_one_wanted()
    {
        await Vault.EnsureKeyAsync(Name, KeyUse.Signing, Cancel);
        await FaultAsync(KeyVaultFault.Refused, Vault.EnsureKeyAsync(Name, KeyUse.KeyEncryption, Cancel));
        await FaultAsync(KeyVaultFault.Refused, Vault.GetPublicKeyAsync(Name, Cancel));
    }

    [Fact]
    public async Task The_public_half_of_a_signing_key_verifies_what_its_version_signed()
    {
        await Vault.EnsureKeyAsync(Name, KeyUse.Signing, Cancel);
        var digest = RandomNumberGenerator.GetBytes(32);
        var signed = await Vault.SignAsync(Name, digest, Cause, Cancel);
        using var key = ECDsa.Create();
        key.ImportSubjectPublicKeyInfo(await Vault.GetSigningKeyAsync(signed.Key, Cancel), out _);
        Assert.True(key.VerifyHash(digest, signed.Value));
        await FaultAsync(KeyVaultFault.NotFound, Vault.GetSigningKeyAsync(signed.Key with { Version = new('0', 32) }, Cancel));
    }

    [Fact]
    public async Task Racing_creators_leave_a_key_that_works()
    {
        await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Vault.EnsureKeyAsync(Name, KeyUse.Signing, Cancel)));
        await Vault.EnsureKeyAsync(Name, KeyUse.Signing, Cancel);
        await Vault.SignAsync(Name, new byte[32], Cause, Cancel);
    }

    [Fact]
    public async Task What_the_public_half_wraps_the_vault_unwraps_also_after_a_rotation()
    {
        await Vault.EnsureKeyAsync(Name, KeyUse.KeyEncryption, Cancel);
        var old = await Vault.GetPublicKeyAsync(Name, Cancel);
        var secret = RandomNumberGenerator.GetBytes(32);
        Assert.Equal(secret, await Vault.UnwrapAsync(old.Id, Wrap(old, secret), Cause, Cancel));

        var version = await RotateAsync(Name);
        var current = await Vault.GetPublicKeyAsync(Name, Cancel);
        Assert.Equal(version, current.Id);
        Assert.Equal(old.Parameters.Modulus, (await Vault.GetPublicKeyAsync(old.Id, Cancel)).Parameters.Modulus);
        Assert.Equal(current.Parameters.Modulus, (await Vault.GetPublicKeyAsync(current.Id, Cancel)).Parameters.Modulus);
        Assert.NotEqual(old.Parameters.Modulus, current.Parameters.Modulus);
        Assert.Equal(secret, await Vault.UnwrapAsync(old.Id, Wrap(old, secret), Cause, Cancel));
        Assert.Equal(secret, await Vault.UnwrapAsync(current.Id, Wrap(current, secret), Cause, Cancel));
    }

    [Fact]
    public async Task What_the_key_did_not_wrap_is_bad_ciphertext()
    {
        await Vault.EnsureKeyAsync(Name, KeyUse.KeyEncryption, Cancel);
        var key = await Vault.GetPublicKeyAsync(Name, Cancel);
        await RotateAsync(Name);
        var other = await Vault.GetPublicKeyAsync(Name, Cancel);
        var wrapped = Wrap(key, new byte[32]);
        var bent = wrapped.ToArray();
        bent[200] ^= 1;
        byte[][] bad = [bent, Wrap(other, new byte[32]), wrapped[..383], [1], []];
        foreach (var bytes in bad)
        {
            await FaultAsync(KeyVaultFault.BadCiphertext, Vault.UnwrapAsync(key.Id, bytes, Cause, Cancel));
        }
    }

    [Fact]
    public async Task An_unknown_key_or_version_is_not_found()
    {
        await Vault.EnsureKeyAsync(Name, KeyUse.Signing, Cancel);
        var nowhere = new string('0', 32);
        await FaultAsync(KeyVaultFault.NotFound, Vault.GetPublicKeyAsync("no-such-key", Cancel));
        await FaultAsync(KeyVaultFault.NotFound, Vault.UnwrapAsync(new("no-such-key", nowhere), new byte[384], Cause, Cancel));
        await FaultAsync(KeyVaultFault.NotFound, Vault.UnwrapAsync(new(Name, nowhere), new byte[384], Cause, Cancel));
        await FaultAsync(KeyVaultFault.NotFound, Vault.SignAsync("no-such-key", new byte[32], Cause, Cancel));
        await FaultAsync(KeyVaultFault.NotFound, Vault.GetPublicKeyAsync(new KeyVersion(Name, nowhere), Cancel));
        await FaultAsync(KeyVaultFault.NotFound, Vault.ListVersionsAsync("no-such-key", Cancel));
        await FaultAsync(KeyVaultFault.NotFound, Vault.RotateAsync("no-such-key", Cause, Cancel));
        await FaultAsync(KeyVaultFault.NotFound, Vault.DisableAsync(new(Name, nowhere), Cause, Cancel));
    }

    [Theory]
    [InlineData("..", "00000000000000000000000000000000")]
    [InlineData("a/b", "00000000000000000000000000000000")]
    [InlineData("a?b", "00000000000000000000000000000000")]
    [InlineData("", "00000000000000000000000000000000")]
    [InlineData("a", "../../../keys/b/00000000000000")]
    [InlineData("a", "")]
    public async Task A_name_or_version_that_a_vault_cannot_hold_is_not_found(string name, string version)
    {
        await FaultAsync(KeyVaultFault.NotFound, Vault.UnwrapAsync(new(name, version), new byte[384], Cause, Cancel));
        await FaultAsync(KeyVaultFault.NotFound, Vault.GetPublicKeyAsync(new KeyVersion(name, version), Cancel));
        await FaultAsync(KeyVaultFault.NotFound, Vault.DisableAsync(new(name, version), Cause, Cancel));
    }

    [Fact]
    public async Task Each_rotation_makes_a_version_and_every_version_is_listed()
    {
        await Vault.EnsureKeyAsync(Name, KeyUse.KeyEncryption, Cancel);
        var made = new List<KeyVersion> { (await Vault.GetPublicKeyAsync(Name, Cancel)).Id };
        for (var i = 0; i < 3; i++)
        {
            made.Add((await Vault.RotateAsync(Name, Cause, Cancel)).Id);
        }

        await DisableAsync(made[1]);
        await DisableAsync(made[1]);
        var listed = await Vault.ListVersionsAsync(Name, Cancel);

        Assert.Equal(made.Select(v => new ListedVersion(v, v != made[1])).OrderBy(v => v.Id.Version), listed.OrderBy(v => v.Id.Version));
        Assert.Equal(made[3], (await Vault.GetPublicKeyAsync(Name, Cancel)).Id);
        Assert.Equal(3072 / 8, (await Vault.GetPublicKeyAsync(made[3], Cancel)).Parameters.Modulus!.Length);
    }

    [Fact]
    public async Task A_disabled_version_unwraps_nothing_and_the_newest_enabled_one_is_given_out()
    {
        await Vault.EnsureKeyAsync(Name, KeyUse.KeyEncryption, Cancel);
        var first = await Vault.GetPublicKeyAsync(Name, Cancel);
        var second = await RotateAsync(Name);
        await DisableAsync(second);

        Assert.Equal(first.Id, (await Vault.GetPublicKeyAsync(Name, Cancel)).Id);
        await FaultAsync(KeyVaultFault.Refused, Vault.UnwrapAsync(second, Wrap(first, new byte[32]), Cause, Cancel));
        await FaultAsync(KeyVaultFault.Refused, Vault.GetPublicKeyAsync(second, Cancel));
        await DisableAsync(first.Id);
        await FaultAsync(KeyVaultFault.Refused, Vault.GetPublicKeyAsync(Name, Cancel));
        await FaultAsync(KeyVaultFault.Refused, Vault.UnwrapAsync(first.Id, Wrap(first, new byte[32]), Cause, Cancel));
    }

    [Fact]
    public async Task A_key_is_used_for_what_it_is_for_and_nothing_else()
    {
        await Vault.EnsureKeyAsync(Name, KeyUse.KeyEncryption, Cancel);
        await Vault.EnsureKeyAsync("s" + Name, KeyUse.Signing, Cancel);
        var signing = (await Vault.SignAsync("s" + Name, new byte[32], Cause, Cancel)).Key;
        await FaultAsync(KeyVaultFault.Refused, Vault.SignAsync(Name, new byte[32], Cause, Cancel));
        await FaultAsync(KeyVaultFault.Refused, Vault.UnwrapAsync(signing, new byte[384], Cause, Cancel));
    }

    [Fact]
    public async Task A_deleted_key_is_not_found_and_its_name_is_not_taken_again()
    {
        await Vault.EnsureKeyAsync(Name, KeyUse.Signing, Cancel);
        var key = (await Vault.SignAsync(Name, new byte[32], Cause, Cancel)).Key;
        await DeleteAsync(Name);
        await FaultAsync(KeyVaultFault.NotFound, Vault.SignAsync(Name, new byte[32], Cause, Cancel));
        await FaultAsync(KeyVaultFault.NotFound, Vault.UnwrapAsync(key, new byte[384], Cause, Cancel));
        await FaultAsync(KeyVaultFault.NotFound, Vault.EnsureKeyAsync(Name, KeyUse.Signing, Cancel));
    }

    [Fact]
    public async Task A_signature_is_64_bytes_by_the_newest_version()
    {
        await Vault.EnsureKeyAsync(Name, KeyUse.Signing, Cancel);
        var digest = RandomNumberGenerator.GetBytes(32);
        var first = await Vault.SignAsync(Name, digest, Cause, Cancel);
        await NewVersionAsync(Name);
        var second = await Vault.SignAsync(Name, digest, Cause, Cancel);

        Assert.NotEqual(first.Key, second.Key);
        foreach (var signature in new[] { first, second })
        {
            using var key = await SigningKeyAsync(signature.Key);
            Assert.Equal(64, signature.Value.Length);
            Assert.True(key.VerifyHash(digest, signature.Value, DSASignatureFormat.IeeeP1363FixedFieldConcatenation));
        }

        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() => Vault.SignAsync(Name, new byte[31], Cause, Cancel));
    }

    [Fact]
    public async Task Every_use_of_a_private_key_names_its_cause_and_so_does_every_change_of_a_key()
    {
        await Vault.EnsureKeyAsync(Name, KeyUse.KeyEncryption, Cancel);
        await Vault.EnsureKeyAsync("s" + Name, KeyUse.Signing, Cancel);
        var key = await Vault.GetPublicKeyAsync(Name, Cancel);
        var (unwrap, failed, sign) = (Guid.NewGuid().ToString(), Guid.NewGuid().ToString(), Guid.NewGuid().ToString());
        var (rotate, disable) = (Guid.NewGuid().ToString(), Guid.NewGuid().ToString());
        await Vault.UnwrapAsync(key.Id, Wrap(key, new byte[32]), unwrap, Cancel);
        await FaultAsync(KeyVaultFault.BadCiphertext, Vault.UnwrapAsync(key.Id, new byte[384], failed, Cancel));
        await Vault.SignAsync("s" + Name, new byte[32], sign, Cancel);
        await Vault.RotateAsync(Name, rotate, Cancel);
        await Vault.DisableAsync(key.Id, disable, Cancel);
        var causes = await CausesAsync();
        Assert.All([unwrap, failed, sign, rotate, disable], c => Assert.Single(causes, c));
    }

    [Fact]
    public async Task Many_calls_at_once_are_all_answered()
    {
        await Vault.EnsureKeyAsync(Name, KeyUse.Signing, Cancel);
        var signatures = await Task.WhenAll(Enumerable.Range(0, 64).Select(_ => Vault.SignAsync(Name, new byte[32], Cause, Cancel)));
        Assert.Single(signatures.Select(s => s.Key).Distinct());
    }

    [Fact]
    public async Task A_cancelled_call_says_so()
    {
        var gone = new CancellationToken(canceled: true);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Vault.EnsureKeyAsync(Name, KeyUse.Signing, gone));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Vault.GetPublicKeyAsync(Name, gone));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Vault.SignAsync(Name, new byte[32], Cause, gone));
    }

    private async Task<KeyVersion> RotateAsync(string name) => (await Vault.RotateAsync(name, Cause, Cancel)).Id;

    private Task DisableAsync(KeyVersion key) => Vault.DisableAsync(key, Cause, Cancel);

    protected static byte[] Wrap(KekPublicKey key, byte[] secret)
    {
        ArgumentNullException.ThrowIfNull(key);
        using var rsa = RSA.Create(key.Parameters);
        return rsa.Encrypt(secret, RSAEncryptionPadding.OaepSHA256);
    }

    protected static async Task FaultAsync(KeyVaultFault expected, Task call) =>
        Assert.Equal(expected, (await Assert.ThrowsAsync<KeyVaultException>(() => call)).Fault);
}

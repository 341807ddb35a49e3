using System.Security.Cryptography;
using RecordsGuard.Envelopes;
using RecordsGuard.Fakes;
using RecordsGuard.Records;

namespace RecordsGuard.Tests.Envelopes;

public sealed class KeySlipTests
{
    private const string Content = "oak-content";
    private const string Backup = "slip-backup";
    private const string Cause = "0f8fad5b-d9cb-469f-a165-70867728950e";

    private static readonly AssociatedData Record = AssociatedDataTests.Example;

    private readonly InMemoryKeyVault vault = new();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_slip_gives_its_key_back_for_one_call_to_the_vault()
    {
        using var key = DataKey.New();
        var slip = KeySlip.Parse(KeySlip.Wrap(key, await KekAsync(Content)).ToString());
        var before = vault.Calls.Count;
        using var unwrapped = await slip.UnwrapAsync(vault, Content, Cause, Cancel);
        Assert.True(unwrapped.Matches(key));
        Assert.Equal(1, vault.Calls.Count - before);
        Assert.Equal(Cause, vault.Calls[^1].Cause);
    }

    [Fact]
    public async Task A_slip_is_one_line_of_the_format_page()
    {
        using var key = DataKey.New();
        var kek = await KekAsync(Content);
        var slip = KeySlip.Wrap(key, kek);
        Assert.Matches($"^slip1\\.RSA-OAEP-256\\.oak-content\\.{kek.Id.Version}\\.[A-Za-z0-9_-]{{512}}$", slip.ToString());
        Assert.Equal(slip, KeySlip.Parse(slip.ToString()));
    }

    [Theory]
    [InlineData("")]
    [InlineData("slip2.RSA-OAEP-256.oak-content.1.AAAA")]
    [InlineData("slip1.RSA1_5.oak-content.1.AAAA")]
    [InlineData("slip1.RSA-OAEP.oak-content.1.AAAA")]
    [InlineData("slip1.RSA-OAEP-256..1.AAAA")]
    [InlineData("slip1.RSA-OAEP-256.oak-content.1")]
    [InlineData("slip1.RSA-OAEP-256.oak-content.1.AAAA.AAAA")]
    [InlineData("slip1.RSA-OAEP-256.oak-content.1.AAA=")]
    [InlineData("slip1.RSA-OAEP-256.oak-content.1.AAB")]
    [InlineData("slip1.RSA-OAEP-256.oak-content.1.AA+/")]
    [InlineData("slip1.RSA-OAEP-256.oak-content.1. AAAA")]
    public void Another_form_or_algorithm_is_refused(string text) => Assert.Equal(
        EnvelopeFault.BadSlip, Assert.Throws<EnvelopeException>(() => KeySlip.Parse(text)).Fault);

    [Fact]
    public async Task A_slip_under_another_practices_key_is_refused_before_the_vault_is_asked()
    {
        using var key = DataKey.New();
        var slip = KeySlip.Wrap(key, await KekAsync("elm-content"));
        var before = vault.Calls.Count;
        await FailsAsync(EnvelopeFault.BadSlip, () => slip.UnwrapAsync(vault, Content, Cause, Cancel));
        Assert.Equal(before, vault.Calls.Count);

        var relabelled = slip with { Kek = (await KekAsync(Content)).Id };
        await FailsAsync(EnvelopeFault.BadSlip, () => relabelled.UnwrapAsync(vault, Content, Cause, Cancel));
    }

    [Fact]
    public async Task No_byte_of_a_slip_can_be_changed_nor_any_cut_off()
    {
        using var key = DataKey.New();
        var slip = KeySlip.Wrap(key, await KekAsync(Content));
        for (var i = 0; i < slip.Wrapped.Length; i += 13)
        {
            var wrapped = slip.Wrapped.ToArray();
            wrapped[i] ^= 1;
            await FailsAsync(EnvelopeFault.BadSlip, () => (slip with { Wrapped = wrapped }).UnwrapAsync(vault, Content, Cause, Cancel));
        }

        await FailsAsync(EnvelopeFault.BadSlip, () => (slip with { Wrapped = slip.Wrapped[1..] }).UnwrapAsync(vault, Content, Cause, Cancel));
    }

    [Fact]
    public async Task A_slip_that_holds_something_else_is_refused()
    {
        var kek = await KekAsync(Content);
        var slip = KeySlip.Wrap(new byte[31], kek);
        await FailsAsync(EnvelopeFault.BadSlip, () => slip.UnwrapAsync(vault, Content, Cause, Cancel));
    }

    [Fact]
    public void A_short_KEK_wraps_nothing()
    {
        using var key = DataKey.New();
        using var rsa = RSA.Create(2048);
        var kek = new KekPublicKey(new(Content, new string('0', 32)), rsa.ExportParameters(false));
        Assert.Throws<ArgumentException>(() => KeySlip.Wrap(key, kek));
    }

    [Fact]
    public async Task A_vault_that_is_down_is_no_broken_slip()
    {
        using var key = DataKey.New();
        var slip = KeySlip.Wrap(key, await KekAsync(Content));
        vault.Down = true;
        var fault = await Assert.ThrowsAsync<KeyVaultException>(() => slip.UnwrapAsync(vault, Content, Cause, Cancel));
        Assert.Equal(KeyVaultFault.Unavailable, fault.Fault);
    }

    [Fact]
    public async Task A_slip_of_the_old_version_opens_after_a_rotation()
    {
        using var key = DataKey.New();
        var slip = KeySlip.Wrap(key, await KekAsync(Content));
        vault.Rotate(Content);
        var next = KeySlip.Wrap(key, await KekAsync(Content));
        Assert.NotEqual(slip.Kek, next.Kek);
        using var first = await slip.UnwrapAsync(vault, Content, Cause, Cancel);
        using var second = await next.UnwrapAsync(vault, Content, Cause, Cancel);
        Assert.True(first.Matches(second));
    }

    /// <summary>Nothing in a slip names its record: the header tag of the content is what refuses it.</summary>
    [Fact]
    public async Task A_slip_on_another_records_row_opens_neither_record()
    {
        using var key = DataKey.New();
        await using var sealing = Sealing.Begin(new MemoryStream(new byte[100]), key, Record);
        await sealing.Stream.CopyToAsync(Stream.Null, Cancel);
        var other = Record with { Record = RecordId.New() };
        using var otherKey = DataKey.New();
        var asked = false;
        await FailsAsync(EnvelopeFault.WrongKey, () => OpenAsync(otherKey, Record));
        await FailsAsync(EnvelopeFault.WrongKey, () => OpenAsync(key, other));
        Assert.False(asked);

        Task OpenAsync(DataKey with, AssociatedData at) => sealing.Content.OpenAsync(
            with, at, sealing.Content.SealedLength, (_, _, _) => { asked = true; return Task.FromResult(Stream.Null); }, Cancel);
    }

    [Fact]
    public async Task A_backup_opens_in_its_own_place_only()
    {
        var kek = await KekAsync(Backup);
        var backup = SealedBackup.Seal("what is kept"u8, "demo/c/r", kek);
        Assert.Equal(-1, backup.AsSpan().IndexOf("what"u8));
        Assert.Equal("what is kept"u8.ToArray(), await SealedBackup.OpenAsync(backup, "demo/c/r", vault, Cause, Cancel));
        await FailsAsync(EnvelopeFault.Tampered, () => SealedBackup.OpenAsync(backup, "demo/c/s", vault, Cause, Cancel));
    }

    [Fact]
    public async Task Halves_of_two_backups_do_not_fit_and_neither_can_be_changed()
    {
        var kek = await KekAsync(Backup);
        var (first, second) = (SealedBackup.Seal("one"u8, "n", kek), SealedBackup.Seal("two"u8, "n", kek));
        var end = Array.IndexOf(first, (byte)'\n') + 1;
        await FailsAsync(EnvelopeFault.Tampered, () => OpenAsync([.. first[..end], .. second[end..]]));
        await FailsAsync(EnvelopeFault.Tampered, () => OpenAsync(first[..^1]));
        await FailsAsync(EnvelopeFault.Tampered, () => OpenAsync([.. first, 0]));
        await FailsAsync(EnvelopeFault.BadHeader, () => OpenAsync(first[..end]));
        await FailsAsync(EnvelopeFault.BadHeader, () => OpenAsync(first[..(end - 1)]));
        await FailsAsync(EnvelopeFault.BadSlip, () => OpenAsync(first[(end - 1)..]));
        for (var at = end; at < first.Length; at++)
        {
            var flipped = first.ToArray();
            flipped[at] ^= 1;
            await Assert.ThrowsAsync<EnvelopeException>(() => OpenAsync(flipped));
        }

        Task OpenAsync(byte[] bytes) => SealedBackup.OpenAsync(bytes, "n", vault, Cause, Cancel);
    }

    private static async Task FailsAsync(EnvelopeFault expected, Func<Task> act) =>
        Assert.Equal(expected, (await Assert.ThrowsAsync<EnvelopeException>(act)).Fault);

    private async Task<KekPublicKey> KekAsync(string name)
    {
        await vault.EnsureKeyAsync(name, KeyUse.KeyEncryption, Cancel);
        return await vault.GetPublicKeyAsync(name, Cancel);
    }
}

using System.Security.Cryptography;
using RecordsGuard.Envelopes;
using RecordsGuard.Records;

namespace RecordsGuard.Tests.Attacks;

/// <summary>Slips, descriptors, rows and versions that were right once, or somewhere else.</summary>
public sealed class MovedSlipTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_slip_the_descriptor_or_the_whole_row_of_another_record_opens_nothing()
    {
        await using var app = await AttackedApp.StartAsync();
        var content = RandomNumberGenerator.GetBytes(100);
        var victim = await app.UploadAsync(content);
        Victim[] others =
        [
            await app.UploadAsync(content, client: victim.Client), await app.UploadAsync(content), await app.UploadAsync(content, AttackedApp.Elm),
        ];
        foreach (var other in others)
        {
            await RefusesAsync(f => f with { Slip = other.Facts.Slip }, "slip");
            await RefusesAsync(f => f with { Descriptor = other.Facts.Descriptor }, "descriptor");
            await RefusesAsync(f => f with { Slip = other.Facts.Slip, Descriptor = other.Facts.Descriptor }, "both");
            app.PutBlob(victim, other.Blob);
            app.PutFacts(victim, f => f with { Slip = other.Facts.Slip });
            await app.RefusesAsync(victim, because: "slip and blob");
            app.PutFacts(victim, f => f with { Descriptor = other.Facts.Descriptor });
            await app.RefusesAsync(victim, because: "everything");
            app.Restore(victim);

            async Task RefusesAsync(Func<RecordFacts, RecordFacts> change, string what)
            {
                app.PutFacts(victim, change);
                await app.RefusesAsync(victim, because: $"the {what} of {other.BlobName}");
                app.Restore(victim);
            }
        }

        await app.OpensAsync(victim);
    }

    [Fact]
    public async Task A_slip_wrapped_again_with_another_KEK_opens_nothing_whatever_name_it_bears()
    {
        await using var app = await AttackedApp.StartAsync();
        var victim = await app.UploadAsync(RandomNumberGenerator.GetBytes(100));
        var vault = app.Practice.Vault;
        var right = KeySlip.Parse(victim.Facts.Slip);
        using var key = await right.UnwrapAsync(vault, "demo-content", "test", Stop);
        foreach (var kek in (string[])["elm-content", "demo-index", PublicKeys.SlipBackup])
        {
            var slip = KeySlip.Wrap(key, await vault.GetPublicKeyAsync(kek, Stop));
            await RefusesAsync(slip.ToString());
            await RefusesAsync((slip with { Kek = right.Kek }).ToString());
            await RefusesAsync((slip with { Kek = slip.Kek with { Name = right.Kek.Name } }).ToString());
            await RefusesAsync((right with { Kek = slip.Kek }).ToString());
        }

        await RefusesAsync((right with { Kek = right.Kek with { Version = new('0', 32) } }).ToString());
        app.Restore(victim);
        await app.OpensAsync(victim);

        async Task RefusesAsync(string slip)
        {
            app.PutFacts(victim, f => f with { Slip = slip });
            await app.RefusesAsync(victim, because: slip[..60]);
        }
    }

    /// <summary>Everybody has the public half: a slip and a blob of one's own fit each other, but not the descriptor.</summary>
    [Fact]
    public async Task Content_of_the_attackers_own_under_a_key_of_their_own_is_refused()
    {
        await using var app = await AttackedApp.StartAsync();
        var victim = await app.UploadAsync(RandomNumberGenerator.GetBytes(100));
        using var key = DataKey.New();
        app.PutBlob(victim, await SealAsync(key, victim.AssociatedData, new byte[100]));
        app.PutFacts(victim, f => f with { Slip = KeySlip.Wrap(key, app.Practice.Vault.GetPublicKeyAsync("demo-content", Stop).Result).ToString() });
        await app.RefusesAsync(victim);
        app.PutBlob(victim, victim.Blob);
        await app.RefusesAsync(victim, because: "the slip alone");
    }

    /// <summary>Sealed by the app itself for the same record, but as its second content: it is not taken for the first.</summary>
    [Fact]
    public async Task Another_content_version_of_the_same_record_is_refused()
    {
        await using var app = await AttackedApp.StartAsync();
        var victim = await app.UploadAsync(RandomNumberGenerator.GetBytes(100));
        var second = victim.AssociatedData with { ContentVersion = 2 };
        using var key = await KeySlip.Parse(victim.Facts.Slip).UnwrapAsync(app.Practice.Vault, "demo-content", "test", Stop);
        using var indexKey = await app.Practice.App.Keys.OpenClientAsync(victim.Practice, victim.Client, "test", Stop);
        await using var sealing = Sealing.Begin(new MemoryStream(new byte[100]), key, second);
        using var sealedBytes = new MemoryStream();
        await sealing.Stream.CopyToAsync(sealedBytes, Stop);
        app.PutBlob(victim, sealedBytes.ToArray());
        await app.RefusesAsync(victim, because: "the blob alone");
        var descriptor = new RecordDescriptor(sealing.Content, "n", "text/plain");
        app.PutFacts(victim, f => f with { Descriptor = descriptor.Seal(indexKey!, second) });
        await app.RefusesAsync(victim, because: "with its descriptor");
        app.PutFacts(victim, f => f with { Descriptor = descriptor.Seal(indexKey!, victim.AssociatedData) });
        await app.RefusesAsync(victim, because: "with a descriptor for the first");
    }

    [Fact]
    public async Task A_blob_version_other_than_the_pinned_one_is_refused()
    {
        await using var app = await AttackedApp.StartAsync();
        var victim = await app.UploadAsync(RandomNumberGenerator.GetBytes(100));
        var again = app.OverwriteBlob(victim, victim.Blob);
        await app.RefusesAsync(victim, because: "the very same bytes, written again");
        app.PutFacts(victim, f => f with { BlobVersionId = null });
        await app.RefusesAsync(victim, because: "pinned by the old ETag");
        app.PutFacts(victim, f => f with { BlobVersionId = null, BlobETag = again.ETag });
        await app.OpensAsync(victim);
    }

    /// <summary>
    /// What was purged must stay so. A row put back from before the purge names a blob that is gone, and a copy of the blob
    /// is another version. A row that also names the copy opens: row, slip and blob are then all genuine, and only the log
    /// knows of the purge. Replaying it against the rows is what finds that (docs/threat-model.md).
    /// </summary>
    [Fact]
    public async Task An_older_row_put_back_opens_no_blob_that_was_deleted_nor_a_copy_of_it()
    {
        await using var app = await AttackedApp.StartAsync();
        var victim = await app.UploadAsync(RandomNumberGenerator.GetBytes(100));
        await app.Practice.Blobs.DeleteAsync(
            Container.Records, victim.BlobName, new(victim.Facts.BlobETag, victim.Facts.BlobVersionId, victim.Facts.BlobLength), "test", Stop);
        app.Practice.Blobs.Expire(DateTimeOffset.MaxValue);
        await app.RefusesAsync(victim, because: "no blob");
        app.OverwriteBlob(victim, victim.Blob);
        await app.RefusesAsync(victim, because: "a copy of the blob");
    }

    /// <summary>The client's index key is what descriptors hang on: another client's, another practice's, or none.</summary>
    [Fact]
    public async Task The_index_key_of_another_client_or_practice_opens_nothing()
    {
        await using var app = await AttackedApp.StartAsync();
        var victim = await app.UploadAsync(RandomNumberGenerator.GetBytes(100));
        var other = await app.UploadAsync(RandomNumberGenerator.GetBytes(100));
        var rows = app.Practice.Rows;
        var theirs = rows.All(Table.Directory).Single(r => r.Key == other.Client.ToString()).As<DirectoryFacts>().IndexKey;
        Put(Table.Directory, victim.Client.ToString(), r => r with { Body = RowBody.Write(r.As<DirectoryFacts>() with { IndexKey = theirs }) });
        await app.RefusesAsync(victim, because: "another client's");
        Put(Table.Directory, victim.Client.ToString(), r => r with { Body = "{" });
        await app.RefusesAsync(victim, because: "no row that can be read");
        Put(Table.Directory, victim.Client.ToString(), _ => null);
        await app.RefusesAsync(victim, because: "no row");

        var elm = rows.All(Table.Practices).Single(r => r.Partition == "elm" && r.Key == Keys.Practice).As<PracticeFacts>().IndexKey;
        Put(Table.Practices, Keys.Practice, r => r with { Body = RowBody.Write(r.As<PracticeFacts>() with { IndexKey = elm }) });
        await app.RefusesAsync(other, because: "another practice's");

        void Put(Table table, string key, Func<Row, Row?> change) => rows.Tamper(table, "demo", key, change);
    }

    private static async Task<byte[]> SealAsync(DataKey key, AssociatedData aad, byte[] content)
    {
        using var bytes = new MemoryStream();
        await using var sealing = Sealing.Begin(new MemoryStream(content), key, aad);
        await sealing.Stream.CopyToAsync(bytes);
        return bytes.ToArray();
    }
}

using RecordsGuard.Audit;
using RecordsGuard.Envelopes;
using RecordsGuard.Records;
using RecordsGuard.Tests.Retention;

namespace RecordsGuard.Tests.Access;

public sealed class RecordExportTests
{
    private static readonly CancellationToken None = CancellationToken.None;

    [Fact]
    public async Task What_is_given_out_is_what_is_stored_and_no_key_is_used()
    {
        var (practice, client, record, row) = await OneRecordAsync();
        var unwraps = practice.Vault.Calls.Count;
        var slip = await practice.App.Export.SlipAsync(practice.Custodian, practice.Id, client, row, None);
        await using var content = await practice.App.Export.ContentAsync(
            practice.Custodian with { Record = record.ToString() }, practice.Id, client, row, None);
        using var copy = new MemoryStream();
        await content.Sealed.CopyToAsync(copy, None);

        Assert.Equal(practice.Blobs.Content(Container.Records, practice.Blob(client, record)), copy.ToArray());
        Assert.Equal(copy.Length, content.Length);
        Assert.Equal(row.As<RecordFacts>().Slip, slip.Facts.Slip);
        Assert.Equal(new AssociatedData(practice.Id, client, record, 1), slip.AssociatedData);
        Assert.Equal(unwraps, practice.Vault.Calls.Count);
        Assert.Equal(
            ["slip", "content"],
            practice.Entries().Where(e => e.Event.Kind == AuditKind.Read).OrderBy(e => e.Sequence).Select(e => e.Event.Details.Single(d => d.Key == "sealed").Value));
    }

    [Fact]
    public async Task With_the_log_down_nothing_is_given_out()
    {
        var (practice, client, _, row) = await OneRecordAsync();
        practice.Log.Down = true;
        var opened = practice.Blobs.Calls.Count;

        await Assert.ThrowsAsync<AuditUnavailableException>(() => practice.App.Export.SlipAsync(practice.Custodian, practice.Id, client, row, None));
        await Assert.ThrowsAsync<AuditUnavailableException>(() => practice.App.Export.ContentAsync(practice.Custodian, practice.Id, client, row, None));
        Assert.Equal(opened, practice.Blobs.Calls.Count);
    }

    [Fact]
    public async Task A_blob_that_the_row_does_not_name_is_not_given_out()
    {
        var (practice, client, record, row) = await OneRecordAsync();
        practice.Blobs.Overwrite(Container.Records, practice.Blob(client, record), [1, 2, 3]);
        var fault = await Assert.ThrowsAsync<EnvelopeException>(() => practice.App.Export.ContentAsync(
            practice.Custodian, practice.Id, client, row with { Body = row.Body.Replace("blobVersionId", "gone", StringComparison.Ordinal) }, None));
        Assert.Equal(EnvelopeFault.Tampered, fault.Fault);
    }

    private static async Task<(PracticeUnderTest Practice, ClientId Client, RecordId Record, Row Row)> OneRecordAsync()
    {
        var practice = await PracticeUnderTest.OpenAsync();
        var client = await practice.RegisterAsync();
        var record = await practice.UploadAsync(client);
        return (practice, client, record, practice.Record(client, record)!);
    }
}

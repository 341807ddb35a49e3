using System.Text.Json.Nodes;
using Azure.Storage.Blobs;
using RecordsGuard.Audit;
using RecordsGuard.EndToEnd.Tests.MainJob;
using RecordsGuard.EndToEnd.Tests.Stack;
using RecordsGuard.Local.Storage;

namespace RecordsGuard.EndToEnd.Tests.Attacks;

/// <summary>
/// Somebody with the account keys changes blobs and rows at Azurite itself, behind the proxy; a clinician then reads,
/// through the host. RecordsGuard.Tests/Attacks has every attack; here is one of each kind on real storage.
/// </summary>
[Collection(nameof(Alone))]
public sealed class StorageAdministratorTests(SharedStack shared) : IAsyncLifetime
{
    private const int Header = 74;
    private const int Segment = 1 << 20;

    private readonly byte[] plaintext = Files.Binary((2 * Segment) + 5000);

    private Chart chart = null!;
    private string record = null!;
    private byte[] blob = null!;
    private string row = null!;
    private int attempts;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    private BlobClient Blob => shared.Stack.Stores.Blobs(StorageAccounts.Records).GetBlobContainerClient("records")
        .GetBlobClient($"demo/{chart.Client}/{record}");

    public async ValueTask InitializeAsync()
    {
        chart = await Chart.NewAsync(shared.Stack);
        record = (await chart.UploadAsync(new(plaintext))).Is(201).Id;
        blob = (await Blob.DownloadContentAsync(Stop)).Value.Content.ToArray();
        row = (await RowAsync(record)).ToJsonString();
    }

    /// <summary>A row that cannot be read would be in the way of whoever lists what is due.</summary>
    public async ValueTask DisposeAsync() => await shared.Stack.Stores.PutBodyAsync(
        Records.Table.Clients, $"demo|{chart.Client}", $"record|{record}", _ => row);

    [Fact]
    public async Task A_blob_cut_at_a_segment_is_refused_whatever_the_row_says_of_it()
    {
        foreach (var cut in (byte[][])[blob[..(Header + Segment)], blob[..(Header + (2 * Segment))], blob[..(Header + Segment + 1)], [.. blob, 0]])
        {
            var etag = await PutBlobAsync(cut);
            await RefusedAsync();
            await PutRowAsync(row => row["blobETag"] = etag);
            await RefusedAsync();
            await RefusedAsync("bytes=0-9");
            await RefusedAsync("bytes=-9");
            await RefusedAsync("bytes=1048000-1049000");
            await PutRowAsync(row => row["blobLength"] = cut.Length);
            await RefusedAsync();
            await RefusedAsync("bytes=-9");
            await PutRowAsync(row => row["blobLength"] = blob.Length);
        }

        await ToldAsync();
    }

    [Fact]
    public async Task A_bit_changed_far_into_the_record_cuts_the_download_and_the_caller_can_tell()
    {
        var changed = (byte[])blob.Clone();
        changed[^1000] ^= 4;
        var etag = await PutBlobAsync(changed);
        await PutRowAsync(row => row["blobETag"] = etag);
        var clinician = await shared.Stack.PersonAsync("clinician-1");
        using var answer = await clinician.BeginAsync(
            HttpMethod.Get, $"{chart.Records}/{record}/content", null, ("Purpose-Of-Use", "TREAT"));
        using var body = new MemoryStream();

        Assert.Equal(200, (int)answer.StatusCode);
        Assert.Equal(plaintext.Length, answer.Content.Headers.ContentLength);
        await Assert.ThrowsAsync<HttpRequestException>(() => answer.Content.CopyToAsync(body, Stop));
        Assert.True(plaintext.AsSpan().StartsWith(body.ToArray()) && body.Length < plaintext.Length);
        attempts++;
        await RefusedAsync("bytes=-1");
        await ToldAsync();
    }

    [Fact]
    public async Task A_slip_of_another_record_or_of_a_key_that_never_was_opens_nothing()
    {
        var other = await chart.RecordAsync();
        var theirs = (await RowAsync(other))["slip"]!.GetValue<string>();
        var mine = (await RowAsync(record))["slip"]!.GetValue<string>();
        var parts = mine.Split('.');

        foreach (var slip in (string[])[
            theirs, $"{parts[0]}.{parts[1]}.{parts[2]}.{new string('0', 32)}.{parts[4]}",
            mine.Replace("demo-content", "elsewhere-content", StringComparison.Ordinal), $"{mine[..^1]}*", "\"}"])
        {
            await PutRowAsync(row => row["slip"] = slip);
            await RefusedAsync();
        }

        await shared.Stack.Stores.PutBodyAsync(Records.Table.Clients, $"demo|{chart.Client}", $"record|{record}", body => body[1..]);
        await RefusedAsync();
        await ToldAsync();
    }

    private async Task<string> PutBlobAsync(byte[] bytes) =>
        (await Blob.UploadAsync(new BinaryData(bytes), overwrite: true, Stop)).Value.ETag.ToString("H");

    private async Task<JsonNode> RowAsync(string id) => JsonNode.Parse(
        (await shared.Stack.Stores.RowAsync(Records.Table.Clients, $"demo|{chart.Client}", $"record|{id}"))!.GetString("Body"))!;

    private Task PutRowAsync(Action<JsonNode> change) => shared.Stack.Stores.PutBodyAsync(
        Records.Table.Clients, $"demo|{chart.Client}", $"record|{record}", body =>
        {
            var row = JsonNode.Parse(body)!;
            change(row);
            return row.ToJsonString();
        });

    private async Task RefusedAsync(string? range = null)
    {
        var answer = range is null ? await chart.ReadAsync(record) : await chart.ReadAsync(record, "clinician-1", ("Range", range));
        answer.IsProblem(500, answer.Text.Contains("problem:key", StringComparison.Ordinal) ? "key" : "integrity");
        attempts++;
    }

    /// <summary>Security staff know of every attempt, and so does the log.</summary>
    private async Task ToldAsync()
    {
        // That somebody looked at an old chart, and when, is told beside it.
        var alert = Assert.Single(await chart.AlertsAsync(), a => a.GetProperty("detection").GetString() == "integrity-failed");
        Assert.Equal("critical", alert.GetProperty("severity").GetString(), ignoreCase: true);
        Assert.Equal(attempts, alert.GetProperty("count").GetInt32());
        Assert.Equal(record, alert.GetProperty("record").GetString());
        var said = (await shared.Stack.Stores.AuditAsync()).Count(e => e.Kind == AuditKind.IntegrityFailed && e.Record == record);
        Assert.Equal(attempts, said);
    }
}

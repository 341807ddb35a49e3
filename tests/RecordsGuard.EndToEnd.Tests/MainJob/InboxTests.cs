using System.Net;
using System.Text;
using System.Text.Json;
using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Models;
using RecordsGuard.EndToEnd.Tests.Stack;
using RecordsGuard.Local.Storage;

namespace RecordsGuard.EndToEnd.Tests.MainJob;

/// <summary>Files that come through the inbox: announced as on Azure, sealed, and gone from there.</summary>
public sealed class InboxTests(SharedStack shared)
{
    private readonly RunningStack stack = shared.Stack;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task An_upload_address_takes_one_file_which_becomes_a_record()
    {
        var chart = await Chart.NewAsync(stack);
        var content = Files.Binary(9 * Files.MiB);
        var grant = (await (await stack.PersonAsync("front-desk-1")).PostAsync(
            $"{chart.Records}/upload-url", """{"class":"recording"}""")).Is(201);
        Assert.True(grant.Headers.CacheControl?.NoStore);
        var url = grant.Json.GetProperty("url").GetString()!;
        var header = grant.Json.GetProperty("headers").EnumerateObject().Single();

        Assert.Equal(HttpStatusCode.Created, await PutAsync(url, content, (header.Name, header.Value.GetString()!), ("x-ms-meta-filename", "tape%201.wav")));
        Assert.NotEqual(HttpStatusCode.Created, await PutAsync(url.Replace("recording", "billing", StringComparison.Ordinal), content, ("x-ms-blob-type", "BlockBlob")));
        await Until.TrueAsync(async () => (await chart.ListAsync()).Count == 1, "the file is a record");

        var record = (await chart.ListAsync())[0];
        Assert.Equal(
            ("recording", "tape 1.wav", content.Length),
            (record.GetProperty("class").GetString(), record.GetProperty("fileName").GetString(), record.GetProperty("length").GetInt32()));
        Assert.Equal(content, (await chart.ReadAsync(record.GetProperty("id").GetString()!)).Is(200).Body);
        await Until.TrueAsync(async () => !await IsThereAsync(chart.Client), "the plaintext is gone");
        Assert.Contains(await stack.Stores.AuditAsync(), e => e.Operation == "issue-upload-url" && e.Details.Any(d => d.Key == "sas"));
    }

    [Fact]
    public async Task Who_may_not_upload_gets_no_address()
    {
        var chart = await Chart.NewAsync(stack);
        const string Body = """{"class":"recording"}""";
        (await (await stack.PersonAsync("clinician-2")).PostAsync($"{chart.Records}/upload-url", Body)).Is(403);
        (await stack.Stranger("front-desk").PostAsync($"{chart.Records}/upload-url", Body)).Is(403);
        (await stack.Nobody().PostAsync($"{chart.Records}/upload-url", Body)).Is(401);
        var frontDesk = await stack.PersonAsync("front-desk-1");
        (await frontDesk.PostAsync($"{chart.Records}/upload-url", """{"class":"secret"}""")).IsProblem(400, "record-class");
        (await frontDesk.PostAsync("/api/practices/demo/clients/c-00000000000000000000000000000001/records/upload-url", Body))
            .IsProblem(404, "no-such-client");
        (await (await stack.PersonAsync("clinician-1")).PostAsync($"{chart.Records}/upload-url", Body)).Is(201);
    }

    [Fact]
    public async Task A_stray_file_lies_sealed_in_quarantine_until_a_custodian_files_it()
    {
        var chart = await Chart.NewAsync(stack);
        var name = $"demo/nobody-knows/{Guid.NewGuid():N} Mrs Ramsay.txt";
        await Inbox(name).UploadAsync(new BinaryData(Encoding.UTF8.GetBytes("lighthouse")), Stop);
        var custodian = await stack.PersonAsync("custodian-1");
        JsonElement file = default;
        await Until.TrueAsync(
            async () =>
            {
                var files = (await custodian.GetAsync("/api/practices/demo/quarantine")).Is(200).Json.GetProperty("files").EnumerateArray();
                file = files.FirstOrDefault(f => f.GetProperty("name").GetString() == name);
                return file.ValueKind == JsonValueKind.Object;
            },
            "the file is quarantined");
        Assert.Equal("unknown-client", file.GetProperty("reason").GetString());
        await Until.TrueAsync(async () => !await IsThereAsync(name), "the plaintext is gone");

        var path = $"/api/practices/demo/quarantine/{file.GetProperty("id").GetString()}/file";
        var body = JsonSerializer.Serialize(new { client = chart.Client, @class = "correspondence" });
        (await (await stack.PersonAsync("clinician-1")).PostAsync(path, body)).Is(403);
        var record = (await custodian.PostAsync(path, body)).Is(201).Id;
        Assert.Equal(record, (await custodian.PostAsync(path, body)).Is(201).Id);
        Assert.Equal("lighthouse", (await chart.ReadAsync(record)).Is(200).Text);
        var other = await Chart.NewAsync(stack);
        (await custodian.PostAsync(path, JsonSerializer.Serialize(new { client = other.Client, @class = "billing" })))
            .IsProblem(409, "filed-elsewhere");
    }

    [Fact]
    public async Task A_file_of_blocks_is_announced_when_they_are_put_together()
    {
        var chart = await Chart.NewAsync(stack);
        var content = Files.Binary(3 * Files.MiB);
        await Inbox($"demo/{chart.Client}/in blocks é.bin").UploadAsync(
            new MemoryStream(content),
            new BlobUploadOptions { TransferOptions = new() { InitialTransferSize = 1, MaximumTransferSize = Files.MiB } },
            Stop);
        await Until.TrueAsync(async () => (await chart.ListAsync()).Count == 1, "the file is a record");
        var record = (await chart.ListAsync())[0];
        Assert.Equal("client-record", record.GetProperty("class").GetString());
        Assert.Equal("in blocks é.bin", record.GetProperty("fileName").GetString());
        Assert.Equal(content, (await chart.ReadAsync(record.GetProperty("id").GetString()!)).Is(200).Body);
    }

    private BlobClient Inbox(string name) =>
        stack.Stores.Seen(StorageAccounts.Inbox).GetBlobContainerClient("inbox").GetBlobClient(name);

    private async Task<bool> IsThereAsync(string name) =>
        (await stack.Stores.TracesAsync(name)).Any(t => t.StartsWith($"{StorageAccounts.Inbox}/inbox/", StringComparison.Ordinal));

    private async Task<HttpStatusCode> PutAsync(string url, byte[] content, params (string Name, string Value)[] headers)
    {
        using var http = new HttpClient(stack.Stores.Trusting());
        using var request = new HttpRequestMessage(HttpMethod.Put, url) { Content = new ByteArrayContent(content) };
        foreach (var (name, value) in headers)
        {
            request.Headers.Add(name, value);
        }

        using var response = await http.SendAsync(request, Stop);
        return response.StatusCode;
    }
}

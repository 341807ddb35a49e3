using System.Text.Json;
using RecordsGuard.EndToEnd.Tests.Stack;

namespace RecordsGuard.EndToEnd.Tests.MainJob;

/// <summary>What goes in comes out the same, and is found by whoever may find it.</summary>
public abstract class UploadAndReadTests(StackFixture shared)
{
    private readonly RunningStack stack = shared.Stack;

    public static TheoryData<string, string, string, bool> Uploads { get; } = new()
    {
        { "text", "text/plain", "séance – 会議メモ 🧠.txt", true },
        { "text", "text/plain; charset=utf-8", "notes.txt", false },
        { "pdf", "application/pdf", "תיק סודי‮ fdp.pdf", true },
        { "pdf", "application/pdf", new string('n', 251) + ".pdf", false },
        { "binary", "application/octet-stream", "a%2Fb; \"quoted\" ü.bin", true },
        { "binary", "application/octet-stream", string.Concat(Enumerable.Repeat("記", 255)), false },
    };

    [Theory]
    [MemberData(nameof(Uploads))]
    public async Task An_upload_is_listed_described_and_read_back_byte_for_byte(string kind, string type, string fileName, bool chunked)
    {
        var content = kind switch { "text" => Files.Text, "pdf" => Files.Pdf, _ => Files.Binary(5 * Files.MiB) };
        var chart = await Chart.NewAsync(stack);

        var uploaded = (await chart.UploadAsync(new Upload(content) { ContentType = type, Chunked = chunked }.Named(fileName))).Is(201);
        var id = uploaded.Id;
        Assert.Equal($"{chart.Records}/{id}", uploaded.Headers.Location?.OriginalString);
        Assert.Equal("2025-03-16", uploaded.Json.GetProperty("mayDestroyFrom").GetString());
        Assert.Equal(content.Length, uploaded.Json.GetProperty("length").GetInt64());
        Assert.All(uploaded.Json.EnumerateObject(), said => Assert.NotEqual(JsonValueKind.Null, said.Value.ValueKind));

        var clinician = await stack.PersonAsync("clinician-1");
        var described = (await clinician.GetAsync($"{chart.Records}/{id}")).Is(200).Json;
        Assert.All([.. await chart.ListAsync(), described], line =>
        {
            Assert.Equal(id, line.GetProperty("id").GetString());
            Assert.Equal(fileName, line.GetProperty("fileName").GetString());
            Assert.Equal(type.Split(';')[0], line.GetProperty("contentType").GetString());
            Assert.Equal(content.Length, line.GetProperty("length").GetInt64());
            Assert.Equal("client-record", line.GetProperty("class").GetString());
            Assert.Equal("2025-03-16", line.GetProperty("mayDestroyFrom").GetString());
        });

        var read = (await chart.ReadAsync(id)).Is(200);
        Assert.Equal(content, read.Body);
        Assert.Equal(content.Length, read.Content.ContentLength);
        Assert.Equal(type.Split(';')[0], read.Content.ContentType?.MediaType);
        Assert.Equal(fileName, read.Content.ContentDisposition?.FileNameStar);
        Assert.Equal("attachment", read.Content.ContentDisposition?.DispositionType);
        Assert.True(read.Headers.CacheControl?.NoStore);
        Assert.Equal(["nosniff"], read.Headers.GetValues("X-Content-Type-Options"));
    }

    [Fact]
    public async Task A_client_is_found_by_name_and_chart_number_by_those_who_may_and_their_names_lie_nowhere_in_clear()
    {
        var chart = await Chart.NewAsync(stack);
        foreach (var (person, finds) in ((string, bool)[])[("front-desk-1", true), ("custodian-1", true), ("clinician-1", true), ("clinician-2", false)])
        {
            var who = await stack.PersonAsync(person);
            var found = (await who.GetAsync($"/api/practices/demo/clients?q={Uri.EscapeDataString(chart.Name.ToUpperInvariant())}"))
                .Is(200).Json.GetProperty("clients").EnumerateArray().Select(c => c.GetProperty("id").GetString()).ToList();
            Assert.Equal(finds ? [chart.Client] : [], found);
        }

        var row = await stack.Stores.RowAsync(Records.Table.Directory, "demo", chart.Client);
        Assert.NotNull(row);
        Assert.DoesNotContain(chart.Name, JsonSerializer.Serialize(row), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_file_without_a_name_gets_one_and_classes_without_a_rule_are_kept()
    {
        var chart = await Chart.NewAsync(stack);

        var uploaded = (await chart.UploadAsync(new(Files.Text) { RecordClass = "billing", ContentType = "text/plain" })).Is(201).Json;

        Assert.False(uploaded.TryGetProperty("mayDestroyFrom", out var from) && from.ValueKind != JsonValueKind.Null);
        Assert.Equal("keep", uploaded.GetProperty("retention").GetProperty("decision").GetString());
        Assert.Equal("record", Assert.Single(await chart.ListAsync()).GetProperty("fileName").GetString());
    }

    [Fact]
    public async Task Front_desk_reads_its_own_upload_back_while_it_is_fresh()
    {
        var chart = await Chart.NewAsync(stack);
        var record = (await chart.UploadAsync(new(Files.Pdf) { ContentType = "application/pdf" })).Is(201).Id;

        Assert.Equal(Files.Pdf, (await chart.ReadAsync(record, "front-desk-1")).Is(200).Body);
    }
}

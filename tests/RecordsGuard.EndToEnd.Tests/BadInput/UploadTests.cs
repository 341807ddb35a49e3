using RecordsGuard.EndToEnd.Tests.MainJob;
using RecordsGuard.EndToEnd.Tests.Stack;

namespace RecordsGuard.EndToEnd.Tests.BadInput;

/// <summary>Uploads that cannot be taken: each is told what to do instead, and leaves no row and no blob.</summary>
public sealed class UploadTests(SharedStack shared)
{
    private readonly RunningStack stack = shared.Stack;

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("Client-Record")]
    [InlineData("client-record,billing")]
    [InlineData("diary")]
    public async Task A_missing_or_wrong_record_class_is_400_and_lists_the_right_ones(string? recordClass)
    {
        var answer = await RefusedAsync(new(Files.Binary(100)) { RecordClass = recordClass }, 400, "record-class");

        Assert.Contains("psychotherapy-notes", answer.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_missing_content_type_is_415()
    {
        await RefusedAsync(new(Files.Binary(100)) { ContentType = null }, 415, "content-type");
    }

    [Theory]
    [InlineData("application/pdf", "text")]
    [InlineData("text/plain", "pdf")]
    [InlineData("image/png", "pdf")]
    [InlineData("application/vnd.openxmlformats-officedocument.wordprocessingml.document", "text")]
    public async Task A_lying_content_type_is_415_and_says_what_the_content_looks_like(string type, string kind)
    {
        var content = kind == "pdf" ? Files.Pdf : Files.Text;

        await RefusedAsync(new(content) { ContentType = type }, 415, "content-type");
        await RefusedAsync(new(content) { ContentType = type, Chunked = false }, 415, "content-type");
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task An_empty_body_is_400(bool chunked)
    {
        await RefusedAsync(new([]) { Chunked = chunked }, 400, "empty");
    }

    [Fact]
    public async Task A_file_name_of_300_characters_is_400_and_says_how_many_fit()
    {
        var answer = await RefusedAsync(new Upload(Files.Binary(100)).Named(new string('x', 296) + ".txt"), 400, "file-name");

        Assert.Contains("300", answer.Text, StringComparison.Ordinal);
        Assert.Contains("255", answer.Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("../../etc/passwd")]
    [InlineData("..\\..\\boot.ini")]
    [InlineData("..")]
    [InlineData("notes\u0000.txt")]
    [InlineData("notes\r\nX-Evil: 1.txt")]
    public async Task A_path_or_control_characters_in_the_file_name_are_400(string name)
    {
        await RefusedAsync(new Upload(Files.Binary(100)).Named(name), 400, "file-name");
    }

    [Theory]
    [InlineData("attachment; filename=\"")]
    [InlineData(";;;")]
    [InlineData("attachment; filename*=UTF-8''..%2f..%2fpasswd")]
    public async Task A_malformed_disposition_is_400(string disposition)
    {
        await RefusedAsync(new(Files.Binary(100)) { Disposition = disposition }, 400, "file-name");
    }

    [Fact]
    public async Task An_idempotency_key_that_is_none_is_400()
    {
        await RefusedAsync(new(Files.Binary(100)) { IdempotencyKey = "two words" }, 400, "idempotency-key");
        await RefusedAsync(new(Files.Binary(100)) { IdempotencyKey = new string('k', 129) }, 400, "idempotency-key");
    }

    [Fact]
    public async Task A_hundred_and_one_mebibytes_with_their_length_are_413()
    {
        var answer = await RefusedAsync(new(new byte[101 * Files.MiB]) { Chunked = false }, 413, "too-large");

        Assert.Contains("inbox", answer.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task More_than_a_hundred_mebibytes_in_chunks_are_413_and_no_blob_is_committed()
    {
        var piece = Files.Binary(Files.MiB);

        var answer = await RefusedAsync(
            new([])
            {
                Write = async to =>
                {
                    for (var i = 0; i < 112; i++)
                    {
                        await to.WriteAsync(piece);
                    }
                },
            },
            413, "too-large");

        Assert.Contains("inbox", answer.Text, StringComparison.Ordinal);
    }

    private async Task<Answer> RefusedAsync(Upload upload, int status, string type)
    {
        var chart = await Chart.NewAsync(stack);
        var before = await stack.Stores.TracesAsync(chart.Client);
        var answer = (await chart.UploadAsync(upload)).IsProblem(status, type);
        Assert.Equal(before, await stack.Stores.TracesAsync(chart.Client));
        return answer;
    }
}

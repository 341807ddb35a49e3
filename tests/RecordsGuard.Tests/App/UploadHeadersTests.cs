using System.Text;
using Microsoft.AspNetCore.Http;
using RecordsGuard.Access;
using RecordsGuard.App.Http;

namespace RecordsGuard.Tests.App;

/// <summary>What the headers of a request mean, and what is wrong with them.</summary>
public sealed class UploadHeadersTests
{
    [Theory]
    [InlineData(null, "record")]
    [InlineData("attachment", "record")]
    [InlineData("attachment; filename=\"notes.pdf\"", "notes.pdf")]
    [InlineData("attachment; filename=notes.pdf", "notes.pdf")]
    [InlineData("attachment; filename*=UTF-8''%D7%A9%D7%9C%D7%95%D7%9D.pdf", "שלום.pdf")]
    [InlineData("attachment; filename=\"x\"; filename*=UTF-8''Zo%C3%AB.txt", "Zoë.txt")]
    [InlineData("attachment; filename=\"..%2fetc\"", "..%2fetc")] // not decoded: a name, not a path
    public void A_file_name_is_read_as_it_was_meant(string? disposition, string name) =>
        Assert.Equal(name, Read(disposition: disposition).Headers!.FileName);

    [Theory]
    [InlineData("attachment; filename=\"../x\"")]
    [InlineData("attachment; filename*=UTF-8''..%2Fx")]
    [InlineData("attachment; filename*=UTF-8''a%5Cb")]
    [InlineData("attachment; filename*=UTF-8''a%0Ab")]
    [InlineData("attachment; filename*=UTF-8''a%00b")]
    [InlineData("attachment; filename=\"..\"")]
    [InlineData("attachment; filename=\"\"")]
    [InlineData("; ; =")]
    public void A_path_a_control_character_or_nonsense_is_no_file_name(string disposition) =>
        Assert.NotNull(Read(disposition: disposition).Complaint);

    [Fact]
    public void A_file_name_has_at_most_255_characters()
    {
        Assert.NotNull(Read(disposition: $"attachment; filename=\"{new string('x', 255)}\"").Headers);
        Assert.NotNull(Read(disposition: $"attachment; filename=\"{new string('x', 256)}\"").Complaint);
    }

    [Theory]
    [InlineData("client-record", true)]
    [InlineData("Client-Record", false)]
    [InlineData("", false)]
    [InlineData(null, false)]
    [InlineData("diary", false)]
    public void A_record_class_is_one_of_the_list(string? recordClass, bool good) =>
        Assert.Equal(good, Read(recordClass: recordClass).Headers is not null);

    [Theory]
    [InlineData("application/pdf", "application/pdf")]
    [InlineData("TEXT/Plain; charset=utf-8", "text/plain")]
    [InlineData("pdf", null)]
    [InlineData("", null)]
    [InlineData(null, null)]
    public void A_content_type_is_a_media_type(string? type, string? read) => Assert.Equal(read, Read(type: type).Headers?.ContentType);

    [Theory]
    [InlineData("", true)]
    [InlineData("7d2c", true)]
    [InlineData("a b", false)]
    [InlineData("ü", false)]
    public void An_idempotency_key_is_visible_ascii(string key, bool good)
    {
        Assert.Equal(good, Read(key: key).Headers is not null);
        Assert.NotNull(Read(key: new('k', 128)).Headers);
        Assert.NotNull(Read(key: new('k', 129)).Complaint);
    }

    [Theory]
    [InlineData("application/pdf", "%PDF-1.7", null)]
    [InlineData("application/pdf", "PK\u0003\u0004", "zip")]
    [InlineData("application/pdf", "hello", "does not begin")]
    [InlineData("application/pdf", "", "does not begin")]
    [InlineData("text/plain", "%PDF-1.7", "pdf")]
    [InlineData("text/plain", "hello", null)]
    [InlineData("application/octet-stream", "%PDF-1.7", null)]
    [InlineData("application/vnd.openxmlformats-officedocument.wordprocessingml.document", "PK\u0003\u0004", null)]
    [InlineData("application/vnd.openxmlformats-officedocument.wordprocessingml.document", "%PDF-", "pdf")]
    [InlineData("audio/x-wav", "RIFF\u0001\u0001\u0001\u0001WAVEfmt", null)]
    [InlineData("audio/wav", "RIFF\u0001\u0001\u0001\u0001AVI ", "does not begin")]
    [InlineData("image/jpg", "\u00ff\u00d8\u00ff\u00e0", null)]
    [InlineData("image/tiff", "MM\u0000*", null)]
    public void Content_that_begins_like_something_else_is_found_out(string declared, string head, string? contradiction)
    {
        var found = ContentKind.Contradiction(declared, Encoding.Latin1.GetBytes(head));
        Assert.Equal(contradiction is null, found is null);
        Assert.Contains(contradiction ?? "", found ?? "", StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("bytes=0-99", 1000, 0, 100)]
    [InlineData("bytes=990-2000", 1000, 990, 10)]
    [InlineData("bytes=5-", 1000, 5, 995)]
    [InlineData("bytes=-5", 1000, 995, 5)]
    [InlineData("bytes=-5000", 1000, 0, 1000)]
    [InlineData("bytes=0-0", 1, 0, 1)]
    [InlineData("bytes=0-9223372036854775807", 10, 0, 10)]
    public void A_range_is_cut_to_the_content(string header, long total, long offset, long length) =>
        Assert.Equal((offset, length), Range(header)!.Within(total));

    [Theory]
    [InlineData("bytes=1000-", 1000)]
    [InlineData("bytes=1000-1001", 1000)]
    [InlineData("bytes=-0", 1000)]
    [InlineData("bytes=-5", 0)]
    [InlineData("bytes=0-0", 0)]
    public void A_range_outside_the_content_is_none(string header, long total) => Assert.Null(Range(header)!.Within(total));

    [Theory]
    [InlineData("")]
    [InlineData("bytes=0-1,5-6")]
    [InlineData("lines=0-1")]
    [InlineData("bytes=9-5")]
    [InlineData("bytes=x")]
    public void Several_ranges_or_no_proper_one_mean_the_whole(string header) => Assert.Null(Range(header));

    [Theory]
    [InlineData("\"r-1\"", true)]
    [InlineData("\"r-2\"", false)]
    [InlineData("Tue, 15 Nov 1994 12:45:26 GMT", false)]
    public void A_condition_that_does_not_hold_means_the_whole(string condition, bool holds) =>
        Assert.Equal(holds, Range("bytes=0-1", condition) is not null);

    [Fact]
    public void The_whole_of_nothing_is_nothing() => Assert.Equal((0L, 0L), ContentRange.Whole.Within(0));

    private static ContentRange? Range(string header, string? condition = null)
    {
        var http = new DefaultHttpContext();
        http.Request.Headers.Range = header;
        if (condition is not null)
        {
            http.Request.Headers.IfRange = condition;
        }

        return ContentAnswer.Range(http.Request, "\"r-1\"");
    }

    private static (UploadHeaders? Headers, IResult? Complaint) Read(
        string? recordClass = "client-record", string? type = "application/pdf", string? disposition = null, string? key = null)
    {
        var request = new DefaultHttpContext().Request;
        request.ContentType = type;
        request.Headers["Record-Class"] = recordClass;
        request.Headers["Idempotency-Key"] = key;
        request.Headers.ContentDisposition = disposition;
        return UploadHeaders.Read(request);
    }
}

using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using RecordsGuard.Local.Demo;

namespace RecordsGuard.Tests.Local.Demo;

public sealed partial class PdfPageTests
{
    private static readonly string File = Encoding.Latin1.GetString(
        new PdfPage().Text(10, 20, 12, @"A (b) \ é").Line(0, 0, 10.25, 10).Box(1, 2, 3, 4).ToFile("A (title)").ToArray());

    [Fact]
    public void Every_line_of_the_table_points_at_its_object()
    {
        var table = int.Parse(TableAt().Match(File).Groups[1].Value, CultureInfo.InvariantCulture);
        Assert.StartsWith("xref\n0 9\n0000000000 65535 f \n", File[table..], StringComparison.Ordinal);
        var offsets = InUse().Matches(File[table..]).Select(m => int.Parse(m.Groups[1].Value, CultureInfo.InvariantCulture)).ToList();
        Assert.Equal(8, offsets.Count);
        Assert.All(offsets.Index(), o => Assert.StartsWith($"{o.Index + 1} 0 obj\n", File[o.Item..], StringComparison.Ordinal));
    }

    [Fact]
    public void The_length_of_the_drawing_is_true()
    {
        var stream = Drawing().Match(File);
        Assert.Equal(int.Parse(stream.Groups[1].Value, CultureInfo.InvariantCulture), stream.Groups[2].Length);
    }

    [Fact]
    public void What_would_end_a_text_is_escaped()
    {
        Assert.Contains(@"(A \(b\) \\ é) Tj", File, StringComparison.Ordinal);
        Assert.Contains(@"/Title (A \(title\))", File, StringComparison.Ordinal);
    }

    [Fact]
    public void A_text_that_the_fonts_do_not_hold_is_refused_instead_of_spoilt() =>
        Assert.Throws<EncoderFallbackException>(() => new PdfPage().Text(0, 0, 10, "ليلى").ToFile("title"));

    [GeneratedRegex(@"startxref\n(\d+)\n%%EOF\n$")]
    private static partial Regex TableAt();

    [GeneratedRegex(@"(\d{10}) 00000 n \n")]
    private static partial Regex InUse();

    [GeneratedRegex(@"<< /Length (\d+) >>\nstream\n(.*?)\nendstream", RegexOptions.Singleline)]
    private static partial Regex Drawing();
}

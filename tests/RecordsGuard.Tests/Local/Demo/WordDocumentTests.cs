using System.IO.Compression;
using System.Xml.Linq;
using RecordsGuard.Local.Demo;

namespace RecordsGuard.Tests.Local.Demo;

public sealed class WordDocumentTests
{
    private static readonly XNamespace W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main";

    private static readonly byte[] File = new WordDocument("عنوان", rightToLeft: true).Heading("Ход").Text("<a & b>").ToFile().ToArray();

    [Fact]
    public void Every_part_has_a_content_type_and_every_relationship_its_target()
    {
        using var package = new ZipArchive(new MemoryStream(File));
        var parts = package.Entries.Select(e => e.FullName).ToList();
        Assert.Equal("[Content_Types].xml", parts[0]);
        Assert.Equal(
            Values(package, "[Content_Types].xml", "PartName").Order(),
            parts.Where(p => !p.EndsWith(".rels", StringComparison.Ordinal) && p != parts[0]).Select(p => $"/{p}").Order());
        Assert.All(Values(package, "_rels/.rels", "Target"), t => Assert.Contains(t, parts));
        Assert.All(Values(package, "word/_rels/document.xml.rels", "Target"), t => Assert.Contains($"word/{t}", parts));
    }

    [Fact]
    public void The_text_is_there_in_its_direction_and_in_styles_that_exist()
    {
        using var package = new ZipArchive(new MemoryStream(File));
        var document = Part(package, "word/document.xml");
        Assert.Equal(["عنوان", "Ход", "<a & b>"], document.Descendants(W + "t").Select(t => t.Value));
        Assert.Equal(3, document.Descendants(W + "bidi").Count());
        var styles = Part(package, "word/styles.xml").Descendants(W + "style").Select(s => s.Attribute(W + "styleId")!.Value);
        Assert.Empty(document.Descendants(W + "pStyle").Select(s => s.Attribute(W + "val")!.Value).Except(styles));
    }

    [Fact]
    public void It_is_the_same_file_whenever_it_is_written() =>
        Assert.Equal(DemoNotes.Arabic.ToFile().ToArray(), DemoNotes.Arabic.ToFile().ToArray());

    private static IEnumerable<string> Values(ZipArchive package, string part, string attribute) =>
        Part(package, part).Descendants().Attributes(attribute).Select(a => a.Value);

    private static XDocument Part(ZipArchive package, string name)
    {
        using var stream = package.GetEntry(name)!.Open();
        return XDocument.Load(stream);
    }
}

using System.IO.Compression;
using System.Text;
using System.Xml;
using System.Xml.Linq;

namespace RecordsGuard.Local.Demo;

/// <summary>A DOCX file (ECMA-376): a package with its content types, relationships, properties, styles and one document.</summary>
internal sealed class WordDocument(string title, bool rightToLeft = false)
{
    private const string Officedocument = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
    private const string Wordprocessing = "application/vnd.openxmlformats-officedocument.wordprocessingml";

    private static readonly XNamespace W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main";
    private static readonly XNamespace Types = "http://schemas.openxmlformats.org/package/2006/content-types";
    private static readonly XNamespace Relations = "http://schemas.openxmlformats.org/package/2006/relationships";
    private static readonly XNamespace Core = "http://schemas.openxmlformats.org/package/2006/metadata/core-properties";
    private static readonly XNamespace Dublin = "http://purl.org/dc/elements/1.1/";

    private readonly List<XElement> paragraphs = [Paragraph("Title", title, rightToLeft)];

    private static XAttribute Prefix => new(XNamespace.Xmlns + "w", W);

    public WordDocument Heading(string text) => Add("Heading1", text);

    public WordDocument Text(string text) => Add("Normal", text);

    public MemoryStream ToFile()
    {
        var file = new MemoryStream();
        using (var package = new ZipArchive(file, ZipArchiveMode.Create, leaveOpen: true))
        {
            Part(package, "[Content_Types].xml", ContentTypes());
            Part(package, "_rels/.rels", Relationships(
                ($"{Officedocument}/officeDocument", "word/document.xml"),
                ("http://schemas.openxmlformats.org/package/2006/relationships/metadata/core-properties", "docProps/core.xml")));
            Part(package, "docProps/core.xml", new(Core + "coreProperties", new XElement(Dublin + "title", title)));
            Part(package, "word/_rels/document.xml.rels", Relationships(($"{Officedocument}/styles", "styles.xml")));
            Part(package, "word/styles.xml", new(
                W + "styles", Prefix,
                Style("Normal", "Normal", 22, 0, isDefault: true), Style("Title", "Title", 40, 240), Style("Heading1", "heading 1", 28, 120)));
            Part(package, "word/document.xml", new(
                W + "document", Prefix,
                new XElement(W + "body", paragraphs, new XElement(
                    W + "sectPr", new XElement(W + "pgSz", Value("w", 12240), Value("h", 15840)),
                    new XElement(W + "pgMar", Value("top", 1440), Value("right", 1440), Value("bottom", 1440), Value("left", 1440),
                        Value("header", 720), Value("footer", 720), Value("gutter", 0))))));
        }

        file.Position = 0;
        return file;
    }

    private static XElement ContentTypes() => new(
        Types + "Types",
        new XElement(Types + "Default", new XAttribute("Extension", "rels"),
            new XAttribute("ContentType", "application/vnd.openxmlformats-package.relationships+xml")),
        Override("/word/document.xml", $"{Wordprocessing}.document.main+xml"),
        Override("/word/styles.xml", $"{Wordprocessing}.styles+xml"),
        Override("/docProps/core.xml", "application/vnd.openxmlformats-package.core-properties+xml"));

    private static XElement Override(string part, string type) =>
        new(Types + "Override", new XAttribute("PartName", part), new XAttribute("ContentType", type));

    private static XElement Relationships(params (string Type, string Target)[] targets) => new(
        Relations + "Relationships",
        targets.Select((t, i) => new XElement(
            Relations + "Relationship",
            new XAttribute("Id", $"rId{i + 1}"), new XAttribute("Type", t.Type), new XAttribute("Target", t.Target))));

    private static XElement Style(string id, string name, int halfPoints, int before, bool isDefault = false) => new(
        W + "style", Value("type", "paragraph"), isDefault ? Value("default", 1) : null, Value("styleId", id),
        new XElement(W + "name", Value("val", name)),
        isDefault ? null : new XElement(W + "basedOn", Value("val", "Normal")),
        new XElement(W + "pPr", new XElement(W + "spacing", Value("before", before), Value("after", 120))),
        new XElement(W + "rPr", new XElement(W + "sz", Value("val", halfPoints)), new XElement(W + "szCs", Value("val", halfPoints))));

    private static XElement Paragraph(string style, string text, bool rightToLeft) => new(
        W + "p",
        new XElement(W + "pPr", new XElement(W + "pStyle", Value("val", style)), rightToLeft ? new XElement(W + "bidi") : null),
        new XElement(
            W + "r", rightToLeft ? new XElement(W + "rPr", new XElement(W + "rtl")) : null,
            new XElement(W + "t", new XAttribute(XNamespace.Xml + "space", "preserve"), text)));

    private static XAttribute Value(string name, object value) => new(W + name, value);

    private static void Part(ZipArchive package, string name, XElement content)
    {
        var entry = package.CreateEntry(name, CompressionLevel.Optimal);
        entry.LastWriteTime = new(1980, 1, 1, 0, 0, 0, TimeSpan.Zero); // alike byte for byte, whenever it is written
        using var stream = entry.Open();
        using var writer = XmlWriter.Create(stream, new() { Encoding = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false) });
        new XDocument(new XDeclaration("1.0", "UTF-8", "yes"), content).Save(writer);
    }

    private WordDocument Add(string style, string text)
    {
        paragraphs.Add(Paragraph(style, text, rightToLeft));
        return this;
    }
}

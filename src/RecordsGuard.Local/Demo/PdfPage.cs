using System.Globalization;
using System.Text;

namespace RecordsGuard.Local.Demo;

/// <summary>Fonts that every PDF viewer brings along (ISO 32000-1 §9.6.2.2); nothing is embedded.</summary>
internal enum PdfFont
{
    Helvetica = 1,
    HelveticaBold,
    TimesItalic,
}

/// <summary>
/// A PDF 1.7 file of one US Letter page. Measures are points from the upper left corner; text is Latin-1, which is what
/// the standard fonts hold.
/// </summary>
internal sealed class PdfPage
{
    public const int Width = 612;
    public const int Height = 792;

    private static readonly Encoding Latin = Encoding.GetEncoding(
        "iso-8859-1", EncoderFallback.ExceptionFallback, DecoderFallback.ExceptionFallback);

    private static readonly string[] FontNames = ["Helvetica", "Helvetica-Bold", "Times-Italic"];

    private readonly StringBuilder drawing = new();

    public PdfPage Text(double x, double y, double size, string text, PdfFont font = PdfFont.Helvetica) =>
        Draw($"BT /F{(int)font} {size:0.##} Tf {x:0.##} {Height - y:0.##} Td ({Escape(text)}) Tj ET");

    public PdfPage Line(double x1, double y1, double x2, double y2, double width = 0.5) =>
        Draw($"{width:0.##} w {x1:0.##} {Height - y1:0.##} m {x2:0.##} {Height - y2:0.##} l S");

    public PdfPage Box(double x, double y, double width, double height) =>
        Draw($"0.5 w {x:0.##} {Height - y - height:0.##} {width:0.##} {height:0.##} re S");

    public PdfPage Shade(double x, double y, double width, double height) =>
        Draw($"q 0.92 0.94 0.95 rg {x:0.##} {Height - y - height:0.##} {width:0.##} {height:0.##} re f Q");

    /// <exception cref="EncoderFallbackException">A text holds a character outside Latin-1.</exception>
    public MemoryStream ToFile(string title)
    {
        string[] objects =
        [
            "<< /Type /Catalog /Pages 2 0 R /Lang (en-US) >>",
            "<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
            $"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 {Width} {Height}] /Contents 4 0 R /Resources << /Font << /F1 5 0 R /F2 6 0 R /F3 7 0 R >> >> >>",
            $"<< /Length {drawing.Length} >>\nstream\n{drawing}\nendstream",
            .. FontNames.Select(f => $"<< /Type /Font /Subtype /Type1 /BaseFont /{f} /Encoding /WinAnsiEncoding >>"),
            $"<< /Title ({Escape(title)}) /Creator (RecordsGuard.Local) >>",
        ];
        var file = new MemoryStream();
        void Write(string text) => file.Write(Latin.GetBytes(text));

        // Four bytes above 127 in a comment tell transfer programs that the file is binary (§7.5.2).
        Write("%PDF-1.7\n%\u00e2\u00e3\u00cf\u00d3\n");
        var offsets = new List<long>();
        foreach (var body in objects)
        {
            offsets.Add(file.Position);
            Write($"{offsets.Count} 0 obj\n{body}\nendobj\n");
        }

        // Every line of the table is exactly 20 bytes (§7.5.4).
        var table = file.Position;
        Write($"xref\n0 {objects.Length + 1}\n0000000000 65535 f \n");
        foreach (var offset in offsets)
        {
            Write($"{offset.ToString("D10", CultureInfo.InvariantCulture)} 00000 n \n");
        }

        Write($"trailer\n<< /Size {objects.Length + 1} /Root 1 0 R /Info {objects.Length} 0 R >>\nstartxref\n{table}\n%%EOF\n");
        file.Position = 0;
        return file;
    }

    private static string Escape(string text) => text
        .Replace(@"\", @"\\", StringComparison.Ordinal)
        .Replace("(", @"\(", StringComparison.Ordinal)
        .Replace(")", @"\)", StringComparison.Ordinal);

    private PdfPage Draw(FormattableString operators)
    {
        drawing.Append(operators.ToString(CultureInfo.InvariantCulture)).Append('\n');
        return this;
    }
}

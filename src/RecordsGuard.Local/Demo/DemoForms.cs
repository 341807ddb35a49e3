using System.Globalization;

namespace RecordsGuard.Local.Demo;

/// <summary>A practice's paper forms as PDF files. They name the chart, not the client.</summary>
internal static class DemoForms
{
    private const int Left = 60;
    private const int Right = PdfPage.Width - Left;

    public static MemoryStream Intake(string chart, DateOnly day, string reason, string hope)
    {
        var page = Head("Intake form", chart, day);
        (string Label, string Answer)[] fields =
        [
            ("How did you hear of us?", "A friend"),
            ("What brings you here?", reason),
            ("Since when?", "About half a year"),
            ("What would you like to be different?", hope),
            ("Have you been in therapy before?", "Once, some years ago"),
            ("Whom may we call in an emergency?", "See the card at the front desk"),
        ];
        var y = 160;
        foreach (var (label, answer) in fields)
        {
            page.Text(Left, y, 10, label, PdfFont.HelveticaBold)
                .Box(Left, y + 8, Right - Left, 34)
                .Text(Left + 10, y + 30, 14, answer, PdfFont.TimesItalic);
            y += 68;
        }

        string[] limits =
        [
            "What you tell us stays with us. The law asks us to speak in three cases: a serious and imminent",
            "danger to somebody, abuse or neglect that must be reported, and the order of a court.",
        ];
        page.Shade(Left, y, Right - Left, 52);
        for (var line = 0; line < limits.Length; line++)
        {
            page.Text(Left + 10, y + 21 + (line * 16), 10, limits[line]);
        }

        return page
            .Line(Left, 660, 290, 660).Text(Left, 674, 9, "Signature").Text(Left + 14, 654, 18, "signed on paper", PdfFont.TimesItalic)
            .Line(340, 660, Right, 660).Text(340, 674, 9, "Date").Text(354, 654, 14, Day(day), PdfFont.TimesItalic)
            .ToFile($"Intake form {chart}");
    }

    public static MemoryStream Superbill(string chart, DateOnly lastSession, int sessions)
    {
        const int Fee = 150;
        var page = Head("Superbill", chart, lastSession)
            .Text(Left, 152, 10, "For reimbursement by the client's plan. Licensed professional; tax number on file.")
            .Shade(Left, 176, Right - Left, 24);
        int[] columns = [Left + 8, 160, 220, 400, 490];
        string[] titles = ["Date", "Code", "Service", "Minutes", "Fee"];
        void Row(double y, IReadOnlyList<string> cells, PdfFont font)
        {
            for (var i = 0; i < cells.Count; i++)
            {
                page.Text(columns[i], y, 10, cells[i], font);
            }
        }

        Row(192, titles, PdfFont.HelveticaBold);
        var y = 216;
        for (var session = sessions - 1; session >= 0; session--, y += 24)
        {
            Row(y, [Day(lastSession.AddDays(-7 * session)), "90834", "Individual session", "45", Money(Fee)], PdfFont.Helvetica);
            page.Line(Left, y + 8, Right, y + 8, 0.25);
        }

        Row(y, ["", "", "", "Total", Money(Fee * sessions)], PdfFont.HelveticaBold);
        Row(y + 20, ["", "", "", "Paid", Money(Fee * sessions)], PdfFont.Helvetica);
        return page.ToFile($"Superbill {chart}");
    }

    private static PdfPage Head(string title, string chart, DateOnly day) => new PdfPage()
        .Text(Left, 72, 22, title, PdfFont.HelveticaBold)
        .Text(Left, 96, 10, "Demo Practice, 1 Example Street (invented)")
        .Text(400, 72, 10, $"Chart {chart}")
        .Text(400, 88, 10, $"Date {Day(day)}")
        .Line(Left, 112, Right, 112, 1);

    private static string Day(DateOnly day) => day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);

    private static string Money(int dollars) => string.Create(CultureInfo.InvariantCulture, $"${dollars}.00");
}

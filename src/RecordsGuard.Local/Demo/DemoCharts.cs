namespace RecordsGuard.Local.Demo;

/// <summary>
/// The clients of the demo practice. All is invented. Dates keep weeks of distance from every limit, so that neither a
/// zone nor the night in between changes what is due.
/// </summary>
internal static class DemoCharts
{
    /// <summary>All chart numbers begin like this.</summary>
    public const string Prefix = "DEMO-";

    /// <summary>
    /// In the order in which they are filled. The last one is small, the same on every day and not held: it tells a
    /// later start that all before it is complete.
    /// </summary>
    public static IReadOnlyList<DemoChart> On(DateOnly today) =>
    [
        Recent("DEMO-1001", today.AddDays(-20)), RightToLeft("DEMO-1002", today.AddDays(-45)), Due("DEMO-1003", today.AddYears(-8)),
        Held("DEMO-1004", today.AddYears(-9)), WithoutRule("DEMO-1005", today.AddYears(-11)), BeforeTheRule("DEMO-1006"),
        JustDue("DEMO-1007", today.AddYears(-7).AddDays(-30)), Minor("DEMO-1008", today.AddYears(-8)),
    ];

    private static DemoChart Recent(string chart, DateOnly last) => new(
        chart, "Maya Lindqvist", last.AddYears(-36), "US-CA", "psychologist", "clinician-1", last, DemoStanding.Kept,
        "in treatment; every kind of file",
        [
            DemoFile.Pdf("intake-form.pdf", "client-record", () => DemoForms.Intake(
                chart, last.AddDays(-84), "Worry about work, and too little sleep", "To have calm evenings again")),
            DemoFile.Word("Progress note – session 12.docx", DemoNotes.Progress),
            DemoFile.Png("genogram.png", "client-record", Drawings.Genogram),
            DemoFile.Wav("session-12.wav", seconds: 36),
            DemoFile.Text("process-notes.txt", "psychotherapy-notes", DemoNotes.Process),
            DemoFile.Pdf("superbill.pdf", "billing", () => DemoForms.Superbill(chart, last, sessions: 4)),
        ]);

    private static DemoChart RightToLeft(string chart, DateOnly last) => new(
        chart, "ليلى حدّاد", last.AddYears(-29), "US-CA", "LMFT", "clinician-2", last, DemoStanding.Kept,
        "in treatment; written from right to left",
        [
            DemoFile.Pdf("استمارة القبول.pdf", "client-record", () => DemoForms.Intake(
                chart, last.AddDays(-30), "We talk past each other at home", "To listen, and to be heard")),
            DemoFile.Word("ملاحظة الجلسة.docx", DemoNotes.Arabic),
        ]);

    private static DemoChart Due(string chart, DateOnly last) => new(
        chart, "Анна Ковальчук", last.AddYears(-41), "US-TX", "psychologist", "clinician-1", last, DemoStanding.Due,
        "Texas, 7 years have passed",
        [
            DemoFile.Pdf("Анкета.pdf", "client-record", () => DemoForms.Intake(
                chart, last.AddMonths(-4), "Unease before journeys", "To visit my sister by train")),
            DemoFile.Word("Итоговая запись.docx", DemoNotes.Russian),
            DemoFile.Wav("Встреча 3.wav", seconds: 4),
            DemoFile.Pdf("superbill.pdf", "billing", () => DemoForms.Superbill(chart, last, sessions: 6)),
        ]);

    private static DemoChart Held(string chart, DateOnly last) => new(
        chart, "佐藤 花", last.AddYears(-33), "US-CA", "psychologist", "clinician-2", last, DemoStanding.Held,
        "7 years have passed; a legal hold keeps it",
        [
            DemoFile.Text("面接メモ.txt", "client-record", DemoNotes.Japanese),
            DemoFile.Png("手紙.png", "correspondence", () => Drawings.Handwriting(lines: 6)),
        ]);

    private static DemoChart WithoutRule(string chart, DateOnly last) => new(
        chart, "Ελένη Παππά", last.AddYears(-50), "US-WY", "psychologist", "clinician-1", last, DemoStanding.Kept,
        "Wyoming: no rule, so it is kept",
        [
            DemoFile.Text("σημείωση.txt", "client-record", DemoNotes.Greek),
            DemoFile.Png("thought-record.png", "client-record", () => Drawings.Handwriting(lines: 9)),
        ]);

    private static DemoChart BeforeTheRule(string chart) => new(
        chart, "आरव शर्मा", new(1979, 3, 2), "US-CA", "LMFT", "clinician-2", new(2014, 6, 12), DemoStanding.Kept,
        "ended before the rule begins (2015): kept",
        [DemoFile.Word("प्रगति नोट.docx", DemoNotes.Hindi)]);

    private static DemoChart JustDue(string chart, DateOnly last) => new(
        chart, "김서연", last.AddYears(-26), "US-CA", "psychologist", "clinician-2", last, DemoStanding.Due,
        "California, 7 years passed a month ago",
        [
            DemoFile.Text("상담 기록.txt", "client-record", DemoNotes.Korean),
            DemoFile.Png("mood-chart.png", "test-data", () => Drawings.MoodChart([3, 4, 3, 5, 4, 4, 6, 5, 6, 7, 6, 7, 8, 7])),
        ]);

    private static DemoChart Minor(string chart, DateOnly last) => new(
        chart, "Nguyễn Thiên An", last.AddYears(-8), "US-CA", "psychologist", "clinician-1", last, DemoStanding.Kept,
        "a minor: 7 years beyond the 18th birthday",
        [DemoFile.Text("Buổi chơi 5.txt", "client-record", DemoNotes.Play)]);
}

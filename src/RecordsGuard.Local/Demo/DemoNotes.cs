namespace RecordsGuard.Local.Demo;

/// <summary>What clinicians write, in several scripts.</summary>
internal static class DemoNotes
{
    public const string Process = """
        Process notes, session 12

        I noticed that I hurried when the silence grew long. Next time: wait.
        The picture of the closed garden came back; ask who has the key.

        """;

    public const string Greek = """
        Σημείωση συνεδρίας

        Η εβδομάδα ήταν πιο ήρεμη. Μιλήσαμε για τον ύπνο και για τη μουσική.
        Επόμενο βήμα: ένας περίπατος κάθε πρωί.

        """;

    public const string Japanese = """
        面接メモ

        仕事と休息の釣り合いについて話し合った。
        次回までに、よく眠れた日を書き留めておく。

        """;

    public const string Korean = """
        상담 기록

        한 주 동안 있었던 일을 차분히 이야기했다.
        목표를 이루어 상담을 마치기로 함께 정했다.

        """;

    public const string Play = """
        Play session · Buổi chơi trị liệu

        We built a bridge of blocks and crossed it both ways.
        Em bé kể rằng cây cầu rất chắc. (The bridge is very strong, the child said.)
        Next: bring the drawing of the house; a parent joins for the last ten minutes.

        """;

    public static WordDocument Progress => new WordDocument("Progress note, session 12")
        .Heading("Data")
        .Text("Arrived on time and reported a calmer week. Slept six to seven hours on most nights; used the breathing exercise twice before meetings.")
        .Heading("Assessment")
        .Text("Worry about work comes less often and passes sooner. No risk of harm was reported or seen.")
        .Heading("Plan")
        .Text("Weekly sessions go on. Until then: the thought record, and one walk with a friend.");

    public static WordDocument Arabic => new WordDocument("ملاحظة الجلسة", rightToLeft: true)
        .Heading("ما جرى")
        .Text("وصلت المراجِعة في موعدها، وقالت إن أسبوعها كان أهدأ من الذي قبله.")
        .Heading("التقدير")
        .Text("القلق بشأن العمل أقل من قبل. لا خطر على أحد.")
        .Heading("الخطة")
        .Text("جلسة كل أسبوع، وتمرين التنفس كل مساء.");

    public static WordDocument Russian => new WordDocument("Итоговая запись")
        .Heading("Ход работы")
        .Text("Двенадцать встреч за четыре месяца. Сон наладился, тревога перед поездками стала слабее.")
        .Heading("Оценка")
        .Text("Цели, о которых договорились вначале, достигнуты.")
        .Heading("Дальше")
        .Text("Работа завершена по общему согласию; при желании можно вернуться.");

    public static WordDocument Hindi => new WordDocument("प्रगति नोट")
        .Heading("विवरण")
        .Text("सत्र समय पर शुरू हुआ। यह सप्ताह पहले से शांत रहा।")
        .Heading("योजना")
        .Text("हर सप्ताह मिलना, और रोज़ दस मिनट टहलना।");
}

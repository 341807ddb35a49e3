namespace RecordsGuard.Local.Demo;

/// <summary>What a practice scans or draws: a genogram, a page of handwriting, a chart of mood. No legible word.</summary>
internal static class Drawings
{
    /// <summary>
    /// Three generations in the usual signs: squares men, circles women, a double line the client, a cross somebody who
    /// has died, two strokes a separation, a zigzag a conflict, two lines a close bond, dashes a household.
    /// </summary>
    public static MemoryStream Genogram()
    {
        var page = new Canvas(900, 660);
        Couple(page, 130, 310, 110);
        Couple(page, 560, 740, 110);
        Cross(page, 560, 110);
        Couple(page, 220, 650, 320);
        page.Line(378, 352, 396, 382, Ink.Black, 3);
        page.Line(390, 352, 408, 382, Ink.Black, 3);
        page.Line(220, 155, 220, 290, Ink.Black);
        page.Line(650, 155, 650, 290, Ink.Black);
        foreach (var x in (double[])[330, 445, 560])
        {
            page.Line(x, 367, x, 500, Ink.Black);
        }

        page.Square(330, 530, 30, Ink.Black);
        page.Circle(445, 530, 30, Ink.Black);
        page.Circle(445, 530, 23, Ink.Black);
        page.Circle(560, 530, 30, Ink.Black);
        page.Path(Enumerable.Range(0, 13).Select(i => (363 + (i * 4.0), 530 + (i % 2 == 0 ? -7.0 : 7.0))), Ink.Ballpoint);
        page.Line(475, 525, 530, 525, Ink.Ballpoint);
        page.Line(475, 535, 530, 535, Ink.Ballpoint);
        Household(page, 503, 440, 275, 205);
        return PngImage.Write(page);
    }

    /// <summary>Ruled paper with lines of a hand nobody can read.</summary>
    public static MemoryStream Handwriting(int lines)
    {
        var page = new Canvas(760, 200 + (lines * 44));
        for (var y = 100; y < page.Height - 40; y += 44)
        {
            page.Line(0, y, page.Width, y, Ink.Rule, 1);
        }

        page.Line(88, 0, 88, page.Height, Ink.Margin, 1);
        var letter = 0;
        for (var line = 0; line < lines; line++)
        {
            var end = line == lines - 1 ? 380 : 610 + (30 * Varied(line));
            for (double x = 108; x < end; x += 18)
            {
                var width = 34 + (70 * Math.Abs(Varied(letter)));
                page.Path(Word(x, 96 + (line * 44), width, letter), Ink.Ballpoint, 1.8);
                x += width;
                letter += (int)(width / 9);
            }
        }

        return PngImage.Write(page);
    }

    /// <summary>Two weeks of daily scores from 0 to 10.</summary>
    public static MemoryStream MoodChart(IReadOnlyList<int> scores)
    {
        var page = new Canvas(820, 420);
        (double X, double Y) At(int day, double score) => (70 + (day * 700.0 / (scores.Count - 1)), 370 - (score * 32));
        for (var score = 0; score <= 10; score += 2)
        {
            page.Line(70, At(0, score).Y, 780, At(0, score).Y, score == 0 ? Ink.Black : Ink.Rule, score == 0 ? 2 : 1);
        }

        page.Line(70, 40, 70, 370, Ink.Black);
        var points = scores.Select((score, day) => At(day, score)).ToList();
        page.Path(points, Ink.Ballpoint, 3);
        foreach (var (x, y) in points)
        {
            page.Circle(x, y, 4, Ink.Ballpoint, 5);
            page.Line(x, 366, x, 376, Ink.Black, 1.5);
        }

        return PngImage.Write(page);
    }

    private static void Couple(Canvas page, double his, double hers, double y)
    {
        page.Square(his, y, 30, Ink.Black);
        page.Circle(hers, y, 30, Ink.Black);
        var below = y == 320 ? 367 : y + 45;
        page.Path([(his, y + 30), (his, below), (hers, below), (hers, y + 30)], Ink.Black);
    }

    private static void Cross(Canvas page, double x, double y)
    {
        page.Line(x - 30, y - 30, x + 30, y + 30, Ink.Black);
        page.Line(x - 30, y + 30, x + 30, y - 30, Ink.Black);
    }

    private static void Household(Canvas page, double x, double y, double across, double down)
    {
        for (var dash = 0; dash < 60; dash += 2)
        {
            double from = dash * Math.Tau / 60, to = (dash + 1) * Math.Tau / 60;
            page.Line(
                x + (across * Math.Cos(from)), y + (down * Math.Sin(from)),
                x + (across * Math.Cos(to)), y + (down * Math.Sin(to)), Ink.Ballpoint, 1.5);
        }
    }

    private static IEnumerable<(double X, double Y)> Word(double x, double y, double width, int letter)
    {
        for (double at = 0; at <= width; at += 0.9)
        {
            var stroke = letter + (at / 9);
            var height = 7 + (6 * Math.Max(0, Varied((int)stroke)));
            var turn = stroke * Math.Tau;
            var up = height * (1 + Math.Sin(turn)) / 2;
            yield return (x + at + (3.2 * Math.Cos(turn)) + (0.25 * up), y - up);
        }
    }

    /// <summary>From −1 to 1, without a pattern to the eye, and the same for the same n: a file is alike each time.</summary>
    private static double Varied(int n) => Math.IEEERemainder(Math.Sin((n + 1) * 12.9898) * 43758.5453, 1) * 2;
}

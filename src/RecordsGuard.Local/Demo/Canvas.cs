namespace RecordsGuard.Local.Demo;

/// <summary>The colour of a pen.</summary>
internal readonly record struct Ink(byte R, byte G, byte B)
{
    public static Ink Black => new(34, 36, 40);

    public static Ink Ballpoint => new(38, 70, 150);

    public static Ink Rule => new(190, 205, 222);

    public static Ink Margin => new(222, 150, 150);
}

/// <summary>A sheet of paper that lines with soft edges are drawn on; 8-bit RGB, row by row from the upper left.</summary>
internal sealed class Canvas
{
    private static readonly Ink Paper = new(253, 252, 248);

    private readonly byte[] pixels;

    public Canvas(int width, int height)
    {
        Width = width;
        Height = height;
        pixels = new byte[width * height * 3];
        for (var i = 0; i < pixels.Length; i += 3)
        {
            (pixels[i], pixels[i + 1], pixels[i + 2]) = (Paper.R, Paper.G, Paper.B);
        }
    }

    public int Width { get; }

    public int Height { get; }

    public ReadOnlySpan<byte> Row(int y) => pixels.AsSpan(y * Width * 3, Width * 3);

    public void Line(double x1, double y1, double x2, double y2, Ink ink, double width = 2)
    {
        var reach = (width / 2) + 1;
        var (left, right) = Within(Math.Min(x1, x2) - reach, Math.Max(x1, x2) + reach, Width);
        var (top, bottom) = Within(Math.Min(y1, y2) - reach, Math.Max(y1, y2) + reach, Height);
        for (var y = top; y <= bottom; y++)
        {
            for (var x = left; x <= right; x++)
            {
                Cover(x, y, ink, (width / 2) + 0.5 - Distance(x, y, x1, y1, x2, y2));
            }
        }
    }

    public void Path(IEnumerable<(double X, double Y)> points, Ink ink, double width = 2)
    {
        (double X, double Y)? from = null;
        foreach (var to in points)
        {
            if (from is { } start)
            {
                Line(start.X, start.Y, to.X, to.Y, ink, width);
            }

            from = to;
        }
    }

    public void Square(double x, double y, double radius, Ink ink, double width = 2) => Path(
        [(x - radius, y - radius), (x + radius, y - radius), (x + radius, y + radius), (x - radius, y + radius), (x - radius, y - radius)],
        ink, width);

    public void Circle(double x, double y, double radius, Ink ink, double width = 2) => Path(
        Enumerable.Range(0, 65).Select(i => (x + (radius * Math.Cos(i * Math.Tau / 64)), y + (radius * Math.Sin(i * Math.Tau / 64)))),
        ink, width);

    private static (int From, int To) Within(double from, double to, int size) =>
        ((int)Math.Clamp(from, 0, size - 1), (int)Math.Clamp(Math.Ceiling(to), 0, size - 1));

    private static double Distance(double x, double y, double x1, double y1, double x2, double y2)
    {
        var (dx, dy) = (x2 - x1, y2 - y1);
        var length = (dx * dx) + (dy * dy);
        var along = length == 0 ? 0 : Math.Clamp((((x - x1) * dx) + ((y - y1) * dy)) / length, 0, 1);
        return Math.Sqrt(Math.Pow(x - x1 - (along * dx), 2) + Math.Pow(y - y1 - (along * dy), 2));
    }

    private void Cover(int x, int y, Ink ink, double coverage)
    {
        if (coverage <= 0)
        {
            return;
        }

        var share = Math.Min(coverage, 1);
        var pixel = pixels.AsSpan(((y * Width) + x) * 3, 3);
        pixel[0] = (byte)(pixel[0] + ((ink.R - pixel[0]) * share));
        pixel[1] = (byte)(pixel[1] + ((ink.G - pixel[1]) * share));
        pixel[2] = (byte)(pixel[2] + ((ink.B - pixel[2]) * share));
    }
}

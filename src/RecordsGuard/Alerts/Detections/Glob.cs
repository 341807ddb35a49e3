using System.Text;

namespace RecordsGuard.Alerts.Detections;

/// <summary>A text in which <c>*</c> stands for any run of characters, none included. Case does not count.</summary>
internal sealed class Glob
{
    private readonly byte[][] parts;

    private Glob(byte[][] parts) => this.parts = parts;

    public static Glob Of(string pattern) => new([.. pattern.Trim('/').Split('*').Select(Encoding.UTF8.GetBytes)]);

    public bool Matches(ReadOnlySpan<byte> text)
    {
        if (parts.Length == 1)
        {
            return Touch.Is(text, parts[0]);
        }

        if (!Touch.StartsWith(text, parts[0]))
        {
            return false;
        }

        // The leftmost place for each middle part leaves the most for those after it.
        text = text[parts[0].Length..];
        foreach (var part in parts.AsSpan(1, parts.Length - 2))
        {
            if (part.Length == 0)
            {
                continue;
            }

            while (!Touch.StartsWith(text, part))
            {
                // The next place where it may begin.
                var next = text.Length > 1 ? text[1..].IndexOfAny((byte)char.ToLowerInvariant((char)part[0]), (byte)char.ToUpperInvariant((char)part[0])) : -1;
                if (next < 0)
                {
                    return false;
                }

                text = text[(next + 1)..];
            }

            text = text[part.Length..];
        }

        return Touch.EndsWith(text, parts[^1]);
    }
}

namespace RecordsGuard.Alerts.Detections;

/// <summary>The last answer, for lines that ask the same again and again.</summary>
internal sealed class Remembered<T>
{
    private readonly byte[] key = new byte[512];
    private int length = -1;
    private T value = default!;

    public bool Knows(ReadOnlySpan<byte> asked, out T answer)
    {
        answer = value;
        return asked.Length == length && asked.SequenceEqual(key.AsSpan(0, length));
    }

    public T Keep(ReadOnlySpan<byte> asked, T answer)
    {
        length = asked.Length <= key.Length ? asked.Length : -1;
        asked[..Math.Max(length, 0)].CopyTo(key);
        return value = answer;
    }
}

using System.Buffers.Binary;
using System.Collections;

namespace RecordsGuard.EndToEnd.Tests.Leaks;

/// <summary>
/// Looks for many shapes at once, at every offset of what it is given: the first eight bytes of each window are looked up,
/// and what matches there is compared whole.
/// </summary>
internal sealed class Search
{
    private const int Key = 8;
    private const int Bits = 22;

    private readonly Dictionary<ulong, List<(Shape Shape, int At)>> windows = [];
    private readonly BitArray maybe = new(1 << Bits);

    public Search(IEnumerable<Shape> shapes)
    {
        foreach (var shape in shapes)
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(shape.Window, Key);
            for (var at = 0; at + shape.Window <= shape.Bytes.Length; at++)
            {
                var key = BinaryPrimitives.ReadUInt64LittleEndian(shape.Bytes.AsSpan(at));
                if (!windows.TryGetValue(key, out var same))
                {
                    windows[key] = same = [];
                }

                same.Add((shape, at));
                maybe[Slot(key)] = true;
            }
        }
    }

    /// <summary>How many windows are looked for.</summary>
    public int Count => windows.Values.Sum(w => w.Count);

    /// <summary>What was found, each shape once.</summary>
    public IEnumerable<string> In(string where, ReadOnlyMemory<byte> bytes)
    {
        var found = new HashSet<Shape>();
        var span = bytes.Span;
        var findings = new List<string>();
        for (var at = 0; at + Key <= span.Length; at++)
        {
            var key = BinaryPrimitives.ReadUInt64LittleEndian(span[at..]);
            if (maybe[Slot(key)] && windows.TryGetValue(key, out var candidates))
            {
                foreach (var (shape, start) in candidates)
                {
                    if (span[at..].StartsWith(shape.Bytes.AsSpan(start, shape.Window)) && found.Add(shape))
                    {
                        findings.Add($"{shape.What}: {where}, byte {at}");
                    }
                }
            }
        }

        return findings;
    }

    /// <summary>Every byte of every file below a folder.</summary>
    public IEnumerable<string> In(DirectoryInfo folder, Predicate<FileInfo>? leaveOut = null) =>
        folder.EnumerateFiles("*", SearchOption.AllDirectories)
            .Where(f => leaveOut is null || !leaveOut(f))
            .SelectMany(f => In(Path.GetRelativePath(folder.FullName, f.FullName), File.ReadAllBytes(f.FullName))
                .Concat(In($"the name of {f.FullName}", System.Text.Encoding.UTF8.GetBytes(f.FullName))));

    private static int Slot(ulong key) => (int)(unchecked(key * 0x9E3779B97F4A7C15) >> (64 - Bits));
}

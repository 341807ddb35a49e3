using System.Globalization;
using RecordsGuard.Envelopes;
using RecordsGuard.Records;

namespace RecordsGuard.Tests.Envelopes;

/// <summary>One vector of tests/vectors/envelope: lines of <c>name: value</c>, bytes in hex (its README lists the names).</summary>
internal sealed class VectorFile(IReadOnlyDictionary<string, string> fields)
{
    public string this[string name] => fields[name];

    public AssociatedData Record => new(
        PracticeId.Parse(this["practice"]),
        ClientId.Parse(this["client"]),
        RecordId.Parse(this["record"]),
        long.Parse(this["version"], CultureInfo.InvariantCulture));

    public static IEnumerable<string> Names(string kind) =>
        Directory.GetFiles(Vectors.Folder("envelope"), $"{kind}-*.txt").Select(f => Path.GetFileNameWithoutExtension(f)!).Order();

    public static VectorFile Read(string name) => new(
        File.ReadLines(Path.Combine(Vectors.Folder("envelope"), $"{name}.txt"))
            .Where(l => l.Length > 0 && l[0] != '#')
            .Select(l => l.Split(": ", 2))
            .ToDictionary(p => p[0].TrimEnd(':'), p => p.Length > 1 ? p[1] : ""));

    public static void Write(string name, string what, params (string Name, string Value)[] fields) => File.WriteAllText(
        Path.Combine(Vectors.Folder("envelope"), $"{name}.txt"),
        $"# {what}\n" + string.Concat(fields.Select(f => $"{f.Name}: {f.Value}".TrimEnd() + "\n")));

    public static string Hex(ReadOnlySpan<byte> bytes) => Convert.ToHexStringLower(bytes);

    public byte[] Bytes(string name) => Convert.FromHexString(this[name]);

    public int Number(string name) => int.Parse(this[name], CultureInfo.InvariantCulture);
}

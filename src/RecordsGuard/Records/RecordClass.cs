using System.Diagnostics.CodeAnalysis;

namespace RecordsGuard.Records;

/// <summary>What kind of record it is; schedules and access rules speak of classes. A closed list.</summary>
public readonly record struct RecordClass
{
    private static readonly string[] Names =
        ["client-record", "psychotherapy-notes", "recording", "test-data", "billing", "correspondence", "consent"];

    private readonly string? value;

    private RecordClass(string value) => this.value = value;

    public static IReadOnlyList<string> All => Names;

    public static bool TryParse([NotNullWhen(true)] string? text, out RecordClass recordClass)
    {
        var known = Names.Contains(text, StringComparer.Ordinal);
        recordClass = known ? new(text!) : default;
        return known;
    }

    public override string ToString() => value ?? throw new InvalidOperationException("An unset record class.");
}

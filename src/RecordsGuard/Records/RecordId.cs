using System.Diagnostics.CodeAnalysis;

namespace RecordsGuard.Records;

/// <summary>A record of a client. Opaque, random and ours: <c>r-</c> and 32 lower-case hex digits.</summary>
public readonly record struct RecordId
{
    private readonly string? value;

    private RecordId(string value) => this.value = value;

    public static RecordId New() => new(OpaqueId.New("r"));

    public static bool TryParse([NotNullWhen(true)] string? text, out RecordId id)
    {
        var ok = OpaqueId.IsWellFormed(text, "r");
        id = ok ? new(text!) : default;
        return ok;
    }

    /// <exception cref="FormatException">The text is no such id.</exception>
    public static RecordId Parse(string text) =>
        TryParse(text, out var id) ? id : throw new FormatException("Not a well-formed RecordId.");

    public override string ToString() => value ?? throw new InvalidOperationException("An unset RecordId.");
}

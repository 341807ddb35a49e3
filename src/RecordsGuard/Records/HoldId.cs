using System.Diagnostics.CodeAnalysis;

namespace RecordsGuard.Records;

/// <summary>A legal hold. Opaque, random and ours: <c>h-</c> and 32 lower-case hex digits.</summary>
public readonly record struct HoldId
{
    private readonly string? value;

    private HoldId(string value) => this.value = value;

    public static HoldId New() => new(OpaqueId.New("h"));

    public static bool TryParse([NotNullWhen(true)] string? text, out HoldId id)
    {
        var ok = OpaqueId.IsWellFormed(text, "h");
        id = ok ? new(text!) : default;
        return ok;
    }

    /// <exception cref="FormatException">The text is no such id.</exception>
    public static HoldId Parse(string text) =>
        TryParse(text, out var id) ? id : throw new FormatException("Not a well-formed HoldId.");

    public override string ToString() => value ?? throw new InvalidOperationException("An unset HoldId.");
}

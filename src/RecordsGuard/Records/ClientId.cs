using System.Diagnostics.CodeAnalysis;

namespace RecordsGuard.Records;

/// <summary>A client of a practice. Opaque, random and ours: <c>c-</c> and 32 lower-case hex digits.</summary>
public readonly record struct ClientId
{
    private readonly string? value;

    private ClientId(string value) => this.value = value;

    /// <summary>No client: what a file is sealed for that belongs to none, or nobody knows to which.</summary>
    public static ClientId None { get; } = new($"c-{new string('0', 32)}");

    public static ClientId New() => new(OpaqueId.New("c"));

    public static bool TryParse([NotNullWhen(true)] string? text, out ClientId id)
    {
        var ok = OpaqueId.IsWellFormed(text, "c");
        id = ok ? new(text!) : default;
        return ok;
    }

    /// <exception cref="FormatException">The text is no such id.</exception>
    public static ClientId Parse(string text) =>
        TryParse(text, out var id) ? id : throw new FormatException("Not a well-formed ClientId.");

    public override string ToString() => value ?? throw new InvalidOperationException("An unset ClientId.");
}

using System.Diagnostics.CodeAnalysis;

namespace RecordsGuard.Audit;

/// <summary>
/// An audit entry. A random UUID in its plain form, because it also travels as <c>x-ms-client-request-id</c>, by
/// which Azure's own logs are joined to ours.
/// </summary>
public readonly record struct AuditEntryId
{
    private readonly Guid value;

    private AuditEntryId(Guid value) => this.value = value;

    public static AuditEntryId New() => new(Guid.NewGuid());

    public static bool TryParse([NotNullWhen(true)] string? text, out AuditEntryId id)
    {
        var ok = Guid.TryParseExact(text, "D", out var guid);
        id = new(guid);
        return ok;
    }

    /// <summary>The 16 bytes, in the order of the text.</summary>
    public void CopyTo(Span<byte> target) => value.TryWriteBytes(target, bigEndian: true, out _);

    public static AuditEntryId From(ReadOnlySpan<byte> bytes) => new(new Guid(bytes, bigEndian: true));

    public override string ToString() => value.ToString("D");
}

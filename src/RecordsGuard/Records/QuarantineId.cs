using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text;

namespace RecordsGuard.Records;

/// <summary>
/// A file in quarantine: <c>q-</c> and 32 lower-case hex digits, derived from the file's name in the inbox and its ETag,
/// so that one state of one file is quarantined once.
/// </summary>
public readonly record struct QuarantineId
{
    private readonly string? value;

    private QuarantineId(string value) => this.value = value;

    public static QuarantineId Of(string name, string etag) => new(
        $"q-{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{name}\n{etag}")).AsSpan(0, 16))}");

    public static bool TryParse([NotNullWhen(true)] string? text, out QuarantineId id)
    {
        var ok = OpaqueId.IsWellFormed(text, "q");
        id = ok ? new(text!) : default;
        return ok;
    }

    public override string ToString() => value ?? throw new InvalidOperationException("An unset QuarantineId.");
}

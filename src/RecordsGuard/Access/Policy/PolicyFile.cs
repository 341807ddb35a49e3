using System.Text.Json;

namespace RecordsGuard.Access.Policy;

/// <summary>What is wrong in a policy file, where, and why.</summary>
/// <param name="Path">Such as <c>rules[3].roles[0]</c>; empty: the whole file.</param>
public sealed record PolicyComplaint(int Line, int Column, string Path, string Why)
{
    public override string ToString() => $"line {Line}, column {Column}{(Path.Length > 0 ? $", {Path}" : "")}: {Why}";
}

/// <param name="Policy">Null if there are complaints.</param>
public sealed record PolicyReading(AccessPolicy? Policy, IReadOnlyList<PolicyComplaint> Complaints);

/// <summary>Reads <c>access-policy.json</c> (docs/formats/access-policy.md). Everything in it counts, so nothing unknown may be.</summary>
public static class PolicyFile
{
    public const string Format = "recordsguard-access-policy-1";
    public const int MaxBytes = 1024 * 1024;
    public const int MaxRules = 500;

    private const string Shipment = "RecordsGuard.Access.access-policy.json";

    private static ReadOnlySpan<byte> ByteOrderMark => [0xEF, 0xBB, 0xBF];

    /// <summary>All that is wrong with it, not only the first.</summary>
    public static PolicyReading Read(ReadOnlyMemory<byte> utf8)
    {
        utf8 = utf8.Span.StartsWith(ByteOrderMark) ? utf8[ByteOrderMark.Length..] : utf8;
        if (utf8.Length > MaxBytes)
        {
            return new(null, [new(1, 1, "", $"The file is larger than {MaxBytes} bytes.")]);
        }

        try
        {
            var places = JsonPlaces.Of(utf8.Span);
            using var json = JsonDocument.Parse(utf8);
            var reader = new PolicyReader(places);
            var policy = reader.Read(json.RootElement);
            return new(reader.Complaints.Count == 0 ? policy : null, reader.Complaints);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            var (line, column) = e is JsonException { LineNumber: { } l, BytePositionInLine: { } c } ? ((int)l + 1, (int)c + 1) : (1, 1);
            return new(null, [new(line, column, "", "This is not JSON (RFC 8259): no comments, no trailing commas, UTF-8.")]);
        }
    }

    /// <summary>The bytes of the policy that is shipped: what a practice copies to write its own.</summary>
    public static byte[] ShippedBytes()
    {
        using var stream = typeof(PolicyFile).Assembly.GetManifestResourceStream(Shipment)
            ?? throw new InvalidOperationException("The access policy is missing from the build.");
        using var bytes = new MemoryStream();
        stream.CopyTo(bytes);
        return bytes.ToArray();
    }

    internal static AccessPolicy Shipped() => Read(ShippedBytes()) switch
    {
        { Policy: { } policy } => policy,
        var wrong => throw new InvalidOperationException($"The access policy of the build is wrong: {wrong.Complaints[0]}"),
    };
}

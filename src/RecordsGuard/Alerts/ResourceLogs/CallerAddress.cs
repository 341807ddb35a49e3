using System.Net;

namespace RecordsGuard.Alerts.ResourceLogs;

/// <summary>
/// <c>callerIpAddress</c> as Azure writes it: <c>10.0.0.5:443</c>, <c>10.0.0.5</c>, <c>[fd00::1]:443</c> or a bare
/// <c>fd00::1</c>. An IPv6 address has colons of its own, so the port is told by there being just one.
/// </summary>
internal static class CallerAddress
{
    /// <summary>Null if it is no address; IPv4 in IPv6's clothes is IPv4.</summary>
    public static IPAddress? Parse(ReadOnlySpan<byte> text)
    {
        if (text.StartsWith("["u8) && text.IndexOf((byte)']') is var end and > 0)
        {
            text = text[1..end];
        }
        else if (text.Count((byte)':') == 1)
        {
            text = text[..text.IndexOf((byte)':')];
        }

        return IPAddress.TryParse(text, out var address)
            ? address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address
            : null;
    }
}

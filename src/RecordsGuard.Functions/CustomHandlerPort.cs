using System.Globalization;

namespace RecordsGuard.Functions;

/// <summary>The one port of a custom handler: the host picks it and says it in the environment.</summary>
internal static class CustomHandlerPort
{
    public const string Variable = "FUNCTIONS_CUSTOMHANDLER_PORT";

    public const string Refusal =
        $"{Variable} must hold a port from 1 to 65535: this program is started by the Azure Functions host or by RecordsGuard.Local.";

    public static int? Parse(string? value) =>
        int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var port) && port is > 0 and <= 65535
            ? port
            : null;
}

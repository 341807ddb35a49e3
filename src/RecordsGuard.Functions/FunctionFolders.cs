using System.Text.Json;

namespace RecordsGuard.Functions;

/// <summary>The function folders beside the program: what the host has read, read again where the protocol depends on it.</summary>
internal static class FunctionFolders
{
    public static string Root =>
        Environment.GetEnvironmentVariable("FUNCTIONS_APP_ROOT_PATH") is { Length: > 0 } root ? root : AppContext.BaseDirectory;

    /// <summary>Whether a queue function asks for its message as bytes: the message then arrives in base64.</summary>
    public static bool IsBinary(string root, string function)
    {
        var file = Path.Combine(root, function, "function.json");
        if (!File.Exists(file))
        {
            return false;
        }

        using var json = JsonDocument.Parse(File.ReadAllBytes(file));
        return json.RootElement.GetProperty("bindings").EnumerateArray()
            .Any(b => b.TryGetProperty("dataType", out var type)
                && string.Equals(type.GetString(), "binary", StringComparison.OrdinalIgnoreCase));
    }
}

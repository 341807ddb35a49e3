using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace RecordsGuard.Local.Vault;

/// <summary>What the vault answers, before it is on the wire.</summary>
/// <param name="Id">The key id that the log line names, if the answer is about one.</param>
internal sealed record VaultAnswer(int Status, byte[] Body, string? Id = null)
{
    /// <summary>A header of its own for 401 and 429.</summary>
    public (string Name, string Value)? Header { get; init; }

    /// <summary>The algorithm of a cryptographic operation, for the log.</summary>
    public string? Algorithm { get; init; }

    /// <summary>False on a 403 for want of a role: the log's <c>isRbacAuthorized</c>.</summary>
    public bool Authorised { get; init; } = true;

    public static VaultAnswer Empty { get; } = new(204, []);

    public static VaultAnswer Ok<T>(T shape, JsonTypeInfo<T> type, string? id) =>
        new(200, JsonSerializer.SerializeToUtf8Bytes(shape, type), id);

    public static VaultAnswer BadParameter(string message) => Refuse(400, "BadParameter", message);

    public static VaultAnswer NotFound(string name, string? version = null) => Refuse(
        404,
        "KeyNotFound",
        $"A key with (name/id) {name}{(version is null ? "" : "/" + version)} was not found in this key vault.");

    public static VaultAnswer Forbidden(string message, string inner) => Refuse(403, "Forbidden", message, inner);

    public static VaultAnswer Conflict(string message, string inner) => Refuse(409, "Conflict", message, inner);

    public static VaultAnswer Refuse(int status, string code, string message, string? inner = null)
    {
        var shape = new ErrorShape(new(code, message, inner is null ? null : new(inner)));
        return new(status, JsonSerializer.SerializeToUtf8Bytes(shape, VaultJson.Default.ErrorShape));
    }
}

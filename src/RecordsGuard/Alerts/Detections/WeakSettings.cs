using System.Text;
using System.Text.Json;

namespace RecordsGuard.Alerts.Detections;

/// <summary>
/// Settings that make storage, vault or logging weaker than the deployment makes them, wherever they stand in what a
/// change asked for or left behind: at a creation as well as later.
/// </summary>
internal static class WeakSettings
{
    private static readonly (string Name, string Value, Detection Detection)[] Table =
    [
        ("allowSharedKeyAccess", "true", LogDetections.SharedKeyOn),
        ("allowBlobPublicAccess", "true", LogDetections.AnonymousOn),
        ("publicAccess", "Blob", LogDetections.ContainerOpened),
        ("publicAccess", "Container", LogDetections.ContainerOpened),
        ("networkAcls.defaultAction", "Allow", LogDetections.NetworkOpened),
        ("supportsHttpsTrafficOnly", "false", LogDetections.TransportWeakened),
        ("minimumTlsVersion", "TLS1_0", LogDetections.TransportWeakened),
        ("minimumTlsVersion", "TLS1_1", LogDetections.TransportWeakened),
        ("deleteRetentionPolicy.enabled", "false", LogDetections.SoftDeleteOff),
        ("containerDeleteRetentionPolicy.enabled", "false", LogDetections.SoftDeleteOff),
        ("shareDeleteRetentionPolicy.enabled", "false", LogDetections.SoftDeleteOff),
        ("isVersioningEnabled", "false", LogDetections.VersioningOff),
        ("immutableStorageWithVersioning.enabled", "false", LogDetections.ImmutabilityRemoved),
        ("encryption.keySource", "Microsoft.Keyvault", LogDetections.EncryptionChanged),
        ("isSftpEnabled", "true", LogDetections.LocalUser),
        ("isLocalUserEnabled", "true", LogDetections.LocalUser),
        ("isNfsV3Enabled", "true", LogDetections.LocalUser),
        ("allowCrossTenantReplication", "true", LogDetections.ReplicationChanged),
        ("enablePurgeProtection", "false", LogDetections.VaultProtectionOff),
        ("enableSoftDelete", "false", LogDetections.VaultProtectionOff),
        ("enableRbacAuthorization", "false", LogDetections.VaultAccessChanged),
    ];

    /// <summary>Null if this is no JSON: then nobody knows what was written.</summary>
    public static IReadOnlyList<Detection>? In(ReadOnlySpan<byte> json)
    {
        try
        {
            using var document = JsonDocument.Parse(Encoding.UTF8.GetString(json));
            var found = new List<Detection>();
            Look(document.RootElement, "", found);
            if (Says(document.RootElement, "publicNetworkAccess", "Enabled") && !Says(document.RootElement, "defaultAction", "Deny"))
            {
                found.Add(LogDetections.NetworkOpened);
            }

            return [.. found.Distinct()];
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            return null;
        }
    }

    /// <summary>
    /// Of diagnostic settings. They are replaced as a whole: a category that is not in them is switched off with the rest,
    /// so settings without a log that is on are none.
    /// </summary>
    public static bool? SwitchLogsOff(ReadOnlySpan<byte> json)
    {
        try
        {
            using var document = JsonDocument.Parse(Encoding.UTF8.GetString(json));
            var logs = Find(document.RootElement, "logs");
            return logs is not { ValueKind: JsonValueKind.Array } list || list.GetArrayLength() == 0
                || list.EnumerateArray().Any(l => Find(l, "enabled") is not { ValueKind: JsonValueKind.True });
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            return null;
        }
    }

    /// <summary>The role that an assignment gives, by the last part of its id; null if it cannot be told.</summary>
    public static string? RoleIn(ReadOnlySpan<byte> json)
    {
        try
        {
            using var document = JsonDocument.Parse(Encoding.UTF8.GetString(json));
            return Find(document.RootElement, "roleDefinitionId") is { ValueKind: JsonValueKind.String } id
                ? id.GetString()!.Split('/')[^1].ToLowerInvariant()
                : null;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            return null;
        }
    }

    private static void Look(JsonElement element, string at, List<Detection> found)
    {
        switch (element.ValueKind)
        {
            case JsonValueKind.Object:
                foreach (var member in element.EnumerateObject())
                {
                    Look(member.Value, $"{at}.{member.Name}", found);
                }

                break;
            case JsonValueKind.Array:
                if (at.EndsWith(".networkAcls.ipRules", StringComparison.OrdinalIgnoreCase) && element.GetArrayLength() > 0)
                {
                    found.Add(LogDetections.NetworkRuleAdded);
                }

                foreach (var item in element.EnumerateArray())
                {
                    Look(item, at, found);
                }

                break;
            default:
                found.AddRange(Table.Where(t =>
                    at.EndsWith($".{t.Name}", StringComparison.OrdinalIgnoreCase)
                    && element.ToString().Equals(t.Value, StringComparison.OrdinalIgnoreCase)).Select(t => t.Detection));
                if (at.Contains(".addedAccessPolicy", StringComparison.OrdinalIgnoreCase)
                    || at.Contains(".accessPolicies.", StringComparison.OrdinalIgnoreCase))
                {
                    found.Add(LogDetections.VaultAccessChanged);
                }

                break;
        }
    }

    private static bool Says(JsonElement root, string name, string value) =>
        Find(root, name) is { } found && found.ToString().Equals(value, StringComparison.OrdinalIgnoreCase);

    /// <summary>The first of this name, at whatever depth, case aside.</summary>
    private static JsonElement? Find(JsonElement element, string name)
    {
        if (element.ValueKind != JsonValueKind.Object)
        {
            return null;
        }

        foreach (var member in element.EnumerateObject())
        {
            if (member.Name.Equals(name, StringComparison.OrdinalIgnoreCase))
            {
                return member.Value;
            }

            if (Find(member.Value, name) is { } inside)
            {
                return inside;
            }
        }

        return null;
    }
}

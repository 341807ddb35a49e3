using System.Net;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using RecordsGuard.Alerts.ResourceLogs;

namespace RecordsGuard.Alerts.Detections;

/// <summary>
/// Who may do what, where, from where: docs/formats/alerts-policy.md. What is not in it is not allowed.
/// </summary>
public sealed class LogPolicy
{
    private readonly Dictionary<string, LogIdentity> byObjectId = new(StringComparer.OrdinalIgnoreCase);
    private readonly List<LogIdentity> byToken = [];

    private LogPolicy(IEnumerable<LogIdentity> identities)
    {
        foreach (var identity in identities)
        {
            if (identity.ObjectId is not { } id)
            {
                byToken.Add(identity);
            }
            else if (!byObjectId.TryAdd(id, identity))
            {
                throw new FormatException($"The policy names the object id {id} twice.");
            }
        }
    }

    /// <summary>Knows nobody.</summary>
    public static LogPolicy Empty { get; } = new([]);

    /// <exception cref="FormatException">This is no policy; the message says what is wrong.</exception>
    public static LogPolicy Parse(string json)
    {
        try
        {
            var shape = JsonSerializer.Deserialize(json, LogPolicyJson.Default.LogPolicyShape)
                ?? throw new FormatException("An empty policy.");
            return shape.Version == 1 ? Of(shape) : throw new FormatException("A policy says \"version\": 1.");
        }
        catch (JsonException e)
        {
            throw new FormatException($"No policy: {e.Message}", e);
        }
    }

    /// <exception cref="FormatException">A network that is none, or an identity that comes twice or not at all.</exception>
    internal static LogPolicy Of(LogPolicyShape shape)
    {
        var everywhere = Networks(shape.Networks);
        return new(shape.Identities.Select(i => new LogIdentity(i, i.Networks is null ? everywhere : Networks(i.Networks))));
    }

    /// <summary>Null if the policy does not know whoever did this.</summary>
    internal LogIdentity? Find(LogEntry entry)
    {
        var bytes = entry[LogField.ObjectId];
        if (!bytes.IsEmpty)
        {
            Span<char> id = stackalloc char[64];
            return bytes.Length <= id.Length && Encoding.UTF8.TryGetChars(bytes, id, out var length)
                && byObjectId.GetAlternateLookup<ReadOnlySpan<char>>().TryGetValue(id[..length], out var known)
                ? known
                : null;
        }

        return byToken.Count > 0 && entry.Text(LogField.TokenHash) is { } hash ? byToken.Find(i => i.Holds(hash)) : null;
    }

    private static IPNetwork[]? Networks(string[]? texts) => texts?.Select(t =>
        IPNetwork.TryParse(t, out var network) ? network : throw new FormatException($"\"{t}\" is no network such as 10.0.0.0/16.")).ToArray();
}

/// <summary>One identity of the policy.</summary>
internal sealed class LogIdentity
{
    private const int ShortestHash = 32;
    private readonly IPNetwork[]? networks;
    private readonly string? token;

    public LogIdentity(LogIdentityShape shape, IPNetwork[]? networks)
    {
        if ((shape.ObjectId is null) == (shape.TokenHash is null))
        {
            throw new FormatException($"The identity \"{shape.Name}\" is known by its objectId or by its tokenHash, by one of them.");
        }

        if (shape.TokenHash is { Length: < ShortestHash })
        {
            throw new FormatException($"The tokenHash of \"{shape.Name}\" is no hash.");
        }

        (Name, ObjectId, token, this.networks) = (shape.Name, shape.ObjectId, shape.TokenHash, networks);
        May = [.. shape.May.Select(m => new LogLeave(
            [.. m.Operations.Select(Glob.Of)], [.. m.Resources.Select(Glob.Of)], m.Audited))];
    }

    public string Name { get; }

    public string? ObjectId { get; }

    public LogLeave[] May { get; }

    public bool Holds(string hash) => hash.Contains(token!, StringComparison.OrdinalIgnoreCase);

    /// <summary>The leave under which this is allowed, or null.</summary>
    public LogLeave? LeaveFor(ReadOnlySpan<byte> operation, ReadOnlySpan<byte> what)
    {
        foreach (var leave in May)
        {
            if (leave.Covers(operation, what))
            {
                return leave;
            }
        }

        return null;
    }

    /// <summary>Where the policy names no network, none is asked for.</summary>
    public bool IsAt(ReadOnlySpan<byte> caller) =>
        networks is null || (CallerAddress.Parse(caller) is { } address && Array.Exists(networks, n => n.Contains(address)));
}

/// <param name="Audited">Whether each needs an audit entry; null: reading content and using keys do.</param>
internal sealed record LogLeave(Glob[] Operations, Glob[] Resources, bool? Audited)
{
    public bool Covers(ReadOnlySpan<byte> operation, ReadOnlySpan<byte> what) => Any(Operations, operation) && Any(Resources, what);

    private static bool Any(Glob[] globs, ReadOnlySpan<byte> text)
    {
        foreach (var glob in globs)
        {
            if (glob.Matches(text))
            {
                return true;
            }
        }

        return false;
    }
}

internal sealed record LogPolicyShape(int Version, LogIdentityShape[] Identities, string[]? Networks = null);

internal sealed record LogIdentityShape(
    string Name, LogLeaveShape[] May, string? ObjectId = null, string? TokenHash = null, string[]? Networks = null);

internal sealed record LogLeaveShape(string[] Operations, string[] Resources, bool? Audited = null);

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    RespectNullableAnnotations = true, RespectRequiredConstructorParameters = true, AllowTrailingCommas = true,
    ReadCommentHandling = JsonCommentHandling.Skip)]
[JsonSerializable(typeof(LogPolicyShape))]
internal sealed partial class LogPolicyJson : JsonSerializerContext;

namespace RecordsGuard.Records;

/// <summary>
/// A couple's or a family's records lie in a client partition of their own, a joint chart, whose row names its members:
/// clients with charts of their own. What protects one member's records protects these too. Members and joint charts are
/// facts of client rows: ids in ordinal order, separated by commas, so that the same members are the same text.
/// </summary>
public static class JointChart
{
    public const int MaxMembers = 16;

    public static bool IsJoint(this ClientFacts facts) => facts is { Members: not null };

    /// <summary>Empty for one client's chart, and for a joint chart whose members nobody has named yet.</summary>
    /// <exception cref="InvalidDataException">Nobody of ours wrote it.</exception>
    public static IReadOnlyList<ClientId> MemberIds(this ClientFacts facts) => Read(facts?.Members);

    /// <summary>The joint charts that may name this client as a member: perhaps one too many, never one too few.</summary>
    /// <exception cref="InvalidDataException">Nobody of ours wrote it.</exception>
    public static IReadOnlyList<ClientId> JointIds(this ClientFacts facts) => Read(facts?.Joint);

    public static string Write(IEnumerable<ClientId> ids) =>
        string.Join(',', ids.Select(i => i.ToString()).Distinct().Order(StringComparer.Ordinal));

    /// <summary>The members' facts; empty for one client's chart.</summary>
    /// <exception cref="InvalidDataException">A member is no client: nothing is decided beside it.</exception>
    public static async Task<IReadOnlyList<ClientFacts>> ReadMembersAsync(
        this IRecordStore store, PracticeId practice, ClientFacts chart, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(store);
        var members = new List<ClientFacts>();
        foreach (var id in chart.MemberIds())
        {
            var row = await store.ReadAsync(Table.Clients, Keys.Partition(practice, id), Keys.Client, cancel);
            members.Add(row?.As<ClientFacts>() ?? throw new InvalidDataException("A joint chart with a member who is no client."));
        }

        return members;
    }

    private static IReadOnlyList<ClientId> Read(string? ids) => string.IsNullOrEmpty(ids) ? [] :
        [.. ids.Split(',').Select(i => ClientId.TryParse(i, out var id) ? id : throw new InvalidDataException("A client row that names what is no client."))];
}

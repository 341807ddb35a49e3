namespace RecordsGuard.Records;

/// <summary>
/// All that decides about destroying one client's records, read from one partition. A change to it commits together
/// with a bump of the client row under the ETag read here, so whoever decided on an older state conflicts. An upload
/// only inserts and bumps nothing.
/// </summary>
public sealed class ClientPartition
{
    private readonly Dictionary<string, Row> rows;

    private readonly IReadOnlyList<Row> memberHolds;

    private ClientPartition(
        PracticeId practice, ClientId client, Row clientRow, Dictionary<string, Row> rows,
        IReadOnlyList<ClientFacts> members, IReadOnlyList<Row> memberHolds)
    {
        Practice = practice;
        Client = client;
        ClientRow = clientRow;
        this.rows = rows;
        this.memberHolds = memberHolds;
        Facts = clientRow.As<ClientFacts>();
        Members = members;
    }

    public PracticeId Practice { get; }

    public ClientId Client { get; }

    public ClientFacts Facts { get; }

    /// <summary>Of a joint chart, the members' facts; else empty.</summary>
    public IReadOnlyList<ClientFacts> Members { get; }

    public Row ClientRow { get; }

    public string Key => Keys.Partition(Practice, Client);

    /// <summary>The record rows: records and tombstones.</summary>
    public IEnumerable<Row> Records => WithPrefix(Keys.Records);

    public IEnumerable<Row> Holds => WithPrefix(Keys.Holds);

    /// <summary>The client's own holds and, in a joint chart, those of its members.</summary>
    public IEnumerable<Row> BindingHolds => Holds.Concat(memberHolds);

    public IEnumerable<Row> Approvals => WithPrefix(Keys.Approvals);

    /// <summary>Null if there is no such client.</summary>
    public static async Task<ClientPartition?> ReadAsync(
        IRecordStore store, PracticeId practice, ClientId client, CancellationToken cancel)
    {
        // The client row first: whatever changes after this read bumps it, and the commit under its ETag fails. What
        // changes with a member is written there and then bumps this row, so that members are read last.
        var partition = Keys.Partition(practice, client);
        var clientRow = await store.ReadAsync(Table.Clients, partition, Keys.Client, cancel);
        if (clientRow is null)
        {
            return null;
        }

        var rows = new Dictionary<string, Row>(StringComparer.Ordinal);
        await foreach (var row in store.ListAsync(Table.Clients, partition, "", cancel))
        {
            rows[row.Key] = row;
        }

        var facts = clientRow.As<ClientFacts>();
        var memberHolds = new List<Row>();
        foreach (var member in facts.MemberIds())
        {
            await foreach (var hold in store.ListAsync(Table.Clients, Keys.Partition(practice, member), Keys.Holds, cancel))
            {
                memberHolds.Add(hold);
            }
        }

        return new(practice, client, clientRow, rows, await store.ReadMembersAsync(practice, facts, cancel), memberHolds);
    }

    public Row? Row(string key) => rows.GetValueOrDefault(key);

    /// <summary>These changes and the client row's next version, to be committed together.</summary>
    /// <param name="facts">The client's facts as they are from now on.</param>
    public IReadOnlyList<RowChange> Bump(ClientFacts facts, params IEnumerable<RowChange> changes) =>
        [new RowChange.Replace(ClientRow.Next(RowBody.Write(facts))), .. changes];

    private IEnumerable<Row> WithPrefix(string prefix) =>
        rows.Values.Where(r => r.Key.StartsWith(prefix, StringComparison.Ordinal)).OrderBy(r => r.Key, StringComparer.Ordinal);
}

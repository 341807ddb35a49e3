namespace RecordsGuard.Records;

/// <summary>Partition and row keys, in one place: a key is a promise to every row already stored.</summary>
public static class Keys
{
    public const string Practice = "practice";
    public const string Keks = "keks";
    public const string Rotation = "rotation";
    public const string RetentionRules = "retention-rules";
    public const string Client = "client";
    public const string Records = "record|";
    public const string Holds = "hold|";
    public const string Persons = "person|";

    /// <summary>Under the holds: whoever reads the practice's holds reads restores with them.</summary>
    public const string Restores = "hold|restore-";

    /// <summary>In the partition of <see cref="Backups"/>.</summary>
    public const string LastBackup = "last";
    public const string Disclosures = "disclosure|";
    public const string Consents = "consent|";
    public const string Notices = "notice|";
    public const string Requests = "request|";
    public const string Approvals = "approval|";
    public const string Extensions = "extension|";

    public static string Partition(PracticeId practice, ClientId client) => $"{practice}|{client}";

    public static string People(PracticeId practice, Guid person) => $"{practice}|{person:D}";

    /// <summary>The partition that lists a tenant's practices.</summary>
    public static string Tenant(Guid tenant) => $"tenant|{tenant:D}";

    public static string Person(Guid person) => $"{Persons}{person:D}";

    /// <summary>A person's relationship to a client: of kind <c>assigned</c> the row of the client's id itself.</summary>
    public static string Relationship(ClientId client, string kind) => kind == "assigned" ? $"{client}" : $"{client}|{kind}";

    /// <param name="id">32 hex digits.</param>
    public static string Grant(ClientId client, string id) => $"{client}|grant|{id}";

    public static string Never(ClientId client) => $"{client}|never";

    /// <summary>Whose row it is in a person's partition: relationships and grants begin with the client's id.</summary>
    public static ClientId ClientOf(Row row)
    {
        ArgumentNullException.ThrowIfNull(row);
        return ClientId.Parse(row.Key.Split('|')[0]);
    }

    public static string Deadlines(PracticeId practice, DateOnly day) => $"{practice}|due|{day:yyyy-MM-dd}";

    public static string Record(RecordId record) => $"{Records}{record}";

    public static string Hold(HoldId hold) => $"{Holds}{hold}";

    /// <summary>A partition of <see cref="Table.Alerts"/>.</summary>
    public static string Backups(PracticeId practice) => $"{practice}|backups";

    public static string Approval(RecordId record) => $"{Approvals}{record}";

    public static string Extension(RecordId record) => $"{Extensions}{record}";
}

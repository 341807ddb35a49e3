namespace RecordsGuard.Access;

/// <summary>What a person is to a client, at one moment.</summary>
public enum Relationship
{
    /// <summary>Treats the client.</summary>
    Assigned,

    /// <summary>Stands in for whoever treats the client, from one day to another.</summary>
    Covering,

    /// <summary>Supervises whoever treats the client.</summary>
    Supervisor,

    /// <summary>Has a task of the records custodian's about this client, such as a disclosure to prepare.</summary>
    CustodianTask,

    /// <summary>Uploaded the record asked for themselves, moments ago.</summary>
    OwnUpload,

    /// <summary>Broke the glass for this client: a grant that lasts for minutes and is reviewed.</summary>
    BreakGlass,
}

public static class RelationshipWords
{
    /// <summary>Those that somebody gives and ends; the other two come about by what the person does.</summary>
    public static IReadOnlyList<Relationship> Given { get; } =
        [Relationship.Assigned, Relationship.Covering, Relationship.Supervisor, Relationship.CustodianTask];

    /// <summary>Such as <c>custodian-task</c>.</summary>
    public static string Word(this Relationship relationship) => Words.Kebab(relationship);
}

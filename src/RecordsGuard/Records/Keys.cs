namespace RecordsGuard.Records;

/// <summary>Partition and row keys, in one place: a key is a promise to every row already stored.</summary>
public static class Keys
{
    public const string Practice = "practice";
    public const string Keks = "keks";
    public const string Rotation = "rotation";
    public const string Client = "client";
    public const string Records = "record|";
    public const string Holds = "hold|";
    public const string Approvals = "approval|";

    public static string Partition(PracticeId practice, ClientId client) => $"{practice}|{client}";

    public static string People(PracticeId practice, Guid person) => $"{practice}|{person:D}";

    public static string Person(Guid person) => $"person|{person:D}";

    public static string Record(RecordId record) => $"{Records}{record}";

    public static string Hold(HoldId hold) => $"{Holds}{hold}";

    public static string Approval(RecordId record) => $"{Approvals}{record}";
}

namespace RecordsGuard.Records;

/// <summary>What a row's body is.</summary>
public static class RowKinds
{
    /// <summary>Not of the shape that this program writes: it says nothing. Only a scan gives such a row.</summary>
    public const string Foreign = "foreign";

    public const string Practice = "practice";
    public const string Backup = "backup";
    public const string Restore = "restore";
    public const string Keks = "keks";
    public const string Rotation = "rotation";
    public const string RetentionRules = "retention-rules";
    public const string Person = "person";
    public const string Client = "client";
    public const string Directory = "directory";
    public const string Unlinked = "unlinked";
    public const string Relationship = "relationship";
    public const string Grant = "grant";
    public const string Never = "never";
    public const string Kin = "kin";
    public const string Relatives = "relatives";
    public const string Deadline = "deadline";
    public const string Disclosure = "disclosure";
    public const string Consent = "consent";
    public const string Notice = "notice";
    public const string Request = "request";
    public const string Record = "record";
    public const string Tombstone = "tombstone";
    public const string Hold = "hold";
    public const string Approval = "approval";
    public const string Extension = "extension";
    public const string Idempotency = "idempotency";
    public const string Due = "due";
    public const string Disposition = "disposition";
    public const string Alert = "alert";
    public const string Inquiry = "inquiry";
    public const string Incident = "incident";
    public const string Quarantined = "quarantined";
    public const string Looks = "looks";
    public const string LogCursors = "log-cursors";
    public const string LogRhythm = "log-rhythm";
    public const string LogEvidence = "log-evidence";
}

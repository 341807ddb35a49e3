using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using RecordsGuard.Alerts;
using RecordsGuard.Alerts.Watching;
using RecordsGuard.Retention.Purging;

namespace RecordsGuard.App.Http;

/// <param name="Members">Of a joint chart: the ids of the clients it is about; it has no birth date of its own.</param>
internal sealed record NewClientBody(
    string? Name, string? ChartNumber, DateOnly? BirthDate, string? Jurisdiction, string? Profession,
    IReadOnlyList<string>? AssignedClinicians, DateOnly? LastService, IReadOnlyList<string>? Members);

/// <param name="Events">Such as <c>{"death":"2020-08-08"}</c>; a null day takes an event back.</param>
internal sealed record PatchClientBody(
    string? Name, string? ChartNumber, DateOnly? BirthDate, string? Jurisdiction, string? Profession, DateOnly? LastService,
    IReadOnlyDictionary<string, DateOnly?>? Events, IReadOnlyList<string>? Members);

/// <param name="Events">By the words of anchors.</param>
/// <param name="Members">Of a joint chart; else null.</param>
/// <param name="JointCharts">That may count this client as a member: perhaps one too many.</param>
/// <param name="Closing">Nothing is added any more.</param>
internal sealed record KnownClientBody(
    string Id, string Name, string ChartNumber, DateOnly? BirthDate, string Jurisdiction, string Profession, DateOnly? LastService,
    IReadOnlyDictionary<string, DateOnly> Events, IReadOnlyList<string>? Members, IReadOnlyList<string> JointCharts, bool Closing);

internal sealed record CreatedBody(string Id);

internal sealed record ClientsBody(IReadOnlyList<ClientBody> Clients);

internal sealed record ClientBody(string Id, string Name, string ChartNumber);

/// <param name="Decision"><c>keep</c> or <c>until</c>.</param>
internal sealed record RetentionBody(string Decision, string Because, string? Rule, string? Citation);

/// <param name="Length">Bytes.</param>
internal sealed record ReceivedBody(string Id, string Class, long Length, DateOnly? MayDestroyFrom, RetentionBody Retention);

internal sealed record RecordBody(
    string Id, string Class, string FileName, string ContentType, long Length, DateTimeOffset Created,
    DateOnly? MayDestroyFrom, RetentionBody Retention);

internal sealed record RecordsBody(IReadOnlyList<RecordBody> Records);

internal sealed record DestroyedBody(string Client, IReadOnlyList<DestroyedRecordBody> Records);

/// <param name="Created">When it was taken in.</param>
/// <param name="Certificate">Null while the purge is not through.</param>
internal sealed record DestroyedRecordBody(
    string Record, string Class, DateTimeOffset Created, DateTimeOffset PurgedAt, string Rule, SignedCertificate? Certificate);

internal sealed record HoldBody(string? Matter, string? Reason, DateOnly? Until, string? Record, string? Class);

internal sealed record HoldsBody(IReadOnlyList<ListedHoldBody> Holds);

/// <param name="PlacedBy">A pseudonym, as in the list of people; so is <paramref name="ReleasedBy"/>.</param>
internal sealed record ListedHoldBody(
    string Id, string Matter, string Reason, DateOnly? Until, string PlacedBy, DateTimeOffset PlacedAt, string? ReleasedBy,
    DateTimeOffset? ReleasedAt, bool InForce, string? Record, string? Class);

internal sealed record DispositionsBody(IReadOnlyList<ChartBody> Dispositions);

/// <param name="Unreadable">True if a row of this client's cannot be read; else left out.</param>
internal sealed record ChartBody(string Client, IReadOnlyList<ChartRecordBody> Records, bool? Unreadable);

/// <param name="State"><c>needs-approval</c>, <c>needs-second-approval</c>, <c>waiting</c>, <c>approved</c>, <c>held</c>; <c>blocked</c>: it may be
/// neither destroyed nor kept much longer.</param>
/// <param name="Arithmetic">How the days came about, or why it is blocked.</param>
/// <param name="ApprovedBy">Pseudonyms of those who have approved so far, or <c>automatic</c>.</param>
internal sealed record ChartRecordBody(
    string Record, string Class, string State, DateOnly? MayDestroyFrom, DateOnly? MustDestroyBy, DateOnly? PurgeFrom, string? Rule,
    string? Citation, string? Arithmetic, IReadOnlyList<string>? Holds, IReadOnlyList<string>? ApprovedBy);

internal sealed record ApproveBody(IReadOnlyList<string>? Clients, int? Count);

internal sealed record ApprovedBody(
    IReadOnlyList<string> Approved, DateOnly PurgeFrom, IReadOnlyList<NotApprovedBody> NotApproved);

/// <param name="Record">This record only; null: whatever of the chart may be destroyed.</param>
internal sealed record ExtendBody(DateOnly? Until, string? Reason, string? Record);

internal sealed record ExtendedBody(IReadOnlyList<string> Extended, IReadOnlyList<NotApprovedBody> NotExtended);

internal sealed record ExtensionsBody(IReadOnlyList<ListedExtensionBody> Extensions);

/// <param name="By">A pseudonym, as in the list of people.</param>
/// <param name="Counts">It keeps the record today, whatever the schedule says.</param>
internal sealed record ListedExtensionBody(string Record, DateOnly Until, string Reason, string By, DateTimeOffset At, bool Counts);

internal sealed record WithdrawnBody(IReadOnlyList<string> Withdrawn);

internal sealed record NotApprovedBody(string Record, string Because);

internal sealed record StoredRulesBody(string Rules, string PutBy, DateTimeOffset PutAt, bool Settled, IReadOnlyList<string> Faults);

/// <param name="Automatic">Classes that would go by themselves, and do not now.</param>
/// <param name="Next">Send it as <c>?after=</c> for the next clients; null: that was all.</param>
internal sealed record SimulatedRulesBody(
    IReadOnlyList<SimulatedRecordBody> Records, int Same, IReadOnlyList<string> Automatic, string? Next);

internal sealed record SimulatedRecordBody(
    string Client, string Record, string Class, string Change, bool DueNow, DateOnly? Before, DateOnly? After, string? RuleBefore, string? RuleAfter);

internal sealed record UploadUrlBody(string? Class);

/// <param name="Url">A secret: whoever has it may put the one file there.</param>
internal sealed record GrantedUploadBody(
    string Url, string Method, IReadOnlyDictionary<string, string> Headers, DateTimeOffset Until, long MaxBytes);

internal sealed record QuarantineBody(IReadOnlyList<QuarantinedBody> Files);

internal sealed record QuarantinedBody(
    string Id, string Reason, DateTimeOffset Created, string Name, string ContentType, long Length, string? Record);

internal sealed record FileBody(string? Client, string? Class);

internal sealed record AlertsBody(IReadOnlyList<Alert> Alerts);

/// <param name="Evidence">Reads of the audit log, by day and log, and how many of them have no line there.</param>
internal sealed record WatchBody(IReadOnlyList<WatchedLog> Logs, IReadOnlyList<EvidenceDay> Evidence);

internal sealed record ResolveBody(string? Resolution, string? Reason);

/// <summary>docs/formats/sealed-record.md §8.</summary>
internal sealed record ExportBody(
    string Format, string Practice, string Client, string Record, long ContentVersion, string RecordClass, DateTimeOffset Created,
    long SealedLength, string AssociatedData, string Slip, string Key, string Descriptor, string ClientIndexKey, string PracticeIndexKey);

/// <param name="State"><c>in-use</c>, <c>requested</c>, <c>rewrapping</c> or <c>settling</c>.</param>
/// <param name="Total">Key slips that named an older version when the rotation began.</param>
/// <param name="Broken">Key slips that no version opens.</param>
/// <param name="Next">While settling: when the next look over all slips begins.</param>
internal sealed record RotationBody(
    string State, DateTimeOffset Since, string ContentVersion, string IndexVersion, int? Total, int? Rewrapped, int? Broken,
    DateTimeOffset? Next);

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, UseStringEnumConverter = true, MaxDepth = 8)]
[JsonSerializable(typeof(NewClientBody))]
[JsonSerializable(typeof(PatchClientBody))]
[JsonSerializable(typeof(KnownClientBody))]
[JsonSerializable(typeof(CreatedBody))]
[JsonSerializable(typeof(ClientsBody))]
[JsonSerializable(typeof(ReceivedBody))]
[JsonSerializable(typeof(RecordBody))]
[JsonSerializable(typeof(RecordsBody))]
[JsonSerializable(typeof(DestroyedBody))]
[JsonSerializable(typeof(HoldBody))]
[JsonSerializable(typeof(HoldsBody))]
[JsonSerializable(typeof(DispositionsBody))]
[JsonSerializable(typeof(ApproveBody))]
[JsonSerializable(typeof(ApprovedBody))]
[JsonSerializable(typeof(ExtendBody))]
[JsonSerializable(typeof(ExtendedBody))]
[JsonSerializable(typeof(ExtensionsBody))]
[JsonSerializable(typeof(WithdrawnBody))]
[JsonSerializable(typeof(StoredRulesBody))]
[JsonSerializable(typeof(SimulatedRulesBody))]
[JsonSerializable(typeof(UploadUrlBody))]
[JsonSerializable(typeof(GrantedUploadBody))]
[JsonSerializable(typeof(QuarantineBody))]
[JsonSerializable(typeof(FileBody))]
[JsonSerializable(typeof(AlertsBody))]
[JsonSerializable(typeof(WatchBody))]
[JsonSerializable(typeof(ResolveBody))]
[JsonSerializable(typeof(RotationBody))]
[JsonSerializable(typeof(BackupsBody))]
[JsonSerializable(typeof(RestoreOrderBody))]
[JsonSerializable(typeof(RestoreConfirmationBody))]
[JsonSerializable(typeof(RestoreBody))]
[JsonSerializable(typeof(ExportBody))]
internal sealed partial class ApiJson : JsonSerializerContext
{
    /// <summary>For answers: readable, not escaped for HTML, which nothing here is put into (nosniff is set).</summary>
    public static ApiJson Answers => field ??= new(new JsonSerializerOptions(Default.GeneratedSerializerOptions!)
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    });
}

using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;

namespace RecordsGuard.Records;

/// <summary>A practice. Row <c>practice</c> of its partition in <see cref="Table.Practices"/>.</summary>
/// <param name="Tenant">Roles count only in tokens of this Entra ID tenant.</param>
/// <param name="Zone">IANA time zone in which its days begin.</param>
/// <param name="WaitingDays">Days between the approval of a purge and the purge.</param>
/// <param name="ClientCap">Clients one approval may cover without a confirmed count.</param>
/// <param name="IndexKey">The practice index key, wrapped by the index KEK.</param>
/// <param name="InboxClass">The class of a file in the inbox that names none; null: such a file is quarantined.</param>
public sealed record PracticeFacts(
    Guid Tenant, string Zone, int WaitingDays, int ClientCap, string IndexKey, string? InboxClass = null);

/// <summary>
/// Which versions of a practice's two KEKs are in use. Row <c>keks</c> of the practice's partition: what is wrapped, is
/// wrapped for these and for no other version that the vault may hold.
/// </summary>
/// <param name="Content">Version of <c>{practice}-content</c>: 32 hex digits.</param>
/// <param name="Index">Version of <c>{practice}-index</c>.</param>
/// <param name="Since">When these were taken into use.</param>
public sealed record KekFacts(string Content, string Index, DateTimeOffset Since, RotationStep Step);

/// <summary>How far a rotation is.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<RotationStep>))]
public enum RotationStep
{
    /// <summary>None is under way: every key slip names the versions in use, and older ones are disabled.</summary>
    InUse,

    /// <summary>New versions are wanted.</summary>
    Requested,

    /// <summary>New versions are in use; key slips of older ones are re-wrapped, then the older ones disabled.</summary>
    Retiring,
}

/// <summary>
/// How far the re-wrapping is. Row <c>rotation</c> of the practice's partition: a hint, which lets the next message go
/// on where the last one stopped.
/// </summary>
/// <param name="Version">The content version it is about; of another one, it means nothing.</param>
/// <param name="Began">When the pass over all slips began, or will begin.</param>
/// <param name="Clean">The pass has re-wrapped nothing so far.</param>
/// <param name="From">The client partition to go on with; empty: the first.</param>
/// <param name="Total">Slips that named an older version when the rotation began.</param>
/// <param name="Rewrapped">Slips since; a crash may leave some out.</param>
/// <param name="Broken">Slips of this pass that do not open and were left as they are.</param>
public sealed record RotationFacts(
    string Version, DateTimeOffset Began, bool Clean, string From, int Total, int Rewrapped, int Broken);

/// <summary>
/// A practice's own retention rules, on top of the shipped ones. Row <c>retention-rules</c> of the practice's partition:
/// kept to from the moment it is written.
/// </summary>
/// <param name="Rules">The file as it was put (docs/formats/retention-rules.md): about rules, and no word about a client.</param>
/// <param name="PutBy">A pseudonym.</param>
/// <param name="BumpedTo">While not every chart is listed by these rules: the last one that is; else null.</param>
public sealed record RetentionRulesFacts(string Rules, string PutBy, DateTimeOffset PutAt, string? BumpedTo = null);

/// <summary>A member of staff. Row <c>person|{oid}</c> of the practice's partition.</summary>
/// <param name="Name">The account's name within the practice, such as <c>clinician-1</c>.</param>
/// <param name="Pseudonym">Random; what the audit log calls this person.</param>
/// <param name="Suspended">The gate reads it at every request: there is no other place where it counts.</param>
/// <param name="SuspendedBy">Whose doing the last suspension is; their pseudonym.</param>
/// <param name="SuspendedFor">Why: free text, sealed under the practice's index key; so is <paramref name="LiftedFor"/>.</param>
public sealed record PersonFacts(
    string Name, string Pseudonym, bool Suspended,
    string? SuspendedBy = null, DateTimeOffset? SuspendedAt = null, string? SuspendedFor = null,
    string? LiftedBy = null, DateTimeOffset? LiftedAt = null, string? LiftedFor = null);

/// <summary>A client's retention facts. Row <c>client</c> of the client partition; every change bumps it.</summary>
/// <param name="Pseudonym">Random; what the audit log calls this client.</param>
/// <param name="Jurisdiction">ISO 3166 code, such as <c>US-CA</c>.</param>
/// <param name="LastService">Null: not known, so keep.</param>
/// <param name="Eighteenth">
/// The 18th birthday, only where a rule can need it (<see cref="Birthdays.EighteenthIfNeeded"/>): enough for every rule
/// about ages, and not the birth date.
/// </param>
/// <param name="Events">What else happened, such as a death, in the words of retention rules: <c>death:2020-08-08</c>.</param>
/// <param name="Members">Of a joint chart: who its members are (<see cref="JointChart"/>), each with birth and death in a row of their own.</param>
/// <param name="Joint">The joint charts that may name this client; a change here bumps them. Nobody is ever taken out.</param>
/// <param name="Salt">Random, and shown nowhere: the row's hash, which the log keeps, tells nobody the dates by trying all that there are.</param>
/// <param name="ClosingSince">Nothing is added to the client from then on, because the link to the log is about to be destroyed.</param>
/// <param name="UnlinkedAt">When that was done: <paramref name="Pseudonym"/> is empty, and whose file it was can no longer be told.</param>
public sealed record ClientFacts(
    [property: JsonRequired] string Pseudonym, [property: JsonRequired] string Jurisdiction, [property: JsonRequired] string Profession,
    DateOnly? LastService, DateOnly? Eighteenth, string? Events = null, string? Members = null, string? Joint = null, string? Salt = null,
    DateTimeOffset? ClosingSince = null, DateTimeOffset? UnlinkedAt = null)
{
    [JsonIgnore]
    public bool HasDied => (Events ?? "").Split(',').Any(e => e.StartsWith("death:", StringComparison.Ordinal));
}

/// <summary>
/// The client's entry in the practice's directory: names, all sealed. Table <see cref="Table.Directory"/>. Of a client whose
/// link to the log was destroyed, a row of kind <see cref="RowKinds.Unlinked"/> without any of it stands there.
/// </summary>
/// <param name="IndexKey">The client's index key, wrapped by the practice index key.</param>
/// <param name="BirthDate">Null for a joint chart.</param>
public sealed record DirectoryFacts(string IndexKey, string Name, string ChartNumber, string? BirthDate);

/// <summary>What a person is to a client. Table <see cref="Table.Access"/>, partition <c>practice|oid</c>, row client id.</summary>
/// <param name="Kind">Such as <c>assigned</c>.</param>
/// <param name="Until">The first instant at which it no longer holds, or null.</param>
public sealed record RelationshipFacts(string Kind, DateTimeOffset From, DateTimeOffset? Until)
{
    public bool IsCurrent(DateTimeOffset now) => From <= now && (Until is null || now < Until);
}

/// <summary>A record that can be read. Row <c>record|{id}</c> of the client partition, kind <c>record</c>.</summary>
/// <param name="UploadedBy">The uploader's object id.</param>
/// <param name="Slip">The key slip: without it the content is lost for good.</param>
/// <param name="Descriptor">Sealed under the client's index key: length, header, digest, file name, content type.</param>
/// <param name="Backup">Name of the blob that this row was backed up to before it was committed.</param>
public sealed record RecordFacts(
    [property: JsonRequired] string Class, DateTimeOffset Created, Guid UploadedBy, [property: JsonRequired] string Slip, [property: JsonRequired] string Descriptor,
    [property: JsonRequired] string BlobETag, string? BlobVersionId, long BlobLength, string Backup);

/// <summary>A record that was purged: takes the record's row, without slip, descriptor or any personal text.</summary>
/// <param name="Intent">The audit entry that announced the purge.</param>
/// <param name="Certificate">The signed certificate of destruction, once there is one.</param>
/// <param name="ServicesThrough">The client's last service, as it was known: the end of the period that the record covers.</param>
public sealed record TombstoneFacts(
    string Class, DateTimeOffset Created, string Rule, string Citation, DateOnly MayDestroyFrom,
    string ApprovedBy, DateTimeOffset PurgedAt, string Intent,
    string BlobETag, string? BlobVersionId, long BlobLength, string? Certificate, DateOnly? ServicesThrough = null);

/// <summary>
/// A legal hold. Row <c>hold|{id}</c> of the client partition, or of the practice's: then it spans clients. A released one
/// stays.
/// </summary>
/// <param name="Matter">Sealed.</param>
/// <param name="Reason">Sealed.</param>
/// <param name="Until">Last day it is in force, or null: until released.</param>
/// <param name="Record">This record only, or null.</param>
/// <param name="Class">This record class only, or null.</param>
/// <param name="BumpedTo">Of a spanning hold that is not in force yet: the last client row bumped for it; else null.</param>
public sealed record HoldFacts(
    string Matter, string Reason, DateOnly? Until, string PlacedBy, DateTimeOffset PlacedAt,
    string? ReleasedBy, DateTimeOffset? ReleasedAt, string? Record = null, string? Class = null, string? BumpedTo = null)
{
    /// <summary>Whether it is about this record at all.</summary>
    public bool Covers(RecordId record, string recordClass) =>
        (Record is null || Record == record.ToString()) && (Class is null || Class == recordClass);

    /// <summary>Until it is released, or through its last day.</summary>
    public bool IsInForce(DateOnly today) => ReleasedAt is null && (Until is null || today <= Until);
}

/// <summary>A custodian's approval of one record's purge. Row <c>approval|{record}</c> of the client partition.</summary>
/// <param name="ApprovedBy">The custodian's pseudonym; by nobody for this one alone, whose choice of automatic disposition it is.</param>
/// <param name="WithdrawnBy">Who took it back during the waiting period: it counts no more.</param>
/// <param name="PurgeFrom">First day on which the purge may run: the waiting period.</param>
/// <param name="TakesTwo">It counts only with <paramref name="SecondBy"/>, by the access policy of the day it was given.</param>
/// <param name="Rule">The deciding rule that was approved; another one, or another date, needs another approval.</param>
public sealed record ApprovalFacts(
    string ApprovedBy, DateTimeOffset ApprovedAt, DateOnly PurgeFrom, string Rule, DateOnly MayDestroyFrom,
    string? WithdrawnBy = null, DateTimeOffset? WithdrawnAt = null, bool TakesTwo = false, string? SecondBy = null, DateTimeOffset? SecondAt = null);

/// <summary>
/// A custodian's decision that a record stays although it may go. Row <c>extension|{record}</c> of the client partition.
/// </summary>
/// <param name="Until">The last day on which it counts.</param>
/// <param name="Reason">Sealed.</param>
public sealed record ExtensionFacts(DateOnly Until, string Reason, string By, DateTimeOffset At);

/// <summary>Which record an <c>Idempotency-Key</c> made. Row <c>idem|{hash}</c> of the client partition.</summary>
public sealed record IdempotencyFacts(string Record);

/// <summary>
/// A file from the inbox that lies sealed in quarantine. Row <c>{id}</c> of the practice's partition in
/// <see cref="Table.Quarantine"/>.
/// </summary>
/// <param name="Slip">Null once the file has become a record: then nothing opens what is left of it here.</param>
/// <param name="IndexKey">The key of the descriptor, wrapped; null: the practice's own index key.</param>
/// <param name="Descriptor">
/// Sealed: length, header, digest, the file's whole name in the inbox, content type. Empty once the file has become a record:
/// the name of a client's file is kept under that client's key only.
/// </param>
/// <param name="SealedAs">The record id that the content is sealed for, and the last part of the blob's name.</param>
/// <param name="FiledTo">The client it is being filed to, or was; null: nobody has said where it belongs.</param>
/// <param name="Record">The record of that client that it became; or null.</param>
public sealed record QuarantineFacts(
    string Reason, DateTimeOffset Created, string? Slip, string? IndexKey, string Descriptor, string SealedAs,
    string BlobETag, string? BlobVersionId, long BlobLength, string? FiledTo, string? Record);

/// <summary>Reads and writes the bodies of rows.</summary>
public static class RowBody
{
    public static string Write<T>(T facts) => JsonSerializer.Serialize(facts, Info<T>());

    /// <exception cref="InvalidDataException">The row's body is not of this shape: nobody of ours wrote it.</exception>
    public static T As<T>(this Row row)
    {
        ArgumentNullException.ThrowIfNull(row);
        try
        {
            return JsonSerializer.Deserialize(row.Body, Info<T>())
                ?? throw new InvalidDataException($"An empty body in a row of kind {row.Kind}.");
        }
        catch (JsonException e)
        {
            throw new InvalidDataException($"No body of a row of kind {row.Kind}.", e);
        }
    }

    private static JsonTypeInfo<T> Info<T>() => (JsonTypeInfo<T>)FactsJson.Default.GetTypeInfo(typeof(T))!;
}

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    RespectNullableAnnotations = true)]
[JsonSerializable(typeof(PracticeFacts))]
[JsonSerializable(typeof(BackupFacts))]
[JsonSerializable(typeof(RestoreFacts))]
[JsonSerializable(typeof(KekFacts))]
[JsonSerializable(typeof(RotationFacts))]
[JsonSerializable(typeof(RetentionRulesFacts))]
[JsonSerializable(typeof(PersonFacts))]
[JsonSerializable(typeof(ClientFacts))]
[JsonSerializable(typeof(DirectoryFacts))]
[JsonSerializable(typeof(RelationshipFacts))]
[JsonSerializable(typeof(RecordFacts))]
[JsonSerializable(typeof(TombstoneFacts))]
[JsonSerializable(typeof(HoldFacts))]
[JsonSerializable(typeof(ApprovalFacts))]
[JsonSerializable(typeof(ExtensionFacts))]
[JsonSerializable(typeof(IdempotencyFacts))]
[JsonSerializable(typeof(QuarantineFacts))]
[JsonSerializable(typeof(GrantFacts))]
[JsonSerializable(typeof(DeadlineFacts))]
[JsonSerializable(typeof(DisclosureFacts))]
[JsonSerializable(typeof(ConsentFacts))]
[JsonSerializable(typeof(NoticeFacts))]
[JsonSerializable(typeof(RequestFacts))]
[JsonSerializable(typeof(RelativesFacts))]
[JsonSerializable(typeof(KinFacts))]
[JsonSerializable(typeof(InquiryFacts))]
[JsonSerializable(typeof(IncidentFacts))]
internal sealed partial class FactsJson : JsonSerializerContext;

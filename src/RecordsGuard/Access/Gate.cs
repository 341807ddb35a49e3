using System.Runtime.ExceptionServices;
using System.Security.Cryptography;
using RecordsGuard.Access.Policy;
using RecordsGuard.Audit;
using RecordsGuard.Records;

namespace RecordsGuard.Access;

/// <summary>What somebody wants: parsed, not yet believed.</summary>
public sealed record AccessRequest(
    Caller Caller, Operation Operation, PracticeId Practice, ClientId? Client = null, RecordId? Record = null, string? Purpose = null);

/// <summary>Leave to go on, with the rows on which it was given.</summary>
/// <param name="Person">The caller's pseudonym.</param>
/// <param name="Question">What the policy was asked; with another class or operation it can be asked again.</param>
/// <param name="Never">The client never wants this person to see their file.</param>
/// <param name="Unexplained">The rank of a look that nothing explains; zero: explained, or no look.</param>
/// <param name="ClientRow">Null if no client was asked for, or if there is none of that id.</param>
public sealed record Admission(
    AccessRequest Request, PracticeFacts Practice, string Person, Row? ClientRow, Row? RecordRow,
    AccessQuestion Question, Decision Decision, bool Never, int Unexplained = 0)
{
    /// <summary>The client's pseudonym, or empty.</summary>
    public string ClientPseudonym => ClientRow?.As<ClientFacts>().Pseudonym ?? "";

    /// <summary>Whose doing it is, for every entry that follows.</summary>
    public AuditSubject Subject => new(
        Request.Operation.Word(), Request.Practice.ToString(), Person, ClientPseudonym,
        Request.Record?.ToString() ?? "", Request.Caller.TokenId, Unexplained);
}

/// <summary>Somebody is to be refused. Neither the log nor security staff know yet: the alert desk tells both.</summary>
/// <param name="Entry">The id that the audit entry of the refusal will have.</param>
/// <param name="Event">What that entry will say.</param>
/// <param name="Practice">Where the alert belongs; null if there is no such practice.</param>
/// <param name="Never">The client never wants this person to see their file.</param>
public sealed record Refusal(
    AccessRequest Request, Decision.Refuse Decision, AuditEntryId Entry, AuditEvent Event, PracticeId? Practice, bool Never);

/// <summary>What came of asking.</summary>
public abstract record GateAnswer
{
    private GateAnswer()
    {
    }

    public sealed record Admitted(Admission Admission) : GateAnswer;

    public sealed record Refused(Refusal Refusal) : GateAnswer;
}

/// <summary>
/// The room's door: every request passes here before anything else happens. It reads the same rows in the same order
/// whether or not the client or the record exists, so that neither the answer nor the store can be used to find out.
/// </summary>
public sealed class Gate(IRecordStore store, AccessPolicy policy, AuditLog audit, TimeProvider time)
{
    public async Task<GateAnswer> AskAsync(AccessRequest request, CancellationToken cancel)
    {
        var people = request.Practice.ToString();
        var practiceRow = await store.ReadAsync(Table.Practices, people, Keys.Practice, cancel);
        var personRow = await store.ReadAsync(Table.Practices, people, Keys.Person(request.Caller.Id.Object), cancel);
        Row? clientRow = null, recordRow = null;
        var relationships = new List<Relationship>();
        var never = false;
        if (request.Client is { } client)
        {
            await foreach (var row in store.ListAsync(
                Table.Access, Keys.People(request.Practice, request.Caller.Id.Object), client.ToString(), cancel))
            {
                never |= row.Kind == RowKinds.Never && row.As<RelationshipFacts>().IsCurrent(time.GetUtcNow());
                if (Current(row) is { } relationship)
                {
                    relationships.Add(relationship);
                }
            }

            if (never)
            {
                relationships.RemoveAll(RelationshipWords.Given.Contains);
            }

            var partition = Keys.Partition(request.Practice, client);
            clientRow = await store.ReadAsync(Table.Clients, partition, Keys.Client, cancel);
            if (request.Record is { } record)
            {
                recordRow = await store.ReadAsync(Table.Clients, partition, Keys.Record(record), cancel);
            }
        }

        var practice = practiceRow?.As<PracticeFacts>();
        var ofThisPractice = practice is not null && practice.Tenant == request.Caller.Id.Tenant;
        var person = personRow?.As<PersonFacts>();
        ExceptionDispatchInfo? unannounced = null;
        if (ofThisPractice && person is null)
        {
            try
            {
                person = await RegisterPersonAsync(request, cancel);
            }
            catch (AuditUnavailableException e)
            {
                // Whoever is refused is an alert all the same; nobody else goes on.
                unannounced = ExceptionDispatchInfo.Capture(e);
            }
        }

        if (IsOwnUpload(recordRow, request.Caller))
        {
            relationships.Add(Relationship.OwnUpload);
        }

        var question = new AccessQuestion(
            request.Operation, ofThisPractice, person?.Suspended ?? false, request.Caller.Roles, relationships, ClassOf(recordRow), request.Purpose);
        var decision = policy.Decide(question);
        var pseudonym = ofThisPractice ? person?.Pseudonym ?? "" : "";
        var admission = new Admission(
            request, practice ?? new(Guid.Empty, "", 0, 0, ""), pseudonym, clientRow, recordRow, question, decision, never);
        if (decision is not Decision.Refuse refuse)
        {
            unannounced?.Throw();
            return new GateAnswer.Admitted(admission);
        }

        return new GateAnswer.Refused(
            Refuse(admission, refuse, pseudonym.Length > 0 ? "" : request.Caller.Id.ToString(), practice is null ? null : request.Practice));
    }

    /// <summary>For whoever was admitted and then turned out to be their own second person.</summary>
    public static Refusal Refuse(Admission admission, Decision.Refuse decision)
    {
        ArgumentNullException.ThrowIfNull(admission);
        return Refuse(admission, decision, "", admission.Request.Practice);
    }

    /// <param name="stranger">A stranger has no pseudonym here; their account is what security staff need.</param>
    private static Refusal Refuse(Admission admission, Decision.Refuse refuse, string stranger, PracticeId? practice)
    {
        var request = admission.Request;
        var happened = admission.Subject.Event(
            AuditKind.Refused,
            new KeyValuePair<string, string>("because", refuse.Because.ToString()),
            new("rule", refuse.Rule),
            new("person", stranger),
            new("purpose", AuditEntry.IsPlain(request.Purpose ?? "") ? request.Purpose ?? "" : "*"));
        return new(request, refuse, AuditEntryId.New(), happened, practice, admission.Never);
    }

    /// <summary>What a row of the person's partition makes them to the client at this moment, or null.</summary>
    private Relationship? Current(Row row) => row.Kind switch
    {
        RowKinds.Grant => row.As<GrantFacts>().IsCurrent(time.GetUtcNow()) ? Relationship.BreakGlass : null,
        RowKinds.Never => null,
        _ => row.As<RelationshipFacts>() is var facts && facts.IsCurrent(time.GetUtcNow())
            && Words.Parse<Relationship>(facts.Kind) is { } relationship && RelationshipWords.Given.Contains(relationship)
            ? relationship
            : null,
    };

    private static string? ClassOf(Row? record) => record?.Kind switch
    {
        null => null,
        RowKinds.Record => record.As<RecordFacts>().Class,
        RowKinds.Tombstone => record.As<TombstoneFacts>().Class,
        var other => throw new InvalidDataException($"A row of kind {other} in a record's place."),
    };

    private bool IsOwnUpload(Row? record, Caller caller) =>
        record is { Kind: RowKinds.Record } && record.As<RecordFacts>() is var facts
        && facts.UploadedBy == caller.Id.Object
        && time.GetUtcNow() - facts.Created <= policy.Terms.OwnUpload;

    /// <summary>
    /// Whoever is there for the first time gets a row, and the log says so like any change. Two first requests at once make one row:
    /// who loses the race reads the winner's.
    /// </summary>
    private async Task<PersonFacts> RegisterPersonAsync(AccessRequest request, CancellationToken cancel)
    {
        var facts = new PersonFacts(request.Caller.Name, NewPseudonym(), Suspended: false);
        var row = Row.New(
            request.Practice.ToString(), Keys.Person(request.Caller.Id.Object), RowKinds.Person, RowBody.Write(facts));
        var who = new AuditSubject(LoggedChange.FirstSight, request.Practice.ToString(), facts.Pseudonym, TokenId: request.Caller.TokenId);
        if (await audit.ChangeInOrderAsync(store, who, [(Table.Practices, new RowChange.Insert(row))], cancel))
        {
            return facts;
        }

        var winner = await store.ReadAsync(Table.Practices, row.Partition, row.Key, cancel);
        return winner?.As<PersonFacts>() ?? throw new StoreUnavailableException("A person row came and went.");
    }

    /// <summary>128 random bits: means nothing outside the row that holds it.</summary>
    internal static string NewPseudonym() => Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16));
}

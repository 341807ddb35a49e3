using RecordsGuard.Access;
using RecordsGuard.Access.Policy;
using RecordsGuard.Records;
using RecordsGuard.Retention.Intake;
using RecordsGuard.Tests.Retention;

namespace RecordsGuard.Tests.Access;

/// <summary>The door: what it reads, and whom it refuses.</summary>
public sealed class GateTests
{
    [Fact]
    public async Task Whether_a_client_or_record_exists_shows_neither_in_the_answer_nor_in_the_store_calls()
    {
        var practice = await PracticeUnderTest.OpenAsync();
        var client = await practice.RegisterAsync();
        var record = await practice.UploadAsync(client);
        var clinician = practice.Caller(2, Roles.Clinician);
        await practice.AskAsync(clinician, Operation.ReadContent, client, record, Purposes.Treatment); // known from now on
        var seen = new List<(string Calls, string Answer)>();
        foreach (var (c, r) in new[] { (client, record), (client, RecordId.New()), (ClientId.New(), record), (ClientId.New(), RecordId.New()) })
        {
            practice.Hook.Forget();
            var answer = Refused(await practice.AskAsync(clinician, Operation.ReadContent, c, r, Purposes.Treatment));
            seen.Add((
                string.Join('\n', practice.Hook.Calls).Replace(c.ToString(), "CLIENT", StringComparison.Ordinal)
                    .Replace(r.ToString(), "RECORD", StringComparison.Ordinal),
                answer.Decision.ToString()));
        }

        Assert.Equal(5, seen[0].Calls.Split('\n').Length);
        Assert.Single(seen.Distinct());
    }

    [Fact]
    public async Task A_custodian_of_another_tenant_is_a_stranger_and_leaves_no_person_behind()
    {
        var practice = await PracticeUnderTest.OpenAsync();
        var client = await practice.RegisterAsync();
        var stranger = practice.Caller(3, Roles.Custodian) with { Id = new(Guid.NewGuid(), PracticeUnderTest.Person(3)) };
        var refusal = Refused(await practice.AskAsync(stranger, Operation.ListRecords, client));
        Assert.Equal(RefusalReason.NotOfThisPractice, refusal.Decision.Because);
        Assert.Equal(practice.Id, refusal.Practice);
        Assert.DoesNotContain(practice.Rows.All(Table.Practices), r => r.Kind == RowKinds.Person);
        Assert.Contains(refusal.Event.Details, d => d.Value == stranger.Id.ToString());
    }

    [Fact]
    public async Task An_unknown_practice_refuses_everybody_in_the_same_way()
    {
        var practice = await PracticeUnderTest.OpenAsync();
        var answer = Refused(await practice.App.Gate.AskAsync(
            new(practice.Caller(1, Roles.Custodian), Operation.RunTimer, PracticeId.Parse("nowhere")), CancellationToken.None));
        Assert.Equal(RefusalReason.NotOfThisPractice, answer.Decision.Because);
        Assert.Null(answer.Practice);
    }

    [Fact]
    public async Task A_suspension_counts_with_the_next_request_whatever_the_token_says()
    {
        var practice = await PracticeUnderTest.OpenAsync();
        var caller = practice.Caller(1, Roles.Custodian);
        Assert.IsType<GateAnswer.Admitted>(await practice.AskAsync(caller, Operation.RunTimer));
        practice.Rows.Tamper(Table.Practices, "demo", Keys.Person(caller.Id.Object), row =>
            row.Next(RowBody.Write(row.As<PersonFacts>() with { Suspended = true })));
        Assert.Equal(RefusalReason.Suspended, Refused(await practice.AskAsync(caller, Operation.RunTimer)).Decision.Because);
    }

    [Theory]
    [InlineData(0, 10, 0, true)]
    [InlineData(0, 10, 10, false)]
    [InlineData(5, 10, 0, false)]
    [InlineData(5, 10, 5, true)]
    public async Task A_relationship_counts_from_its_first_instant_and_not_at_its_end(int from, int until, int now, bool counts)
    {
        var practice = await PracticeUnderTest.OpenAsync();
        var client = await practice.RegisterAsync();
        var start = practice.Time.GetUtcNow();
        var row = Row.New(
            Keys.People(practice.Id, PracticeUnderTest.Person(2)), client.ToString(), RowKinds.Relationship,
            RowBody.Write(new RelationshipFacts("covering", start.AddTicks(from), start.AddTicks(until))));
        await practice.Rows.CommitAsync(Table.Access, row.Partition, [new RowChange.Insert(row)], CancellationToken.None);
        practice.Time.Advance(TimeSpan.FromTicks(now));
        var answer = await practice.AskAsync(practice.Caller(2, Roles.Clinician), Operation.ListRecords, client);
        Assert.Equal(counts, answer is GateAnswer.Admitted);
    }

    [Theory]
    [InlineData(0, 1, true)]
    [InlineData(1, 1, false)]
    [InlineData(0, 2, false)]
    public async Task The_front_desk_reads_back_its_own_upload_for_fifteen_minutes(int ticksLater, int uploader, bool may)
    {
        var practice = await PracticeUnderTest.OpenAsync();
        var client = await practice.RegisterAsync();
        var record = await practice.UploadAsync(client); // by person 1
        practice.Time.Advance(AccessPolicy.Default.Terms.OwnUpload + TimeSpan.FromTicks(ticksLater));
        var caller = practice.Caller(uploader, Roles.FrontDesk);
        var content = await practice.AskAsync(caller, Operation.ReadContent, client, record, Purposes.Treatment);
        Assert.Equal(may, content is GateAnswer.Admitted);
        Assert.Equal(may, await practice.AskAsync(caller, Operation.ReadRecord, client, record) is GateAnswer.Admitted);
        Assert.IsType<GateAnswer.Refused>(await practice.AskAsync(caller, Operation.ListRecords, client));
    }

    [Fact]
    public async Task A_persons_first_two_requests_at_once_make_one_row_and_one_pseudonym()
    {
        var practice = await PracticeUnderTest.OpenAsync();
        var caller = practice.Caller(1, Roles.Custodian);
        GateAnswer? first = null;
        practice.Hook.Interpose(
            call => call.StartsWith("Commit Practices", StringComparison.Ordinal),
            async () => first = await practice.AskAsync(caller, Operation.RunTimer));
        var second = await practice.AskAsync(caller, Operation.RunTimer);
        Assert.Single(practice.Rows.All(Table.Practices), r => r.Kind == RowKinds.Person);
        Assert.Equal(
            Assert.IsType<GateAnswer.Admitted>(first).Admission.Person, Assert.IsType<GateAnswer.Admitted>(second).Admission.Person);
    }

    [Fact]
    public async Task Whoever_placed_a_hold_does_not_release_it_alone_whatever_roles_they_hold()
    {
        var practice = await PracticeUnderTest.OpenAsync();
        var client = await practice.RegisterAsync();
        var caller = practice.Caller(1, Roles.Custodian, Roles.Owner, Roles.Clinician);
        var placer = Assert.IsType<GateAnswer.Admitted>(await practice.AskAsync(caller, Operation.PlaceHold, client)).Admission;
        var hold = (await practice.App.Holds.PlaceAsync(placer.Subject, practice.Id, client, new("m", "r", null), CancellationToken.None))!.Value;
        async Task<Decision> ReleaseAsync(Caller by)
        {
            var admission = Assert.IsType<GateAnswer.Admitted>(await practice.AskAsync(by, Operation.ReleaseHold, client)).Admission;
            var own = await practice.App.Holds.WasPlacedByAsync(practice.Id, client, hold, admission.Person, CancellationToken.None);
            return AccessPolicy.Default.Decide(admission.Question with { OwnDoing = own });
        }

        Assert.Equal(RefusalReason.SecondPerson, Assert.IsType<Decision.Refuse>(await ReleaseAsync(caller)).Because);
        Assert.IsType<Decision.Allow>(await ReleaseAsync(practice.Caller(2, Roles.Custodian)));
    }

    [Fact]
    public async Task A_supervisor_or_somebody_covering_does_not_get_psychotherapy_notes()
    {
        var practice = await PracticeUnderTest.OpenAsync();
        var client = await practice.RegisterAsync(clinicians: PracticeUnderTest.Person(2));
        var notes = ((IntakeAnswer.Received)await practice.ReceiveAsync(client, recordClass: "psychotherapy-notes")).Id;
        var chart = await practice.UploadAsync(client);
        foreach (var (person, kind) in new[] { (3, "supervisor"), (4, "covering") })
        {
            var row = Row.New(
                Keys.People(practice.Id, PracticeUnderTest.Person(person)), client.ToString(), RowKinds.Relationship,
                RowBody.Write(new RelationshipFacts(kind, practice.Time.GetUtcNow(), null)));
            await practice.Rows.CommitAsync(Table.Access, row.Partition, [new RowChange.Insert(row)], CancellationToken.None);
            var caller = practice.Caller(person, Roles.Clinician);
            Assert.IsType<GateAnswer.Admitted>(await practice.AskAsync(caller, Operation.ReadContent, client, chart, Purposes.Treatment));
            Assert.Equal(
                RefusalReason.RecordClass,
                Refused(await practice.AskAsync(caller, Operation.ReadContent, client, notes, Purposes.Treatment)).Decision.Because);
        }

        Assert.IsType<GateAnswer.Admitted>(
            await practice.AskAsync(practice.Caller(2, Roles.Clinician), Operation.ReadContent, client, notes, Purposes.Treatment));
    }

    [Fact]
    public async Task A_purpose_that_is_free_text_is_refused_and_does_not_get_into_the_log()
    {
        var practice = await PracticeUnderTest.OpenAsync();
        var client = await practice.RegisterAsync(clinicians: PracticeUnderTest.Person(2));
        var refusal = Refused(await practice.AskAsync(
            practice.Caller(2, Roles.Clinician), Operation.ReadContent, client, RecordId.New(), "because Ada asked"));
        Assert.Equal(RefusalReason.Purpose, refusal.Decision.Because);
        Assert.Contains(new("purpose", "*"), refusal.Event.Details);
    }

    private static Refusal Refused(GateAnswer answer) => Assert.IsType<GateAnswer.Refused>(answer).Refusal;
}

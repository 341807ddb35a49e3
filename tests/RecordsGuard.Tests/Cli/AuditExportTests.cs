using Hl7.Fhir.Model;
using Hl7.Fhir.Serialization;
using Hl7.Fhir.Validation;
using RecordsGuard.Audit;
using RecordsGuard.Cli;
using AuditEvent = Hl7.Fhir.Model.AuditEvent;
using Happened = RecordsGuard.Audit.AuditEvent;

namespace RecordsGuard.Tests.Cli;

/// <summary>Entries as others read them: FHIR that its own library takes, CSV that a spreadsheet takes.</summary>
public sealed class AuditExportTests
{
    private const string Client = "c0ffeec0ffeec0ffeec0ffeec0ffee00";

    private static readonly DateTimeOffset Time = new(2026, 3, 2, 18, 0, 0, 250, TimeSpan.Zero);

    [Fact]
    public void Every_kind_of_entry_becomes_an_AuditEvent_that_parses_and_validates()
    {
        foreach (var kind in Enum.GetValues<AuditKind>())
        {
            foreach (var person in new[] { "", "feedface" })
            {
                var line = Assert.Single(FhirAuditEvents.Lines("practice.example/log", [Exported(kind, "upload", person)]));
                Assert.DoesNotContain('\n', line);
                var read = new FhirJsonDeserializer().Deserialize<AuditEvent>(line);
                Assert.Empty(read.Validate(ModelInfo.ModelInspector));
                Assert.Equal(line, new FhirJsonSerializer().SerializeToString(read));
            }
        }
    }

    [Theory]
    [InlineData(AuditKind.Read, "read-content", "PatientRead", AuditEvent.AuditEventAction.R, "110152")]
    [InlineData(AuditKind.ChangeDone, "upload", "PatientCreate", AuditEvent.AuditEventAction.C, "110153")]
    [InlineData(AuditKind.ChangeDone, "correct-facts", "PatientUpdate", AuditEvent.AuditEventAction.U, "110153")]
    [InlineData(AuditKind.ChangeDone, "purge", "PatientDelete", AuditEvent.AuditEventAction.D, "110153")]
    public void What_happened_to_a_client_has_the_shape_of_its_BALP_profile(
        AuditKind kind, string operation, string profile, AuditEvent.AuditEventAction action, string clientRole)
    {
        var resource = FhirAuditEvents.Of("practice.example/log", Exported(kind, operation, "feedface"));
        Assert.Equal([$"https://profiles.ihe.net/ITI/BALP/StructureDefinition/IHE.BasicAudit.{profile}"], resource.Meta!.Profile);
        Assert.Equal((action, AuditEvent.AuditEventOutcome.N0), (resource.Action, resource.Outcome));
        Assert.Equal("rest", resource.Type!.Code);
        Assert.Equal("http://hl7.org/fhir/restful-interaction", resource.Subtype[0]!.System);
        Assert.Equal(
            [clientRole, clientRole == "110152" ? "110153" : "110152", "IRCP"],
            resource.Agent.Select(a => a.Type!.Coding[0].Code));
        Assert.All(resource.Agent.Take(2), a => Assert.NotNull(a.Network));
        Assert.Equal([false, false, true], resource.Agent.Select(a => a.Requestor));
        Assert.Equal(["2", "1", "XrequestId"], resource.Entity.Select(e => e.Type!.Code));
        Assert.Equal(["4", "1", null], resource.Entity.Select(e => e.Role?.Code));
        Assert.Equal(["r-1", Client, resource.Id], resource.Entity.Select(e => e.What!.Identifier!.Value));
        Assert.Equal("Patient", resource.Entity[1].What!.Type);
        Assert.Equal(Time, resource.Recorded);
        Assert.Equal("TREAT", resource.PurposeOfEvent.Single().Coding[0].Code);
    }

    [Fact]
    public void A_refusal_claims_no_profile_and_no_success()
    {
        var resource = FhirAuditEvents.Of("practice.example/log", Exported(AuditKind.Refused, "read-content", "feedface"));
        Assert.Null(resource.Meta);
        Assert.Equal((AuditEvent.AuditEventOutcome.N4, "NoRelationship"), (resource.Outcome, resource.OutcomeDesc));
    }

    [Fact]
    public void A_client_is_found_by_pseudonym_and_by_id_and_others_stay_out()
    {
        var entries = new[]
        {
            Entry(AuditKind.ChangeIntended, "register-client", "", new("row", "Clients/demo|c-1/client"), new("rowVersion", "1"), new("rowHash", "00")),
            Entry(AuditKind.Read, "read-content", "feedface"),
            Entry(AuditKind.Read, "read-content", "feedface") with { Time = Time.AddDays(1) },
            Entry(AuditKind.Read, "read-content", "feedface") is var e ? e with { Event = e.Event with { Client = "another" } } : null!,
        };
        Assert.Equal([0, 1, 2], Choose("c-1", null));
        Assert.Equal([0, 1, 2], Choose(Client, null));
        Assert.Equal([0, 1], Choose("c-1", Time.AddHours(1)));
        Assert.Equal([3], Choose("another", null));
        Assert.Empty(Choose("c-2", null));
        Assert.Equal([0, 1, 2, 3], Choose(null, null));

        IEnumerable<long> Choose(string? client, DateTimeOffset? to)
        {
            var exported = new ExportedEntries(client, null, to);
            foreach (var (index, entry) in entries.Index())
            {
                exported.Add(index, entry);
            }

            return exported.Chosen().Select(c => c.Index);
        }
    }

    [Fact]
    public void An_announcement_is_left_out_where_its_outcome_says_the_same()
    {
        var intent = Entry(AuditKind.ChangeIntended, "upload", "feedface");
        var done = Entry(AuditKind.ChangeDone, "upload", "feedface", new KeyValuePair<string, string>("intent", intent.Id.ToString()));
        var exported = new ExportedEntries(null, null, null);
        exported.Add(0, intent);
        Assert.Single(FhirAuditEvents.Lines("o", exported.Chosen()));
        exported.Add(1, done);
        Assert.Contains(done.Id.ToString(), Assert.Single(FhirAuditEvents.Lines("o", exported.Chosen())), StringComparison.Ordinal);
    }

    [Fact]
    public void A_line_of_CSV_has_every_field_quoted_and_begins_no_formula()
    {
        var entry = Entry(AuditKind.Read, "=cmd", "feedface");
        var lines = AuditCsv.Lines([new(7, entry, null)]).ToList();
        Assert.Equal("index,id,time,kind,operation,practice,person,client,record,done,details", lines[0]);
        Assert.Equal(
            $"\"7\",\"{entry.Id}\",\"2026-03-02T18:00:00.250Z\",\"Read\",\"'=cmd\",\"demo\",\"feedface\",\"{Client}\",\"r-1\",\"\",\"uti=t-1 purpose=TREAT because=NoRelationship\"",
            lines[1]);
    }

    private static ExportedEntry Exported(AuditKind kind, string operation, string person) => new(7, Entry(kind, operation, person), null);

    private static AuditEntry Entry(AuditKind kind, string operation, string person, params KeyValuePair<string, string>[] details) => new(
        AuditEntryId.New(), Time, Guid.Empty, 0, new byte[32],
        new Happened(kind, operation, "demo", person, Client, "r-1", [new("uti", "t-1"), new("purpose", "TREAT"), new("because", "NoRelationship"), .. details]));
}

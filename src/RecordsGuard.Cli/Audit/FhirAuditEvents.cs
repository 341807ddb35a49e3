using Hl7.Fhir.Model;
using Hl7.Fhir.Serialization;
using RecordsGuard.Audit;
using static Hl7.Fhir.Model.AuditEvent;
using AuditEvent = Hl7.Fhir.Model.AuditEvent;
using Happened = RecordsGuard.Audit.AuditEvent;

namespace RecordsGuard.Cli;

/// <summary>
/// Entries as FHIR R4 AuditEvents in the shapes of IHE BALP 1.1, where one fits: a read, a create, an update or a delete
/// that happened, of a client who is known. People, clients and records are logical identifiers, as the log has them:
/// nothing is resolved. An announced change is left out where its outcome says the same.
/// </summary>
internal static class FhirAuditEvents
{
    private const string Profiles = "https://profiles.ihe.net/ITI/BALP/StructureDefinition/IHE.BasicAudit.";
    private const string EntityType = "http://terminology.hl7.org/CodeSystem/audit-entity-type";
    private const string ObjectRole = "http://terminology.hl7.org/CodeSystem/object-role";
    internal const string Dicom = "http://dicom.nema.org/resources/ontology/DCM";
    private const string Purpose = "http://terminology.hl7.org/CodeSystem/v3-ActReason";
    private const string Ids = "urn:recordsguard:";

    public static IEnumerable<string> Lines(string origin, IEnumerable<ExportedEntry> entries)
    {
        var serializer = new FhirJsonSerializer();
        return entries.Where(e => e.Entry.Event.Kind != AuditKind.ChangeIntended || e.Done is null)
            .Select(e => serializer.SerializeToString(Of(origin, e)));
    }

    public static AuditEvent Of(string origin, ExportedEntry exported)
    {
        var (entry, happened) = (exported.Entry, exported.Entry.Event);
        var (action, interaction) = Action(happened);
        var succeeded = happened.Kind is AuditKind.Read or AuditKind.ChangeDone;
        var shaped = succeeded && happened.Client.Length > 0;
        var resource = new AuditEvent
        {
            Id = entry.Id.ToString(),
            Meta = shaped ? new() { Profile = [$"{Profiles}Patient{Shape(action)}"] } : null,
            Type = new("http://terminology.hl7.org/CodeSystem/audit-event-type", "rest", "Restful Operation"),
            Subtype = [new(Ids + "operation", happened.Operation)],
            Action = action,
            Recorded = entry.Time,
            Outcome = Outcome(happened.Kind),
            OutcomeDesc = Words(happened),
            PurposeOfEvent = Detail(happened, "purpose") is { Length: > 0 } and not "*" and var purpose ? [new(Purpose, purpose)] : [],
            Source = new() { Site = happened.Practice, Observer = Identified("log", origin) },
        };
        if (interaction.Length > 0)
        {
            resource.Subtype.Insert(0, new("http://hl7.org/fhir/restful-interaction", interaction, interaction));
        }

        // Of what was read the app is the source; of what was written, the destination.
        var reads = action is AuditEventAction.R or AuditEventAction.E;
        resource.Agent.Add(Machine(reads ? "110152" : "110153", Detail(happened, "uti") is { Length: > 0 } token ? Identified("token", token) : Identified("app", happened.Practice)));
        resource.Agent.Add(Machine(reads ? "110153" : "110152", Identified("app", happened.Practice)));
        if (happened.Person.Length > 0 || Detail(happened, "person").Length > 0)
        {
            resource.Agent.Add(new()
            {
                Type = new("http://terminology.hl7.org/CodeSystem/v3-ParticipationType", "IRCP", "information recipient"),
                Who = happened.Person.Length > 0 ? Identified("person", happened.Person) : Identified("account", Detail(happened, "person")),
                Requestor = true,
            });
        }

        resource.Entity.Add(new()
        {
            Type = new(EntityType, "2", "System Object"),
            Role = new(ObjectRole, "4", "Domain Resource"),
            What = happened.Record.Length > 0 ? Identified("record", happened.Record) : Identified("practice", happened.Practice),
        });
        if (happened.Client.Length > 0)
        {
            resource.Entity.Add(new()
            {
                Type = new(EntityType, "1", "Person"),
                Role = new(ObjectRole, "1", "Patient"),
                What = Identified("client", happened.Client, "Patient"),
            });
        }

        resource.Entity.Add(new()
        {
            Type = new("https://profiles.ihe.net/ITI/BALP/CodeSystem/BasicAuditEntityType", "XrequestId"),
            What = Identified("entry", entry.Id.ToString()),
        });
        return resource;
    }

    private static (AuditEventAction Action, string Interaction) Action(Happened happened) => happened.Kind switch
    {
        AuditKind.Read => (AuditEventAction.R, "read"),
        AuditKind.Listed => (AuditEventAction.E, "search-type"),
        AuditKind.Refused or AuditKind.IntegrityFailed or AuditKind.HouseKeeping => (AuditEventAction.E, ""),
        _ => happened.Operation switch
        {
            "upload" or "register-client" or "place-hold" => (AuditEventAction.C, "create"),
            "purge" => (AuditEventAction.D, "delete"),
            _ => (AuditEventAction.U, "update"),
        },
    };

    private static string Shape(AuditEventAction action) => action switch
    {
        AuditEventAction.C => "Create",
        AuditEventAction.R => "Read",
        AuditEventAction.U => "Update",
        AuditEventAction.D => "Delete",
        _ => "Query",
    };

    private static AuditEventOutcome? Outcome(AuditKind kind) => kind switch
    {
        AuditKind.Refused or AuditKind.ChangeNotDone => AuditEventOutcome.N4,
        AuditKind.IntegrityFailed => AuditEventOutcome.N8,
        AuditKind.ChangeIntended => null,
        _ => AuditEventOutcome.N0,
    };

    private static string? Words(Happened happened) => happened.Kind switch
    {
        AuditKind.Refused or AuditKind.IntegrityFailed => Detail(happened, "because") is { Length: > 0 } because ? because : null,
        AuditKind.ChangeIntended => "Announced; the log has no outcome.",
        AuditKind.ChangeNotDone => "Announced and not carried out.",
        _ => null,
    };

    private static string Detail(Happened happened, string name) =>
        happened.Details.FirstOrDefault(d => d.Key == name).Value ?? "";

    /// <summary>The log has no addresses on purpose: the network is there because the profile asks for it, and says so.</summary>
    internal static AgentComponent Machine(string role, ResourceReference who) => new()
    {
        Type = new(Dicom, role, role == "110152" ? "Destination Role ID" : "Source Role ID"),
        Who = who,
        Requestor = false,
        Network = new() { Address = "not-recorded" },
    };

    internal static ResourceReference Identified(string kind, string value, string? type = null) =>
        new() { Type = type, Identifier = new(Ids + kind, value) };
}

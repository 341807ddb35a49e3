using RecordsGuard.Access;
using RecordsGuard.Access.Disclosures;
using RecordsGuard.Access.Policy;
using RecordsGuard.Access.Rotation;
using RecordsGuard.Access.Unlinking;
using RecordsGuard.Alerts;
using RecordsGuard.Alerts.Incidents;
using RecordsGuard.Audit;
using RecordsGuard.Audit.Sequencing;
using RecordsGuard.Envelopes;
using RecordsGuard.Records;
using RecordsGuard.Retention;
using RecordsGuard.Retention.Backup;
using RecordsGuard.Retention.Intake;
using RecordsGuard.Retention.Purging;

namespace RecordsGuard.Tests.Retention;

/// <summary>The ports of one process.</summary>
internal sealed record Ports(
    IRecordStore Rows, IBlobStore Blobs, IKeyVault Vault, ILogStore Log, IWorkQueue Queue, IReadOnlyList<IAlertRoute> Routes, LogReader Reader);

/// <summary>Everything the app composes, made anew on the same ports: a process that was started again.</summary>
internal sealed class Duties
{
    public Duties(Ports ports, TimeProvider time)
    {
        Audit = new(ports.Log, time);
        Keys = new(ports.Rows, ports.Vault);
        var due = new DueIndex(ports.Rows);
        var publicKeys = new PublicKeys(ports.Rows, ports.Vault, time);
        var contents = new ContentStore(ports.Blobs, publicKeys);
        var backup = new BackupStore(ports.Blobs, publicKeys, ports.Vault);
        Gate = new(ports.Rows, AccessPolicy.Default, Audit, time);
        Lookup = new(ports.Rows);
        Practices = new(ports.Rows, ports.Vault, time);
        Rotation = new(ports.Rows, ports.Vault, Audit, ports.Queue, RotationTerms, time);
        Clients = new(ports.Rows, Keys, Audit, time);
        Relationships = new(ports.Rows, Audit, time);
        Unlinking = new(ports.Rows, Audit, time);
        Glass = new(ports.Rows, Keys, Audit, AccessPolicy.Default, time);
        Disclosures = new(ports.Rows, Keys, Audit, AccessPolicy.Default, time);
        Consents = new(ports.Rows, Keys, Audit, time);
        Release = new(ports.Rows, ports.Blobs, ports.Vault, Keys, Audit);
        Export = new(ports.Rows, ports.Blobs, Audit);
        Intake = new(ports.Rows, contents, backup, Keys, Audit, due, time);
        var quarantine = new Quarantine(ports.Rows, contents, backup, Keys, publicKeys, Audit, time);
        Quarantine = quarantine;
        Filing = new(ports.Rows, ports.Blobs, ports.Vault, Keys, Intake, Audit);
        Inbox = new(ports.Rows, ports.Blobs, Intake, quarantine, ports.Queue, Audit, new(MaxInboxBytes), time);
        InboxWatch = new(ports.Blobs, ports.Queue, time);
        Grants = new(ports.Rows, ports.Blobs, Audit);
        Joint = new(ports.Rows, Audit, due, time);
        Correction = new(ports.Rows, Keys, Audit, Joint);
        Holds = new(ports.Rows, Keys, Audit, Joint, time);
        Settling = new(ports.Rows, Audit, Joint, ports.Queue);
        Backup = new(ports.Rows, backup, Audit, ports.Queue, time);
        Restores = new(ports.Rows, backup, publicKeys, ports.Vault, ports.Reader, ports.Log, Audit, Settling, ports.Queue, time);
        SpanningHolds = new(ports.Rows, Keys, Audit, Settling, time);
        Rules = new(ports.Rows, Audit, Settling, time);
        Extensions = new(ports.Rows, Keys, Audit, due, time);
        Review = new(ports.Rows, Audit, due, ports.Queue, time);
        Sweep = new(ports.Rows, due, new(ports.Rows, due, CatalogueVersion, time), Review, ports.Queue, time);
        Purge = new(ports.Rows, ports.Blobs, ports.Vault, Audit, due, time);
        Reconciler = new(ports.Rows, ports.Blobs, ports.Log, Audit, time);
        Desk = new(ports.Rows, Audit, ports.Queue, time);
        Handling = new(ports.Rows, Keys, Audit);
        Suspensions = new(ports.Rows, Keys, Audit, time);
        Nevers = new(ports.Rows, Audit, time);
        Incidents = new(ports.Rows, Keys, Audit, time);
        NoticeWatch = new(ports.Rows, Desk, time);
        Delivery = new(ports.Rows, ports.Routes, ports.Queue, Desk, new(), time);
        Poison = new(ports.Queue, Desk);
        DeadlineWatch = new(new(ports.Rows, time), Desk);
    }

    /// <summary>Little, so that a test can send more.</summary>
    public const long MaxInboxBytes = 1000;

    /// <summary>Of the rules that this process was built with.</summary>
    public static string CatalogueVersion => RecordsGuard.Retention.Schedules.Catalogue.Shipped.Version;

    public AuditLog Audit { get; }

    public Quarantine Quarantine { get; }

    public QuarantineFiling Filing { get; }

    public Inbox Inbox { get; }

    public InboxWatch InboxWatch { get; }

    public UploadGrants Grants { get; }

    public IndexKeys Keys { get; }

    /// <summary>As fast as the fakes are; a key grows old in a year.</summary>
    public static RotationTerms RotationTerms { get; } =
        new(RotationTerms.DefaultSettle, double.PositiveInfinity, TimeSpan.FromDays(365)) { SlipsPerMessage = 3 };

    public KeyRotation Rotation { get; }

    public Gate Gate { get; }

    public PracticeRegister Practices { get; }

    public PracticeLookup Lookup { get; }

    public ClientRegister Clients { get; }

    public Relationships Relationships { get; }

    public ClientUnlinking Unlinking { get; }

    public BreakGlass Glass { get; }

    public Disclosures Disclosures { get; }

    public Consents Consents { get; }

    public RecordRelease Release { get; }

    public RecordExport Export { get; }

    public RecordIntake Intake { get; }

    public JointCharts Joint { get; }

    public ClientCorrection Correction { get; }

    public Holds Holds { get; }

    public Settling Settling { get; }

    public NightlyBackup Backup { get; }

    public Restores Restores { get; }

    public SpanningHolds SpanningHolds { get; }

    public PracticeRules Rules { get; }

    public Extensions Extensions { get; }

    public DispositionReview Review { get; }

    public Sweep Sweep { get; }

    public Purge Purge { get; }

    public Reconciler Reconciler { get; }

    public AlertDesk Desk { get; }

    public AlertHandling Handling { get; }

    public Suspensions Suspensions { get; }

    public Incidents Incidents { get; }

    public NeverMarks Nevers { get; }

    public NoticeWatch NoticeWatch { get; }

    public AlertDelivery Delivery { get; }

    public PoisonWatch Poison { get; }

    public DeadlineWatch DeadlineWatch { get; }
}

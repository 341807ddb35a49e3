using System.ComponentModel.DataAnnotations;
using System.Globalization;
using Microsoft.Extensions.Options;
using RecordsGuard.Access.Policy;
using RecordsGuard.Access.Rotation;
using RecordsGuard.Alerts;
using RecordsGuard.Alerts.Detections;
using RecordsGuard.Alerts.Watching;

namespace RecordsGuard.App;

/// <summary>The section <c>RecordsGuard</c>: where things are. No setting weakens sealing, retention or audit.</summary>
public sealed class Settings
{
    public const string Section = "RecordsGuard";

    /// <summary>See <see cref="App.Duties"/>. Read before anything else.</summary>
    public string? Duties { get; set; }

    [Required]
    public IdentitySettings Identity { get; set; } = new();

    [Required]
    public StorageSettings Storage { get; set; } = new();

    [Required]
    public VaultSettings Vault { get; set; } = new();

    public TrustSettings Trust { get; set; } = new();

    public ClockSettings Clock { get; set; } = new();

    [ValidateObjectMembers]
    public AlertSettings Alerts { get; set; } = new();

    public AccessSettings Access { get; set; } = new();

    public UploadSettings Uploads { get; set; } = new();

    [ValidateObjectMembers]
    public RotationSettings Rotation { get; set; } = new();

    [ValidateObjectMembers]
    public LogSettings Log { get; set; } = new();
}

public sealed class IdentitySettings
{
    /// <summary>Microsoft Entra ID, worldwide.</summary>
    public const string EntraId = "https://login.microsoftonline.com";

    /// <summary>Who issues tokens. Anything but Entra ID is refused unless storage and vault are on loopback.</summary>
    [Required]
    public string Authority { get; set; } = EntraId;

    /// <summary>The app registration's URI, which tokens must be issued for.</summary>
    [Required]
    public string Audience { get; set; } = "api://recordsguard";
}

/// <summary>Endpoints of the storage accounts; https. An app needs those that its duties reach.</summary>
public sealed class StorageSettings
{
    /// <summary>Blob endpoint: sealed records.</summary>
    public Uri? Records { get; set; }

    /// <summary>Blob endpoint: slip backups.</summary>
    public Uri? Slips { get; set; }

    /// <summary>Blob endpoint: files on their way in.</summary>
    public Uri? Inbox { get; set; }

    /// <summary>Table endpoint: all rows.</summary>
    public Uri? Rows { get; set; }

    /// <summary>Table endpoint: pending audit entries, and the log's index.</summary>
    public Uri? Audit { get; set; }

    /// <summary>Blob endpoint: the log's tree.</summary>
    public Uri? Tree { get; set; }

    /// <summary>Queue endpoint.</summary>
    public Uri? Queues { get; set; }

    /// <summary>Blob endpoint: exported resource logs.</summary>
    public Uri? ResourceLogs { get; set; }
}

public sealed class VaultSettings
{
    /// <summary>Such as <c>https://name.vault.azure.net</c>.</summary>
    public Uri? Uri { get; set; }
}

public sealed class TrustSettings
{
    /// <summary>PEM file of a root certificate that counts for loopback hosts only; null on Azure.</summary>
    public string? AuthorityFile { get; set; }
}

public sealed class ClockSettings
{
    /// <summary>How far the clock is moved; refused unless storage and vault are on loopback. Default: not at all.</summary>
    public TimeSpan Offset { get; set; }
}

public sealed class AlertSettings
{
    /// <summary>Where alerts are posted; https, or http on loopback. Null: no webhook.</summary>
    public Uri? Webhook { get; set; }

    /// <summary>What notices to the webhook are signed with; on Azure a Key Vault reference. Null: not signed.</summary>
    public string? WebhookKey { get; set; }

    public MailSettings Mail { get; set; } = new();

    /// <summary>When nobody is woken but by critical alerts, such as <c>20:00-07:00</c>, which is the default.</summary>
    [RegularExpression("([01][0-9]|2[0-3]):[0-5][0-9]-([01][0-9]|2[0-3]):[0-5][0-9]")]
    public string QuietHours { get; set; } = "20:00-07:00";

    /// <summary>Where that clock hangs, such as <c>America/Los_Angeles</c>. Default: UTC.</summary>
    [Required]
    public string Zone { get; set; } = "UTC";

    /// <summary>
    /// Who is who in Azure's own logs: each duty, and the object id of the identity of the app that has it. None: those logs
    /// are not looked at, and an alert says so.
    /// </summary>
    public Dictionary<string, string> Identities { get; set; } = [];

    /// <summary>Object ids of the identities that read the apps' packages, commas between them.</summary>
    public string Packages { get; set; } = "";

    /// <summary>Object ids of who deploys: changes of resources by them are quiet, unless they weaken something.</summary>
    public List<string> Operators { get; set; } = [];

    /// <summary>From where the apps call, such as <c>10.20.0.0/16</c>. Default: from anywhere.</summary>
    public List<string> Networks { get; set; } = [];

    /// <summary>When looking at somebody's file wants an explanation.</summary>
    [ValidateObjectMembers]
    public SnoopingSettings Snooping { get; set; } = new();

    internal DeliveryTerms Terms() => new()
    {
        QuietFrom = TimeOnly.ParseExact(QuietHours[..5], "HH:mm", CultureInfo.InvariantCulture),
        QuietUntil = TimeOnly.ParseExact(QuietHours[6..], "HH:mm", CultureInfo.InvariantCulture),
        Zone = TimeZoneInfo.FindSystemTimeZoneById(Zone),
    };

    /// <summary>Null if nothing is said about identities.</summary>
    internal LogPolicy? Policy() => Identities.Count == 0
        ? null
        : DutyLeaves.Policy(
            Identities, Packages.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries), Operators, Networks);
}

public sealed class AccessSettings
{
    /// <summary>The practice's own access policy, a file (docs/formats/access-policy.md). Null: the one that is shipped.</summary>
    public string? PolicyFile { get; set; }

    /// <summary>The policy in force; or null, and what is wrong with the file, where and why.</summary>
    internal (AccessPolicy? Policy, IReadOnlyList<string> Problems) Load()
    {
        if (PolicyFile is null)
        {
            return (AccessPolicy.Default, []);
        }

        const string Key = $"{Settings.Section}:{nameof(Settings.Access)}:{nameof(PolicyFile)}";
        try
        {
            var reading = RecordsGuard.Access.Policy.PolicyFile.Read(File.ReadAllBytes(PolicyFile));
            return (reading.Policy, [.. reading.Complaints.Select(c => $"{Key}, {c}")]);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return (null, [$"{Key} cannot be read: {e.Message}"]);
        }
    }
}

/// <summary>E-mail: always over TLS.</summary>
public sealed class MailSettings
{
    /// <summary>The SMTP server; null: no e-mail.</summary>
    public string? Host { get; set; }

    /// <summary>465: TLS from the first byte; any other: STARTTLS, without which nothing is sent. Default 587.</summary>
    [Range(1, 65535)]
    public int Port { get; set; } = 587;

    public string From { get; set; } = "";

    public List<string> To { get; set; } = [];

    /// <summary>Who is told of critical alerts that nobody acknowledged for 15 minutes.</summary>
    public List<string> Second { get; set; } = [];

    public string? User { get; set; }

    /// <summary>On Azure a Key Vault reference.</summary>
    public string? Password { get; set; }
}

public sealed class UploadSettings
{
    /// <summary>Bytes of one upload over HTTP; larger files go through the inbox. Default 100 MiB.</summary>
    [Range(1, 10L * 1024 * 1024 * 1024)]
    public long MaxBytes { get; set; } = 100L * 1024 * 1024;

    /// <summary>Bytes of one file in the inbox that may become a record; larger ones are quarantined. Default 100 GiB.</summary>
    [Range(1, 150L * 1024 * 1024 * 1024)]
    public long MaxInboxBytes { get; set; } = 100L * 1024 * 1024 * 1024;
}

public sealed class RotationSettings
{
    /// <summary>
    /// How long a version of a key may be in somebody's hands after another took its place; public keys are cached for
    /// three quarters of it. Default 20 minutes, and only on loopback anything else: every app has to count on the same.
    /// </summary>
    public TimeSpan Settle { get; set; } = RotationTerms.DefaultSettle;

    /// <summary>
    /// Calls of the vault by all rotations of an app's instance, two a key slip. Default 25: half of what a vault gives
    /// for RSA-3072 in the HSM (docs/capacity.md).
    /// </summary>
    [Range(1, 1000)]
    public int CallsPerSecond { get; set; } = 25;

    /// <summary>Age at which the timer rotates a practice's keys. Default 365.</summary>
    [Range(1, 3650)]
    public int MaxKeyAgeDays { get; set; } = 365;

    internal RotationTerms Terms => new(Settle, CallsPerSecond, TimeSpan.FromDays(MaxKeyAgeDays));
}

public sealed class LogSettings
{
    /// <summary>The name of the log's key in the vault.</summary>
    public const string SigningKey = "log-checkpoints";

    /// <summary>
    /// The first line of the log's checkpoints and the name of its key: which log this is. Unique among logs, best a
    /// name that this deployment owns; it must never change. Default: of a log that nobody else is to know.
    /// </summary>
    [Required]
    [RegularExpression("[!-*,-~]{1,200}")]
    public string Origin { get; set; } = "recordsguard/log";

    /// <summary>
    /// Who is to vouch that the log only grows: the lines of a C2SP tlog-policy, each witness with its address. Default:
    /// none.
    /// </summary>
    public string Witnesses { get; set; } = "";
}

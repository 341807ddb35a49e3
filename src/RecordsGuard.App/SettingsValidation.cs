using System.Net;
using Microsoft.Extensions.Options;
using RecordsGuard.Access.Rotation;
using RecordsGuard.Audit.Witnessing;

namespace RecordsGuard.App;

/// <summary>Refuses to start on settings that would be unsafe, and says which.</summary>
internal sealed class SettingsValidation(Duties duties) : IValidateOptions<Settings>
{
    public ValidateOptionsResult Validate(string? name, Settings options)
    {
        var problems = new List<string>();
        var endpoints = Endpoints(options).Where(e => e.Uri is not null || duties.Reaches(e.Of)).ToList();
        foreach (var (_, key, uri) in endpoints)
        {
            if (uri is not { IsAbsoluteUri: true, Scheme: "https" })
            {
                problems.Add($"{Settings.Section}:{key} must be an https address.");
            }
        }

        var local = endpoints.All(e => e.Uri is { IsAbsoluteUri: true } && IsLoopback(e.Uri));
        if (!local && options.Clock.Offset != TimeSpan.Zero)
        {
            problems.Add($"{Settings.Section}:Clock:Offset moves the clock, which is allowed only where storage and vault are on loopback.");
        }

        if (!local && options.Identity.Authority.TrimEnd('/') != IdentitySettings.EntraId)
        {
            problems.Add($"{Settings.Section}:Identity:Authority is not Microsoft Entra ID ({IdentitySettings.EntraId}), which is allowed only where storage and vault are on loopback.");
        }

        if (!local && options.Rotation.Settle != RotationTerms.DefaultSettle)
        {
            problems.Add($"{Settings.Section}:Rotation:Settle is not {RotationTerms.DefaultSettle}, which is allowed only where storage and vault are on loopback.");
        }

        if (!local && options.Trust.AuthorityFile is not null)
        {
            problems.Add($"{Settings.Section}:Trust:AuthorityFile is allowed only where storage and vault are on loopback.");
        }

        if (options.Alerts.Webhook is { } webhook && !(webhook.IsAbsoluteUri && (webhook.Scheme == "https" || IsLoopback(webhook))))
        {
            problems.Add($"{Settings.Section}:Alerts:Webhook must be an https address.");
        }

        problems.AddRange(options.Access.Load().Problems);
        if (Complaint(options.Alerts) is { } wrong)
        {
            problems.Add($"{Settings.Section}:Alerts: {wrong}");
        }

        if (Complaint(options.Log.Witnesses) is { } complaint)
        {
            problems.Add($"{Settings.Section}:Log:Witnesses: {complaint}");
        }

        return problems.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(problems);
    }

    private static string? Complaint(AlertSettings alerts)
    {
        try
        {
            alerts.Policy();
            alerts.Terms();
            return alerts.Mail is { Host: not null } mail && (mail.From.Length == 0 || mail.To.Count == 0)
                ? "Mail needs From and To."
                : null;
        }
        catch (Exception e) when (e is FormatException or TimeZoneNotFoundException or ArgumentOutOfRangeException)
        {
            return e.Message;
        }
    }

    private static string? Complaint(string policy)
    {
        try
        {
            return policy.Length == 0 || WitnessPolicy.Parse(policy) is { } parsed && parsed.Witnesses.All(w => w.Url is not null)
                ? null
                : "a witness without an address.";
        }
        catch (FormatException e)
        {
            return e.Message;
        }
    }

    internal static bool IsLoopback(Uri uri) =>
        IPAddress.TryParse(uri.Host.Trim('[', ']'), out var address)
            ? IPAddress.IsLoopback(address)
            : uri.Host == "localhost" || uri.Host.EndsWith(".localhost", StringComparison.OrdinalIgnoreCase);

    internal static IEnumerable<(Reach Of, string Key, Uri? Uri)> Endpoints(Settings s) =>
    [
        (Reach.Records, "Storage:Records", s.Storage.Records), (Reach.Slips, "Storage:Slips", s.Storage.Slips),
        (Reach.Inbox, "Storage:Inbox", s.Storage.Inbox),
        (Reach.Rows, "Storage:Rows", s.Storage.Rows), (Reach.Log, "Storage:Audit", s.Storage.Audit),
        (Reach.Tree, "Storage:Tree", s.Storage.Tree),
        (Reach.Queues, "Storage:Queues", s.Storage.Queues),
        (Reach.ResourceLogs, "Storage:ResourceLogs", s.Storage.ResourceLogs), (Reach.Vault, "Vault:Uri", s.Vault.Uri),
    ];
}

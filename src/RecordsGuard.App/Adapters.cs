using Azure.Core;
using Azure.Identity;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using RecordsGuard.Alerts;
using RecordsGuard.Azure;
using RecordsGuard.Envelopes;

namespace RecordsGuard.App;

/// <summary>
/// The Azure adapters behind the ports, as far as the app's duties reach: what none of them may touch is not there to be
/// asked for. The credential is a managed identity, also on one machine, where Local plays the endpoint that gives out
/// its tokens.
/// </summary>
internal static class Adapters
{
    public static void Add(IServiceCollection services, Duties duties)
    {
        services.AddSingleton<TimeProvider>(s => Settings(s).Clock.Offset is var offset && offset == TimeSpan.Zero
            ? TimeProvider.System
            : new MovedClock(offset));
        services.AddSingleton<TokenCredential>(_ => new ManagedIdentityCredential(
            Environment.GetEnvironmentVariable("AZURE_CLIENT_ID") is { Length: > 0 } id
                ? ManagedIdentityId.FromUserAssignedClientId(id)
                : ManagedIdentityId.SystemAssigned));
        services.AddSingleton(s => new AzureAdapters(
            s.GetRequiredService<TokenCredential>(), LoopbackTransport.Create(Settings(s).Trust.AuthorityFile)));

        Port(Reach.Rows, (azure, settings) => azure.RecordStore(settings.Storage.Rows!));
        Port(Reach.Log, (azure, settings) => azure.LogStore(settings.Storage.Audit!));
        Port(Reach.Log, (azure, settings) => azure.LogIndex(settings.Storage.Audit!));
        Port(Reach.Tree, (azure, settings) => azure.TreeStore(settings.Storage.Tree!));
        Port(Reach.Queues, (azure, settings) => azure.WorkQueue(settings.Storage.Queues!));
        Port(Reach.Vault, (azure, settings) => azure.KeyVault(settings.Vault.Uri!));
        Port(Reach.Records | Reach.Slips, (azure, settings) => azure.BlobStore(Containers(settings, duties)));
        Port(Reach.ResourceLogs, (azure, settings) => azure.ResourceLogs(settings.Storage.ResourceLogs!));
        Port<IReadOnlyList<IAlertRoute>>(Reach.Webhook, Routes);

        void Port<T>(Reach reach, Func<AzureAdapters, Settings, T> make)
            where T : class
        {
            if (duties.Reaches(reach))
            {
                services.AddSingleton(s => make(s.GetRequiredService<AzureAdapters>(), Settings(s)));
            }
        }
    }

    private static IReadOnlyList<IAlertRoute> Routes(AzureAdapters azure, Settings settings)
    {
        var (routes, alerts, root) = (new List<IAlertRoute>(), settings.Alerts, settings.Trust.AuthorityFile);
        if (alerts.Webhook is { } webhook)
        {
            routes.Add(azure.Webhook(webhook, LoopbackTransport.CreateHandler(root), alerts.WebhookKey));
        }

        if (alerts.Mail is { Host: { } host } mail)
        {
            var server = new MailServer(host, mail.Port, mail.From, mail.User, mail.Password);
            routes.Add(AzureAdapters.Mail(server, "mail", [.. mail.To], isSecondContact: false, root));
            if (mail.Second.Count > 0)
            {
                routes.Add(AzureAdapters.Mail(server, "second", [.. mail.Second], isSecondContact: true, root));
            }
        }

        return routes;
    }

    private static Dictionary<Container, Uri> Containers(Settings settings, Duties duties)
    {
        var containers = new Dictionary<Container, Uri>();
        if (duties.Reaches(Reach.Records))
        {
            containers[Container.Records] = settings.Storage.Records!;
            containers[Container.Quarantine] = settings.Storage.Records!;
        }

        if (duties.Reaches(Reach.Slips))
        {
            containers[Container.Slips] = settings.Storage.Slips!;
        }

        if (duties.Reaches(Reach.Inbox))
        {
            containers[Container.Inbox] = settings.Storage.Inbox!;
        }

        return containers;
    }

    private static Settings Settings(IServiceProvider services) => services.GetRequiredService<IOptions<Settings>>().Value;
}

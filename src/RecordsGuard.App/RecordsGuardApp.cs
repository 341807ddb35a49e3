using Azure.Core;
using Azure.Identity;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using RecordsGuard.Access;
using RecordsGuard.Alerts;
using RecordsGuard.App.Http;
using RecordsGuard.Audit;
using RecordsGuard.Azure;
using RecordsGuard.Envelopes;
using RecordsGuard.Retention;
using RecordsGuard.Retention.Intake;
using RecordsGuard.Retention.Purging;

namespace RecordsGuard.App;

/// <summary>The application, whatever host runs it: services in, routes out.</summary>
public static class RecordsGuardApp
{
    public static void AddServices(WebApplicationBuilder builder)
    {
        ArgumentNullException.ThrowIfNull(builder);
        var services = builder.Services;
        services.AddOptions<Settings>().BindConfiguration(Settings.Section).ValidateDataAnnotations().ValidateOnStart();
        services.AddSingleton<IValidateOptions<Settings>, SettingsValidation>();
        builder.WebHost.ConfigureKestrel(k =>
        {
            k.AddServerHeader = false;

            // Who reads a body limits it. A body that nobody reads, because the answer is 401 or 413, must not break a
            // limit: Kestrel would then cut the connection instead of draining it, and the host answer 500.
            k.Limits.MaxRequestBodySize = null;
        });
        SignIn.Add(services);
        Telemetry.Add(builder);
        AddPorts(services);
        AddDomain(services);
        services.AddSingleton<FrontDoor>();
        services.AddSingleton<PromptDelivery>();
    }

    public static void MapRoutes(WebApplication app)
    {
        ArgumentNullException.ThrowIfNull(app);
        app.UseMiddleware<Faults>();
        app.UseAuthentication();
        app.UseAuthorization();
        var api = app.MapGroup("/api").RequireAuthorization();
        ClientRoutes.Map(api);
        RecordRoutes.Map(api);
        HoldRoutes.Map(api);
        DispositionRoutes.Map(api);
        AlertRoutes.Map(api);
        AdminRoutes.Map(api);
        api.Map("{**path}", () => Problem.Of(
            404, "no-such-route", "No such address", "There is nothing at this address. Check the path and the method."));
    }

    /// <summary>
    /// The Azure adapters behind the ports. The credential is a managed identity, also on one machine, where Local
    /// plays the endpoint that gives out its tokens.
    /// </summary>
    private static void AddPorts(IServiceCollection services)
    {
        services.AddSingleton<TimeProvider>(s => s.GetRequiredService<IOptions<Settings>>().Value.Clock.Offset is var offset
            && offset == TimeSpan.Zero ? TimeProvider.System : new MovedClock(offset));
        services.AddSingleton<TokenCredential>(_ => new ManagedIdentityCredential(
            Environment.GetEnvironmentVariable("AZURE_CLIENT_ID") is { Length: > 0 } id
                ? ManagedIdentityId.FromUserAssignedClientId(id)
                : ManagedIdentityId.SystemAssigned));
        services.AddSingleton(s => new AzureAdapters(
            s.GetRequiredService<TokenCredential>(),
            LoopbackTransport.Create(s.GetRequiredService<IOptions<Settings>>().Value.Trust.AuthorityFile)));
        Port(services, (azure, settings) => azure.RecordStore(settings.Storage.Rows!));
        Port(services, (azure, settings) => azure.LogStore(settings.Storage.Audit!));
        Port(services, (azure, settings) => azure.WorkQueue(settings.Storage.Queues!));
        Port(services, (azure, settings) => azure.KeyVault(settings.Vault.Uri!));
        Port(services, (azure, settings) => azure.ResourceLogs(settings.Storage.ResourceLogs!));
        Port(services, (azure, settings) => azure.BlobStore(new Dictionary<Container, Uri>
        {
            [Container.Records] = settings.Storage.Records!,
            [Container.Slips] = settings.Storage.Slips!,
        }));
        services.AddSingleton<IReadOnlyList<IAlertRoute>>(s =>
        {
            var settings = s.GetRequiredService<IOptions<Settings>>().Value;
            return settings.Alerts.Webhook is { } webhook
                ? [s.GetRequiredService<AzureAdapters>().Webhook(webhook, LoopbackTransport.CreateHandler(settings.Trust.AuthorityFile))]
                : [];
        });
    }

    private static void AddDomain(IServiceCollection services)
    {
        services.AddSingleton<AuditLog>();
        services.AddSingleton<IndexKeys>();
        services.AddSingleton<PublicKeys>();
        services.AddSingleton<Gate>();
        services.AddSingleton<PracticeRegister>();
        services.AddSingleton<ClientRegister>();
        services.AddSingleton<RecordRelease>();
        services.AddSingleton<DueIndex>();
        services.AddSingleton<RecordIntake>();
        services.AddSingleton<ClientCorrection>();
        services.AddSingleton<Holds>();
        services.AddSingleton<DispositionReview>();
        services.AddSingleton<Sweep>();
        services.AddSingleton<Purge>();
        services.AddSingleton<Reconciler>();
        services.AddSingleton<AlertDesk>();
        services.AddSingleton<AlertDelivery>();
        services.AddSingleton<PoisonWatch>();
    }

    private static void Port<T>(IServiceCollection services, Func<AzureAdapters, Settings, T> make)
        where T : class =>
        services.AddSingleton(s => make(s.GetRequiredService<AzureAdapters>(), s.GetRequiredService<IOptions<Settings>>().Value));
}

using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using RecordsGuard.Access;
using RecordsGuard.Access.Accounts;
using RecordsGuard.Access.Disclosures;
using RecordsGuard.Access.Notices;
using RecordsGuard.Access.Requests;
using RecordsGuard.Access.Rotation;
using RecordsGuard.Access.Unlinking;
using RecordsGuard.Alerts;
using RecordsGuard.Alerts.Incidents;
using RecordsGuard.Alerts.People;
using RecordsGuard.Alerts.Watching;
using RecordsGuard.App.Http;
using RecordsGuard.Audit;
using RecordsGuard.Audit.Sequencing;
using RecordsGuard.Audit.Witnessing;
using RecordsGuard.Azure;
using RecordsGuard.Envelopes;
using RecordsGuard.Records;
using RecordsGuard.Retention;
using RecordsGuard.Retention.Backup;
using RecordsGuard.Retention.Intake;
using RecordsGuard.Retention.Purging;
using RecordsGuard.Retention.Schedules;

namespace RecordsGuard.App;

/// <summary>The application, whatever host runs it: services in, routes out.</summary>
public static partial class RecordsGuardApp
{
    /// <exception cref="OptionsValidationException">The duties are not what the setting may say.</exception>
    public static void AddServices(WebApplicationBuilder builder)
    {
        ArgumentNullException.ThrowIfNull(builder);
        var services = builder.Services;
        var (duties, complaint) = Duties.Parse(builder.Configuration[Duties.Key]);
        if (duties is null)
        {
            throw new OptionsValidationException(Settings.Section, typeof(Settings), [complaint!]);
        }

        services.AddSingleton(duties);
        services.AddOptions<Settings>().BindConfiguration(Settings.Section).ValidateDataAnnotations().ValidateOnStart();
        services.AddSingleton<IValidateOptions<Settings>, SettingsValidation>();
        builder.WebHost.ConfigureKestrel(k =>
        {
            k.AddServerHeader = false;

            // A segment fits into what the connection holds: the next is opened while it is sent.
            k.Limits.MaxResponseBufferSize = 2 * 1024 * 1024;

            // Who reads a body limits it. A body that nobody reads, because the answer is 401 or 413, must not break a
            // limit: Kestrel would then cut the connection instead of draining it, and the host answer 500.
            k.Limits.MaxRequestBodySize = null;
        });
        SignIn.Add(services);
        Telemetry.Add(builder);
        Adapters.Add(services, duties);
        AddDomain(services, duties);
        services.AddSingleton<FrontDoor>();
        services.AddSingleton(s => new PromptDelivery(
            duties.Include(Duty.Alerts) ? s.GetRequiredService<AlertDelivery>() : null,
            s.GetRequiredService<AlertDesk>(), s.GetRequiredService<ILogger<PromptDelivery>>()));
    }

    /// <summary>The routes of the app's own duties; whatever else is asked, by a person or by the host, is 404.</summary>
    public static void MapRoutes(WebApplication app)
    {
        ArgumentNullException.ThrowIfNull(app);
        var duties = app.Services.GetRequiredService<Duties>();
        Say(app.Services.GetRequiredService<ILogger<Duties>>(), duties);
        app.UseMiddleware<Faults>();
        app.Use((http, next) => http.GetEndpoint() is null ? AnswerNotServedAsync(http) : next(http));
        app.UseAuthentication();
        app.UseAuthorization();
        var api = app.MapGroup("/api").RequireAuthorization();
        foreach (var route in Routes.All.Where(r => duties.Include(r.Duty)))
        {
            api.MapMethods(route.Path, [route.Method], route.AtFirstUse(app.Services)).WithMetadata(route);
        }

        api.Map("{**path}", AnswerNotServedAsync);
    }

    /// <summary>One answer for all that this app has nothing to say to.</summary>
    public static Task AnswerNotServedAsync(HttpContext http)
    {
        ArgumentNullException.ThrowIfNull(http);
        var duties = http.RequestServices.GetRequiredService<Duties>();
        return duties.AreAll
            ? Problem.WriteAsync(
                http, 404, "no-such-route", "No such address",
                "There is nothing at this address. Check the path and the method.")
            : Problem.WriteAsync(
                http, 404, "not-served-here", "This app does not serve this address",
                $"It does {duties} only. Use the one address of the whole deployment; if that led here, check the path and the method.");
    }

    private static void Say(ILogger log, Duties duties)
    {
        if (duties.AreSeveral)
        {
            Combined(log, duties);
        }
        else
        {
            Single(log, duties);
        }
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "This app does {Duties}.")]
    private static partial void Single(ILogger log, Duties duties);

    [LoggerMessage(Level = LogLevel.Information, Message = "This app does {Duties} under one identity: whoever steals that may do what each of these duties may do. An app for each duty keeps them apart.")]
    private static partial void Combined(ILogger log, Duties duties);

    private static RotationSettings Rotation(IServiceProvider services) =>
        services.GetRequiredService<IOptions<Settings>>().Value.Rotation;

    private static Cosigning? Witnesses(IServiceProvider services)
    {
        var settings = services.GetRequiredService<IOptions<Settings>>().Value;
        return settings.Log.Witnesses.Length == 0
            ? null
            : new(
                services.GetRequiredService<ITreeStore>(), WitnessPolicy.Parse(settings.Log.Witnesses),
                services.GetRequiredService<AzureAdapters>().Witnesses(LoopbackTransport.CreateHandler(settings.Trust.AuthorityFile)),
                AzureAdapters.Ed25519, services.GetRequiredService<TimeProvider>());
    }

    private static void AddDomain(IServiceCollection services, Duties duties)
    {
        services.AddSingleton<LogWake>();
        services.AddSingleton(s => new AuditLog(
            s.GetRequiredService<ILogStore>(), s.GetRequiredService<TimeProvider>(),
            duties.Reaches(Reach.Queues) ? s.GetRequiredService<LogWake>().Ring : null));
        services.AddSingleton(s => new Sequencer(
            s.GetRequiredService<ILogStore>(), s.GetRequiredService<ITreeStore>(), s.GetRequiredService<ILogIndex>(),
            s.GetRequiredService<IOptions<Settings>>().Value.Log.Origin,
            new CheckpointSigner(s.GetRequiredService<IKeyVault>()).SignAsync, s.GetRequiredService<TimeProvider>()));
        services.AddSingleton<LogReader>();
        services.AddSingleton(s => new LogWatch(
            s.GetRequiredService<Sequencer>(), s.GetRequiredService<AlertDesk>(), s.GetRequiredService<IWorkQueue>(), Witnesses(s)));
        services.AddSingleton<IndexKeys>();
        services.AddSingleton(s => Rotation(s).Terms);
        services.AddSingleton(s => new PublicKeys(
            s.GetRequiredService<IRecordStore>(), s.GetRequiredService<IKeyVault>(), s.GetRequiredService<TimeProvider>(),
            Rotation(s).Terms.Hold));
        services.AddSingleton<KeyRotation>();
        services.AddSingleton(s => s.GetRequiredService<IOptions<Settings>>().Value.Access.Load().Policy!);
        services.AddSingleton<Gate>();
        services.AddSingleton<PracticeLookup>();
        services.AddSingleton<Suspensions>();
        services.AddSingleton<NeverMarks>();
        services.AddSingleton<Relatives>();
        services.AddSingleton<ClientRegister>();
        services.AddSingleton<Relationships>();
        services.AddSingleton<BreakGlass>();
        services.AddSingleton<Deadlines>();
        services.AddSingleton<Disclosures>();
        services.AddSingleton<Consents>();
        services.AddSingleton<RequestDesk>();
        services.AddSingleton<ClientUnlinking>();
        services.AddSingleton<GivenNotices>();
        services.AddSingleton<Accounting>();
        services.AddSingleton<AccessReport>();
        services.AddSingleton<ReportIssue>();
        services.AddSingleton<RecordRelease>();
        services.AddSingleton<RecordExport>();
        services.AddSingleton<RowListing>();
        services.AddSingleton<DueIndex>();
        services.AddSingleton<ContentStore>();
        services.AddSingleton<BackupStore>();
        services.AddSingleton<NightlyBackup>();
        services.AddSingleton<Restores>();
        services.AddSingleton<RecordIntake>();
        services.AddSingleton(s => new InboxLimits(s.GetRequiredService<IOptions<Settings>>().Value.Uploads.MaxInboxBytes));
        services.AddSingleton<Quarantine>();
        services.AddSingleton<QuarantineFiling>();
        services.AddSingleton<Inbox>();
        services.AddSingleton<InboxWatch>();
        services.AddSingleton<UploadGrants>();
        services.AddSingleton<JointCharts>();
        services.AddSingleton<ClientCorrection>();
        services.AddSingleton<Holds>();
        services.AddSingleton<Settling>();
        services.AddSingleton<SpanningHolds>();
        services.AddSingleton<PracticeRules>();
        services.AddSingleton(s => new Relisting(
            s.GetRequiredService<IRecordStore>(), s.GetRequiredService<DueIndex>(), Catalogue.Shipped.Version, s.GetRequiredService<TimeProvider>()));
        services.AddSingleton<Extensions>();
        services.AddSingleton<DispositionReview>();
        services.AddSingleton<Sweep>();
        services.AddSingleton<Purge>();
        services.AddSingleton<DestroyedRecords>();
        services.AddSingleton<Reconciler>();
        services.AddSingleton<AlertDesk>();
        services.AddSingleton<AlertHandling>();
        services.AddSingleton(s => s.GetRequiredService<IOptions<Settings>>().Value.Alerts.Snooping.Terms());
        services.AddSingleton<Snooping>();
        services.AddSingleton<LookWatch>();
        services.AddSingleton<Inquiries>();
        services.AddSingleton<Incidents>();
        services.AddSingleton<NoticeWatch>();
        services.AddSingleton(s => s.GetRequiredService<IOptions<Settings>>().Value.Alerts.Terms());
        services.AddSingleton<AlertDelivery>();
        services.AddSingleton<PoisonWatch>();
        services.AddSingleton<Canary>();
        services.AddSingleton<WatchStatus>();
        services.AddSingleton(s => new ResourceLogWatch(
            s.GetRequiredService<IResourceLogs>(), s.GetRequiredService<IRecordStore>(), s.GetRequiredService<LogReader>(),
            s.GetRequiredService<AlertDesk>(), s.GetRequiredService<IOptions<Settings>>().Value.Alerts.Policy(),
            s.GetRequiredService<TimeProvider>()));
        services.AddSingleton<DeadlineWatch>();
        services.AddSingleton<BackupWatch>();
    }
}

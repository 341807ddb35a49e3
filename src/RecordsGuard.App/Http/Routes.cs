using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing.Patterns;

namespace RecordsGuard.App.Http;

/// <param name="Path">Below <c>/api</c>.</param>
/// <param name="Handler">What ASP.NET Core calls, with its parameters filled from the request and from services.</param>
internal sealed record ApiRoute(Duty Duty, string Method, string Path, Delegate Handler)
{
    /// <summary>
    /// What fills the handler's parameters is compiled when the route is first asked for: an app that starts cold has all of
    /// them and needs one or two.
    /// </summary>
    public RequestDelegate AtFirstUse(IServiceProvider services)
    {
        var compiled = new Lazy<RequestDelegate>(() => RequestDelegateFactory.Create(Handler, new()
        {
            ServiceProvider = services,
            RouteParameterNames = RoutePatternFactory.Parse(Path).Parameters.Select(p => p.Name),
        }).RequestDelegate);
        return http => compiled.Value(http);
    }
}

/// <summary>
/// Every HTTP route and whose duty it is. infra/routes.json sends requests to the app of that duty and must agree, which
/// a test compares; an app maps the routes of its own duties only.
/// </summary>
internal static class Routes
{
    private const string Clients = "/practices/{practice}/clients";
    private const string Client = $"{Clients}/{{client}}";
    private const string Records = $"{Client}/records";
    private const string Holds = $"{Client}/holds";
    private const string Relationships = $"{Client}/relationships";
    private const string Unlinking = $"{Client}/unlinking";
    private const string Glass = $"{Client}/break-glass";
    private const string Consents = $"{Client}/consents";
    private const string Disclosures = $"{Client}/disclosures/{{kind}}";
    private const string Quarantine = "/practices/{practice}/quarantine";
    private const string PracticeHolds = "/practices/{practice}/holds";
    private const string Rules = "/practices/{practice}/retention-rules";
    private const string Restore = "/practices/{practice}/restore";
    private const string Dispositions = "/practices/{practice}/dispositions";

    public static IReadOnlyList<ApiRoute> All { get; } =
    [
        new(Duty.Custody, "POST", Clients, ClientRoutes.RegisterAsync),
        new(Duty.Access, "GET", Clients, ClientRoutes.SearchAsync),
        new(Duty.Access, "GET", Client, ClientRoutes.SeeAsync),
        new(Duty.Custody, "PATCH", Client, ClientRoutes.CorrectAsync),
        new(Duty.Ingest, "POST", Records, RecordRoutes.UploadAsync),
        new(Duty.Ingest, "POST", $"{Records}/upload-url", InboxRoutes.GrantAsync),
        new(Duty.Access, "GET", Records, RecordRoutes.ListAsync),
        new(Duty.Access, "GET", $"{Records}/{{record}}", RecordRoutes.DescribeAsync),
        new(Duty.Access, "GET", $"{Records}/{{record}}/content", RecordRoutes.ReadAsync),
        new(Duty.Access, "GET", $"{Records}/{{record}}/certificate", RecordRoutes.CertifyAsync),
        new(Duty.Access, "GET", $"{Client}/certificates", RecordRoutes.CertifyChartAsync),
        new(Duty.Access, "GET", $"{Records}/{{record}}/export", ExportRoutes.SlipAsync),
        new(Duty.Access, "GET", $"{Records}/{{record}}/export/content", ExportRoutes.ContentAsync),
        new(Duty.Access, "GET", Quarantine, InboxRoutes.ListAsync),
        new(Duty.Access, "POST", $"{Quarantine}/{{file}}/file", InboxRoutes.FileAsync),
        new(Duty.Custody, "POST", Holds, HoldRoutes.PlaceAsync),
        new(Duty.Custody, "GET", Holds, HoldRoutes.ListAsync),
        new(Duty.Custody, "POST", $"{Holds}/{{hold}}/release", HoldRoutes.ReleaseAsync),
        new(Duty.Custody, "POST", $"{Client}/extensions", DispositionRoutes.ExtendAsync),
        new(Duty.Custody, "GET", $"{Client}/extensions", DispositionRoutes.ListExtensionsAsync),
        new(Duty.Custody, "GET", Relationships, RelationshipRoutes.ListAsync),
        new(Duty.Custody, "POST", Relationships, RelationshipRoutes.GiveAsync),
        new(Duty.Custody, "POST", $"{Relationships}/end", RelationshipRoutes.EndAsync),
        new(Duty.Custody, "POST", "/practices/{practice}/relationships/hand-over", RelationshipRoutes.HandOverAsync),
        new(Duty.Custody, "POST", $"{Client}/never", PeopleRoutes.NeverAsync),
        new(Duty.Custody, "GET", $"{Client}/requests", RequestRoutes.ListAsync),
        new(Duty.Custody, "POST", $"{Client}/requests", RequestRoutes.TakeAsync),
        new(Duty.Custody, "POST", $"{Client}/requests/{{request}}/answer", RequestRoutes.AnswerAsync),
        new(Duty.Custody, "GET", Unlinking, UnlinkingRoutes.LookAsync),
        new(Duty.Custody, "POST", Unlinking, UnlinkingRoutes.CloseAsync),
        new(Duty.Custody, "POST", $"{Unlinking}/withdraw", UnlinkingRoutes.WithdrawAsync),
        new(Duty.Custody, "POST", $"{Unlinking}/finish", UnlinkingRoutes.FinishAsync),
        new(Duty.Access, "POST", Glass, BreakGlassRoutes.BreakAsync),
        new(Duty.Access, "GET", "/practices/{practice}/break-glass", BreakGlassRoutes.ListAsync),
        new(Duty.Access, "POST", $"{Glass}/{{grant}}/review", BreakGlassRoutes.ReviewAsync),
        new(Duty.Access, "GET", Consents, ConsentRoutes.ListAsync),
        new(Duty.Access, "POST", Consents, ConsentRoutes.RecordAsync),
        new(Duty.Access, "POST", $"{Consents}/{{consent}}/revoke", ConsentRoutes.RevokeAsync),
        new(Duty.Access, "GET", $"{Client}/disclosures", DisclosureRoutes.ListAsync),
        new(Duty.Access, "POST", Disclosures, DisclosureRoutes.RecordAsync),
        new(Duty.Access, "POST", $"{Disclosures}/{{disclosure}}/approve", DisclosureRoutes.ApproveAsync),
        new(Duty.Access, "POST", $"{Disclosures}/{{disclosure}}/reported", DisclosureRoutes.ReportedAsync),
        new(Duty.Access, "POST", $"{Disclosures}/{{disclosure}}/client-informed", DisclosureRoutes.InformedAsync),
        new(Duty.Access, "POST", $"{Disclosures}/{{disclosure}}/suspend", DisclosureRoutes.SuspendAsync),
        new(Duty.Access, "POST", $"{Disclosures}/{{disclosure}}/release", DisclosureRoutes.ReleaseAsync),
        new(Duty.Access, "GET", $"{Disclosures}/{{disclosure}}/records/{{record}}/content", DisclosureRoutes.ContentAsync),
        new(Duty.Custody, "POST", PracticeHolds, HoldRoutes.PlaceSpanningAsync),
        new(Duty.Custody, "GET", PracticeHolds, HoldRoutes.ListSpanningAsync),
        new(Duty.Custody, "POST", $"{PracticeHolds}/{{hold}}/settle", HoldRoutes.SettleAsync),
        new(Duty.Custody, "POST", $"{PracticeHolds}/{{hold}}/release", HoldRoutes.ReleaseSpanningAsync),
        new(Duty.Custody, "GET", Rules, RetentionRulesRoutes.ShowAsync),
        new(Duty.Custody, "PUT", Rules, RetentionRulesRoutes.PutAsync),
        new(Duty.Custody, "POST", $"{Rules}/simulate", RetentionRulesRoutes.SimulateAsync),
        new(Duty.Access, "POST", $"{Disclosures}/{{disclosure}}/records/{{record}}/package", DisclosureRoutes.PackageAsync),
        new(Duty.Access, "GET", $"{Client}/notice", NoticeRoutes.ShowAsync),
        new(Duty.Access, "GET", $"{Client}/notices", NoticeRoutes.ListAsync),
        new(Duty.Access, "POST", $"{Client}/notices", NoticeRoutes.GiveAsync),
        new(Duty.Access, "GET", $"{Client}/accounting", AccountRoutes.AccountingAsync),

        // From the log's index, which the duty that watches may read; it takes no key.
        new(Duty.Alerts, "GET", $"{Client}/access-report", AccountRoutes.ReportAsync),
        new(Duty.Access, "GET", "/rows", RowRoutes.ListAsync),
        new(Duty.Disposition, "GET", Dispositions, DispositionRoutes.ListAsync),
        new(Duty.Disposition, "POST", $"{Dispositions}/approve", DispositionRoutes.ApproveAsync),
        new(Duty.Disposition, "POST", $"{Dispositions}/withdraw", DispositionRoutes.WithdrawAsync),
        new(Duty.Alerts, "GET", "/alerts", AlertRoutes.ListAsync),
        new(Duty.Alerts, "GET", "/alerts/watch", WatchRoutes.LookAsync),

        // A reason is sealed under the practice's index key, which the duty that watches may not unwrap.
        new(Duty.Custody, "GET", "/alerts/{id}", AlertRoutes.SeeAsync),
        new(Duty.Custody, "POST", "/alerts/{id}/acknowledge", AlertRoutes.AcknowledgeAsync),
        new(Duty.Custody, "POST", "/alerts/{id}/resolve", AlertRoutes.ResolveAsync),
        new(Duty.Custody, "POST", "/alerts/{id}/ask", AlertRoutes.AskAsync),
        new(Duty.Custody, "POST", "/alerts/{id}/explain", AlertRoutes.ExplainAsync),
        new(Duty.Custody, "GET", "/people/me/questions", AlertRoutes.QuestionsAsync),

        new(Duty.Custody, "GET", "/incidents", IncidentRoutes.ListAsync),
        new(Duty.Custody, "POST", "/incidents", IncidentRoutes.OpenAsync),
        new(Duty.Custody, "POST", "/incidents/{id}/alerts", IncidentRoutes.LinkAsync),
        new(Duty.Custody, "POST", "/incidents/{id}/assess", IncidentRoutes.AssessAsync),
        new(Duty.Custody, "POST", "/incidents/{id}/notices/{notice}", IncidentRoutes.NoteAsync),

        // So is the reason of a suspension.
        new(Duty.Alerts, "GET", "/people", PeopleRoutes.ListAsync),
        new(Duty.Custody, "GET", "/people/{id}", PeopleRoutes.SeeAsync),
        new(Duty.Custody, "POST", "/people/{id}/suspend", PeopleRoutes.SuspendAsync),
        new(Duty.Custody, "POST", "/people/{id}/lift", PeopleRoutes.LiftAsync),
        new(Duty.Custody, "POST", "/people/{id}/relatives", PeopleRoutes.RelativesAsync),

        // Read only: the duty audit, which writes the log, answers nobody.
        new(Duty.Alerts, "GET", "/audit/checkpoint", LogRoutes.CheckpointAsync),
        new(Duty.Alerts, "GET", "/audit/tile/{**tile}", LogRoutes.TileAsync),
        new(Duty.Alerts, "GET", "/audit/entries/{id}/receipt", LogRoutes.ReceiptAsync),
        new(Duty.Disposition, "POST", "/admin/run/{timer}", AdminRoutes.RunAsync),
        new(Duty.Keys, "POST", "/practices/{practice}/keys/rotate", KeyRoutes.RotateAsync),
        new(Duty.Keys, "GET", "/practices/{practice}/keys/rotation", KeyRoutes.ShowAsync),
        new(Duty.Keys, "GET", "/practices/{practice}/backups", BackupRoutes.ListAsync),
        new(Duty.Keys, "GET", Restore, BackupRoutes.ShowAsync),
        new(Duty.Keys, "POST", Restore, BackupRoutes.RestoreAsync),
        new(Duty.Keys, "POST", $"{Restore}/confirm", BackupRoutes.ConfirmAsync),
    ];
}

using RecordsGuard.Access;
using RecordsGuard.Access.Disclosures;
using RecordsGuard.Access.Policy;
using RecordsGuard.Access.Rotation;
using RecordsGuard.Access.Unlinking;
using RecordsGuard.Alerts;
using RecordsGuard.Audit;
using RecordsGuard.Envelopes;
using RecordsGuard.Fakes;
using RecordsGuard.Records;
using RecordsGuard.Retention;
using RecordsGuard.Retention.Backup;
using RecordsGuard.Retention.Intake;
using RecordsGuard.Tests.Access.Rotation;

namespace RecordsGuard.Tests.Retention;

/// <summary>
/// Every port call of every operation × every fault × a restart, then the request again, the redelivered messages,
/// the sweep and the reconciler, and then the three promises.
/// </summary>
public sealed class FaultMatrixTests(ITestOutputHelper output)
{
    private static readonly CancellationToken None = CancellationToken.None;

    private static readonly Lazy<Task<(PracticeUnderTest Practice, ClientId Client)>> Template = new(async () =>
    {
        var practice = await PracticeUnderTest.OpenAsync(waitingDays: 0);
        return (practice, await practice.RegisterAsync(clinicians: PracticeUnderTest.Person(2)));
    });

    /// <summary>What is done, and what must be true in the end.</summary>
    private sealed record Scene(Func<Stage, Task> Prepare, Func<Stage, Task> Act, Func<Stage, Task> Check, int AtLeast);

    private sealed class Stage(PracticeUnderTest practice, ClientId client)
    {
        public PracticeUnderTest Practice { get; set; } = practice;

        public ClientId Client { get; set; } = client;

        public DateOnly Night { get; set; }

        public RecordId Record { get; set; }

        public string File { get; set; } = "";

        public bool Acknowledged { get; set; }
    }

    private static readonly Dictionary<string, Scene> Scenes = new()
    {
        ["upload"] = new(_ => Task.CompletedTask, UploadAsync, CheckUploadAsync, 64),
        ["read"] = new(PrepareUploadAsync, ReadAsync, CheckAliveAsync, 24),
        ["refusal"] = new(PrepareUploadAsync, RefuseAsync, CheckRefusalAsync, 40),
        ["hold"] = new(PrepareApprovedAsync, HoldAsync, CheckHeldAsync, 36),
        ["release"] = new(PrepareHeldAsync, ReleaseAsync, CheckAliveAsync, 20),
        ["approve"] = new(PrepareUploadAsync, ApproveAsync, CheckGoneAsync, 48),
        ["correction"] = new(PrepareApprovedAsync, CorrectAsync, CheckAliveAsync, 80),
        ["purge"] = new(PrepareApprovedAsync, s => s.Practice.PurgeAsync(s.Client, s.Record), CheckGoneAsync, 88),
        ["sweep"] = new(PrepareApprovedAsync, s => s.Practice.App.Sweep.RunAsync(null, None), CheckGoneAsync, 24),
        ["export"] = new(PrepareUploadAsync, ExportAsync, CheckAliveAsync, 20),
        ["rotate"] = new(PrepareUploadAsync, RotateAsync, CheckRotatedAsync, 200),
        ["inbox"] = new(PrepareFileAsync, TakeAsync, CheckReceivedAsync, 100),
        ["quarantine"] = new(PrepareStrayFileAsync, TakeAsync, CheckQuarantinedAsync, 80),
        ["filing"] = new(PrepareQuarantinedAsync, FileAsync, CheckFiledAsync, 100),
        ["grant"] = new(_ => Task.CompletedTask, GrantAsync, CheckGrantedAsync, 16),
        ["hand-over"] = new(_ => Task.CompletedTask, HandOverAsync, CheckHandedOverAsync, 40),
        ["break-glass"] = new(_ => Task.CompletedTask, BreakGlassAsync, CheckReviewableAsync, 36),
        ["disclosure"] = new(_ => Task.CompletedTask, DiscloseAsync, CheckDisclosedAsync, 44),
        ["unlink"] = new(PreparePurgedLongAgoAsync, UnlinkAsync, CheckUnlinkedAsync, 80),
        ["backup"] = new(PrepareUploadAsync, s => s.Practice.BackUpAsync(), CheckBackedUpAsync, 100),
        ["restore"] = new(PrepareLossAsync, RestoreAsync, CheckRestoredAsync, 480),
        ["reconcile"] = new(PrepareOrphanAsync, s => s.Practice.App.Reconciler.RunAsync(None), CheckNoOrphanAsync, 88),
    };

    public static TheoryData<string> Names => [.. Scenes.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public async Task Whatever_fails_wherever_the_promises_are_kept(string name)
    {
        var scene = Scenes[name];
        var points = 0;
        for (var at = 1; ; at++)
        {
            var happened = false;
            foreach (var kind in Enum.GetValues<FaultKind>())
            {
                happened |= await PlayAsync(scene, new(at, kind));
                points++;
            }

            if (!happened)
            {
                points -= Enum.GetValues<FaultKind>().Length;
                break;
            }
        }

        output.WriteLine($"{name}: {points} points");
        Assert.True(points >= scene.AtLeast, $"Only {points} points of {name} were tried, fewer than the {scene.AtLeast} there once were.");
    }

    private static async Task<bool> PlayAsync(Scene scene, FaultPlan plan)
    {
        var (template, client) = await Template.Value;
        var stage = new Stage(await template.CopyAsync(), client);
        await scene.Prepare(stage);
        var practice = stage.Practice;
        practice.Faults.Arm(plan);
        await TryAsync(stage, scene.Act);
        var happened = practice.Faults.Happened;
        Promises.AssertKept(practice);
        practice.Restart();
        if (!stage.Acknowledged)
        {
            await scene.Act(stage); // whoever had no answer asks again
        }

        for (var night = 0; night < 3; night++)
        {
            await practice.App.Sweep.RunAsync(null, None);
            await practice.DrainPurgesAsync();
            await practice.App.Reconciler.RunAsync(None);
            practice.Advance(night == 0 ? 0 : 2);
            await DeliverAsync(practice);
        }

        await practice.DrainRotationsAsync();

        Promises.AssertKept(practice);
        Promises.AssertFinished(practice);
        await scene.Check(stage);
        Promises.AssertKept(practice);
        return happened;
    }

    private static async Task TryAsync(Stage stage, Func<Stage, Task> act)
    {
        try
        {
            await act(stage);
            stage.Acknowledged = true;
        }
        catch (Exception e) when (e is StoreUnavailableException or KeyVaultException or AuditUnavailableException
            or AlertRouteException or ProcessKilledException)
        {
        }
    }

    private static async Task DeliverAsync(PracticeUnderTest practice)
    {
        practice.Time.Advance(AlertDesk.DeliveryDelay);
        while (practice.Queue.Take(WorkQueues.Alerts) is { } message)
        {
            await practice.App.Delivery.RunAsync(message, None);
        }
    }

    private static async Task PrepareUploadAsync(Stage stage) => stage.Record = await stage.Practice.UploadAsync(stage.Client);

    private static async Task PrepareApprovedAsync(Stage stage)
    {
        await PrepareUploadAsync(stage);
        stage.Practice.Time.Advance(TimeSpan.FromSeconds(1));
        await ApproveAsync(stage);
        while (stage.Practice.Queue.Take(WorkQueues.Purge) is not null)
        {
        }

        stage.Practice.Time.Advance(TimeSpan.FromSeconds(1));
    }

    private static async Task PrepareHeldAsync(Stage stage)
    {
        await PrepareApprovedAsync(stage);
        await HoldAsync(stage);
        stage.Practice.Time.Advance(TimeSpan.FromSeconds(1));
    }

    /// <summary>Made once: what is restored is the same for every fault, and every key in it is opened once.</summary>
    private static readonly Lazy<Task<(PracticeUnderTest Practice, ClientId Client, RecordId Record, DateOnly Night)>> Loss = new(async () =>
    {
        var (template, client) = await Template.Value;
        var practice = await template.CopyAsync();
        var record = await practice.UploadAsync(client);
        var night = await practice.BackUpAsync();
        await practice.App.Holds.PlaceAsync(practice.Custodian with { Operation = "place-hold" }, practice.Id, client, new("m", "r", null), None);
        practice.Lose(Table.Clients, Table.Directory, Table.Access);
        await practice.SequenceAsync();
        return (practice, client, record, night);
    });

    private static async Task PrepareLossAsync(Stage stage)
    {
        var loss = await Loss.Value;
        stage.Practice = await loss.Practice.CopyAsync();
        (stage.Client, stage.Record, stage.Night) = (loss.Client, loss.Record, loss.Night);
    }

    private static async Task RestoreAsync(Stage stage)
    {
        var practice = stage.Practice;
        Assert.IsType<RestoreAnswer.Begun>(await practice.App.Restores.RequestAsync(practice.Custodian, practice.Id, stage.Night, "a table was lost", None));
        await practice.DrainRestoresAsync();
        await practice.ConfirmAsync();
    }

    /// <summary>The hold of the day is back, without its words.</summary>
    private static async Task CheckRestoredAsync(Stage stage)
    {
        Assert.Equal(1, stage.Practice.Rows.All(Table.Clients).Count(r => r.Kind == RowKinds.Hold));
        Assert.All(stage.Practice.Rows.All(Table.Practices).Where(r => r.Kind == RowKinds.Restore), r => Assert.True(r.As<RestoreFacts>().IsDone));
        Assert.IsType<Disposition.Held>(await stage.Practice.PurgeAsync(stage.Client, stage.Record));
        await ReadAsync(stage);
    }

    private static Task CheckBackedUpAsync(Stage stage)
    {
        Assert.Single(stage.Practice.Rows.All(Table.Alerts), r => r.Kind == RowKinds.Backup);
        Assert.Contains(stage.Practice.Blobs.Names(Container.Slips), BackupManifest.IsManifest);
        return Task.CompletedTask;
    }

    private static async Task PrepareOrphanAsync(Stage stage)
    {
        await PrepareUploadAsync(stage);
        var name = stage.Practice.Blob(stage.Client, RecordId.New());
        stage.Practice.Blobs.Overwrite(Container.Records, name, [1, 2, 3]);
        stage.Practice.Advance(2);
    }

    private static async Task PreparePurgedLongAgoAsync(Stage stage)
    {
        await PrepareApprovedAsync(stage);
        await stage.Practice.PurgeAsync(stage.Client, stage.Record);
        stage.Practice.Advance(6 * 366);
    }

    private static async Task UnlinkAsync(Stage stage)
    {
        await stage.Practice.App.Unlinking.CloseAsync(stage.Practice.Custodian, stage.Practice.Id, stage.Client, None);
        stage.Practice.Advance(1);
        Assert.IsType<Unlinking.Unlinked>(
            await stage.Practice.App.Unlinking.FinishAsync(stage.Practice.Custodian, stage.Practice.Id, stage.Client, None));
    }

    private static Task CheckUnlinkedAsync(Stage stage)
    {
        Assert.Equal(RowKinds.Unlinked, Assert.Single(stage.Practice.Rows.All(Table.Directory)).Kind);
        Assert.Equal("", Assert.Single(stage.Practice.Rows.All(Table.Clients), r => r.Kind == RowKinds.Client).As<ClientFacts>().Pseudonym);
        return CheckGoneAsync(stage);
    }

    private static async Task UploadAsync(Stage stage) =>
        stage.Record = ((IntakeAnswer.Received)await stage.Practice.ReceiveAsync(stage.Client, key: "once")).Id;

    private static async Task ReadAsync(Stage stage) =>
        Assert.Equal("what was said", await stage.Practice.ReadAsync(stage.Client, stage.Record));

    private static async Task RefuseAsync(Stage stage)
    {
        var answer = await stage.Practice.AskAsync(
            stage.Practice.Caller(9, Roles.Clinician), Operation.ReadContent, stage.Client, stage.Record, Purposes.Treatment);
        await stage.Practice.App.Desk.ReportAsync(Assert.IsType<GateAnswer.Refused>(answer).Refusal, None);
    }

    private static Task HoldAsync(Stage stage) =>
        stage.Practice.App.Holds.PlaceAsync(stage.Practice.Custodian, stage.Practice.Id, stage.Client, new("m", "r", null), None);

    private static async Task ReleaseAsync(Stage stage)
    {
        foreach (var row in stage.Practice.Rows.All(Table.Clients).Where(r => r.Kind == RowKinds.Hold))
        {
            var hold = HoldId.Parse(row.Key[Keys.Holds.Length..]);
            await stage.Practice.App.Holds.ReleaseAsync(stage.Practice.Custodian, stage.Practice.Id, stage.Client, hold, None);
        }
    }

    private static Task ApproveAsync(Stage stage) => stage.Practice.ApproveAsync(stage.Client);

    private static Task CorrectAsync(Stage stage) => stage.Practice.App.Correction.CorrectAsync(
        stage.Practice.Custodian, stage.Practice.Id, stage.Client, new("Ada King", null, new(2015, 1, 1), null, null, new(2024, 1, 1)), None);

    private static async Task DiscloseAsync(Stage stage)
    {
        var draft = new DisclosureDraft(
            DisclosureKind.AbuseOrNeglect, DisclosureKind.AbuseOrNeglect.Statements().ToDictionary(s => s.Name, _ => "what was seen"), [], "child",
            PracticeUnderTest.Start);
        Assert.IsType<DisclosureAnswer.Recorded>(await stage.Practice.App.Disclosures.RecordAsync(
            stage.Practice.Custodian, stage.Practice.Id, stage.Client, draft, SecondPerson.After, None));
    }

    /// <summary>Every one that there is has both its deadlines, and is in the accounting.</summary>
    private static async Task CheckDisclosedAsync(Stage stage)
    {
        var rows = stage.Practice.Rows.All(Table.Access).ToList();
        var disclosures = rows.Where(r => r.Kind == RowKinds.Disclosure).ToList();
        Assert.InRange(disclosures.Count, 1, 2);
        Assert.All(disclosures, d => Assert.Equal(2, rows.Count(r => r.Kind == RowKinds.Deadline && r.As<DeadlineFacts>().Key == d.Key)));
        Assert.Equal(
            disclosures.Count,
            (await stage.Practice.App.Disclosures.ListAsync(stage.Practice.Custodian, stage.Practice.Id, stage.Client, None))!.Count);
    }

    private static Task HandOverAsync(Stage stage) => stage.Practice.App.Relationships.HandOverAsync(
        stage.Practice.Custodian, stage.Practice.Id, PracticeUnderTest.Person(2), PracticeUnderTest.Person(3), None);

    private static async Task CheckHandedOverAsync(Stage stage)
    {
        var list = Operation.ListRecords;
        Assert.IsType<GateAnswer.Admitted>(await stage.Practice.AskAsync(stage.Practice.Caller(3, Roles.Clinician), list, stage.Client));
        Assert.IsType<GateAnswer.Refused>(await stage.Practice.AskAsync(stage.Practice.Caller(2, Roles.Clinician), list, stage.Client));
    }

    private static Task BreakGlassAsync(Stage stage) => stage.Practice.App.Glass.BreakAsync(
        stage.Practice.Custodian, stage.Practice.Id, stage.Client, PracticeUnderTest.Person(9), Purposes.BreakGlass, "client collapsed", None);

    /// <summary>Somebody is told of every grant there is.</summary>
    private static async Task CheckReviewableAsync(Stage stage)
    {
        var grants = stage.Practice.Rows.All(Table.Access).Count(r => r.Kind == RowKinds.Grant);
        Assert.InRange(grants, 1, 2);
        Assert.Equal(grants, (await stage.Practice.App.Glass.ListAsync(stage.Practice.Custodian, stage.Practice.Id, None)).Count);
    }

    private static Task PrepareFileAsync(Stage stage)
    {
        stage.File = stage.Practice.SendToInbox($"demo/{stage.Client}/client-record/notes.txt");
        return Task.CompletedTask;
    }

    private static Task PrepareStrayFileAsync(Stage stage)
    {
        stage.File = stage.Practice.SendToInbox($"demo/{ClientId.New()}/client-record/notes.txt");
        return Task.CompletedTask;
    }

    private static async Task PrepareQuarantinedAsync(Stage stage)
    {
        await PrepareStrayFileAsync(stage);
        await TakeAsync(stage);
    }

    /// <summary>As the queue function does it: announced files are looked at until the message succeeds.</summary>
    private static async Task TakeAsync(Stage stage)
    {
        var answer = await stage.Practice.TakeAsync(stage.File);
        stage.Record = answer is InboxAnswer.Received received ? received.Record : stage.Record;
    }

    private static async Task FileAsync(Stage stage)
    {
        var id = Assert.Single(stage.Practice.Rows.All(Table.Quarantine)).Key;
        Assert.True(QuarantineId.TryParse(id, out var file));
        Assert.True(RecordClass.TryParse("billing", out var recordClass));
        stage.Record = Assert.IsType<FilingAnswer.Filed>(await stage.Practice.App.Filing.FileAsync(
            stage.Practice.Custodian, stage.Practice.Id, file, stage.Client, recordClass, None)).Record;
    }

    private static async Task GrantAsync(Stage stage)
    {
        Assert.True(RecordClass.TryParse("recording", out var recordClass));
        Assert.NotNull(await stage.Practice.App.Grants.IssueAsync(
            stage.Practice.Custodian, stage.Practice.Id, stage.Client, recordClass, None));
    }

    private static async Task CheckReceivedAsync(Stage stage)
    {
        var row = Assert.Single(stage.Practice.Rows.All(Table.Clients), r => r.Kind == RowKinds.Record);
        stage.Record = RecordId.Parse(row.Key[Keys.Records.Length..]);
        Assert.Empty(stage.Practice.Rows.All(Table.Quarantine));
        Assert.Null(stage.Practice.Blobs.Content(Container.Inbox, stage.File));
        await ReadAsync(stage);
    }

    private static async Task CheckQuarantinedAsync(Stage stage)
    {
        Assert.DoesNotContain(stage.Practice.Rows.All(Table.Clients), r => r.Kind == RowKinds.Record);
        Assert.Single(stage.Practice.Rows.All(Table.Quarantine));
        Assert.Null(stage.Practice.Blobs.Content(Container.Inbox, stage.File));
        Assert.Single(await stage.Practice.App.Desk.ListAsync(stage.Practice.Id, None), a => a.Detection == "inbox-quarantined");
        await FileAsync(stage);
        await ReadAsync(stage);
    }

    private static async Task CheckFiledAsync(Stage stage)
    {
        Assert.Single(stage.Practice.Rows.All(Table.Clients), r => r.Kind == RowKinds.Record);
        var facts = Assert.Single(stage.Practice.Rows.All(Table.Quarantine)).As<QuarantineFacts>();
        Assert.Equal((stage.Record.ToString(), null), (facts.Record, facts.Slip));
        Assert.Null(stage.Practice.Blobs.Content(Container.Quarantine, $"demo/{ClientId.None}/{facts.SealedAs}"));
        await ReadAsync(stage);
    }

    /// <summary>Whatever leave was handed out, the log says which.</summary>
    private static Task CheckGrantedAsync(Stage stage)
    {
        var issued = stage.Practice.Entries().Where(e => e.Event.Details.Any(d => d.Key == "sas")).ToList();
        Assert.InRange(issued.Count, 1, 2);
        return Task.CompletedTask;
    }

    private static async Task CheckUploadAsync(Stage stage)
    {
        var rows = stage.Practice.Rows.All(Table.Clients).Where(r => r.Kind == RowKinds.Record).ToList();
        Assert.Equal(Keys.Record(stage.Record), Assert.Single(rows).Key);
        Assert.Contains(stage.Practice.DueRows, r => r.Key.EndsWith(stage.Record.ToString(), StringComparison.Ordinal));
        await ReadAsync(stage);
    }

    private static async Task ExportAsync(Stage stage)
    {
        var row = stage.Practice.Record(stage.Client, stage.Record)!;
        var who = stage.Practice.Custodian with { Record = stage.Record.ToString() };
        await stage.Practice.App.Export.SlipAsync(who, stage.Practice.Id, stage.Client, row, None);
        await using var content = await stage.Practice.App.Export.ContentAsync(who, stage.Practice.Id, stage.Client, row, None);
    }

    private static async Task RotateAsync(Stage stage)
    {
        await stage.Practice.App.Rotation.RequestAsync(stage.Practice.Custodian, stage.Practice.Id, None);
        Assert.Empty(await stage.Practice.DrainRotationsAsync());
    }

    private static async Task CheckRotatedAsync(Stage stage)
    {
        await stage.Practice.App.Rotation.RunAsync(KeyRotation.Everyone, None); // in vain: nothing is left under way
        Assert.Empty(stage.Practice.Queue.Messages(WorkQueues.Rotate));
        await Rotated.AssertAsync(stage.Practice, new("", "", default, RotationStep.InUse));
    }

    private static Task CheckAliveAsync(Stage stage) => ReadAsync(stage);

    private static async Task CheckHeldAsync(Stage stage)
    {
        Assert.IsType<Disposition.Held>(await stage.Practice.PurgeAsync(stage.Client, stage.Record));
        await ReadAsync(stage);
    }

    private static async Task CheckGoneAsync(Stage stage)
    {
        Assert.Equal(RowKinds.Tombstone, stage.Practice.Record(stage.Client, stage.Record)!.Kind);
        Assert.Null(await stage.Practice.ReadAsync(stage.Client, stage.Record));
    }

    private static Task CheckRefusalAsync(Stage stage)
    {
        var alert = AlertDesk.Read(Assert.Single(stage.Practice.Rows.All(Table.Alerts)));
        Assert.Equal(alert.Count, alert.Delivered);
        Assert.Contains(stage.Practice.Route.Delivered, n => n.AlertId == alert.Id && n.Count == alert.Count);
        Assert.DoesNotContain(stage.Practice.Unwraps, u => u.Key == PublicKeys.ContentKekOf(stage.Practice.Id));
        return Task.CompletedTask;
    }

    private static async Task CheckNoOrphanAsync(Stage stage)
    {
        var blobs = new List<string>();
        await foreach (var blob in stage.Practice.Blobs.ListAsync(Container.Records, "", None))
        {
            blobs.Add(blob.Name);
        }

        Assert.Equal([stage.Practice.Blob(stage.Client, stage.Record)], blobs);
        await ReadAsync(stage);
    }
}

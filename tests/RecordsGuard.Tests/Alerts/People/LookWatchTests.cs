using Microsoft.Extensions.Time.Testing;
using RecordsGuard.Alerts;
using RecordsGuard.Alerts.People;
using RecordsGuard.Alerts.Watching;
using RecordsGuard.Audit;
using RecordsGuard.Audit.Tree;
using RecordsGuard.Fakes;
using RecordsGuard.Records;
using RecordsGuard.Tests.Audit.Sequencing;

namespace RecordsGuard.Tests.Alerts.People;

/// <summary>What shows only over days: more than a person's own day, and series without explanation.</summary>
public sealed class LookWatchTests
{
    private const string Person = "feedfacefeedfacefeedfacefeedface";

    private static readonly CancellationToken None = CancellationToken.None;
    private static readonly Guid Tenant = new("aaaaaaaa-0000-4000-8000-000000000001");
    private static readonly Guid Oid = new("00000000-0000-4000-9000-000000000002");

    private readonly LogUnderTest log = new();
    private readonly InMemoryRecordStore rows = new();
    private readonly InMemoryWorkQueue queue;
    private readonly AuditLog audit;

    public LookWatchTests()
    {
        queue = new(Time);
        audit = new(log.Pending, Time);
        Insert(Keys.Practice, RowKinds.Practice, RowBody.Write(new PracticeFacts(Tenant, "America/Los_Angeles", 30, 25, "")));
        Insert(Keys.Person(Oid), RowKinds.Person, RowBody.Write(new PersonFacts("clinician-1", Person, false)));
    }

    private FakeTimeProvider Time => log.Time;

    [Fact]
    public async Task A_day_with_many_more_clients_than_the_persons_own_days_is_told_once_with_the_account()
    {
        for (var day = 0; day < 6; day++)
        {
            await ReadAsync(Person, 0, 8);
            Time.Advance(TimeSpan.FromDays(1));
        }

        await PassAsync();
        Assert.Empty(await AlertsAsync());
        await ReadAsync(Person, 0, 24); // three times the median, and no more
        await PassAsync();
        Assert.Empty(await AlertsAsync());
        await ReadAsync(Person, 24, 30);
        await PassAsync();
        await PassAsync();
        var alert = Assert.Single(await AlertsAsync());
        Assert.Equal(("unusual-volume", Severity.Medium, 1, $"{Tenant}|{Oid}"), (alert.Detection, alert.Severity, alert.Count, alert.Person));
        Assert.Single(alert.Evidence);
    }

    [Fact]
    public async Task The_same_clients_again_and_again_are_no_volume_and_a_busy_person_is_used_to_more()
    {
        for (var day = 0; day < 6; day++)
        {
            await ReadAsync(Person, 0, 30);
            Time.Advance(TimeSpan.FromDays(1));
        }

        await ReadAsync(Person, 0, 80);
        for (var i = 0; i < 5; i++)
        {
            await ReadAsync(Person, 0, 10);
        }

        await PassAsync();
        Assert.Empty(await AlertsAsync());
    }

    [Fact]
    public async Task Somebody_new_has_a_limit_of_their_own()
    {
        await ReadAsync(Person, 0, 40);
        await PassAsync();
        Assert.Empty(await AlertsAsync());
        await ReadAsync(Person, 40, 41);
        await PassAsync();
        Assert.Equal("unusual-volume", Assert.Single(await AlertsAsync()).Detection);
    }

    [Fact]
    public async Task One_client_a_day_without_explanation_becomes_a_series_and_what_is_explained_does_not()
    {
        for (var day = 0; day < 10; day++)
        {
            Assert.Empty(await AlertsAsync());
            await ReadAsync(Person, day, day + 1, unexplained: 1);
            await ReadAsync(Person, 100 + day, 101 + day);
            await PassAsync();
            Time.Advance(TimeSpan.FromDays(1));
        }

        Assert.Equal("serial-look-ups", Assert.Single(await AlertsAsync()).Detection);
        Assert.Equal([(Person, 10)], (await Watch(rows).RankAsync(PracticeId.Parse("demo"), None)).Select(r => (r.Key, r.Value)));
        Time.Advance(TimeSpan.FromDays(60));
        Assert.Equal([(Person, 0)], (await Watch(rows).RankAsync(PracticeId.Parse("demo"), None)).Select(r => (r.Key, r.Value)));
    }

    [Fact]
    public async Task A_series_that_is_spread_over_months_or_is_one_client_only_is_none()
    {
        for (var week = 0; week < 20; week++)
        {
            await ReadAsync(Person, week, week + 1, unexplained: 2);
            await ReadAsync(Person, 500, 501, unexplained: 1);
            await PassAsync();
            Time.Advance(TimeSpan.FromDays(8));
        }

        Assert.Empty(await AlertsAsync());
    }

    [Fact]
    public async Task Refusals_for_want_of_a_relationship_count_as_looks_that_did_not_succeed()
    {
        for (var i = 0; i < 10; i++)
        {
            await audit.AppendAsync(Event(AuditKind.Refused, Person, i, new KeyValuePair<string, string>("because", "NoRelationship")));
            await audit.AppendAsync(Event(AuditKind.Refused, "another", i, new KeyValuePair<string, string>("because", "Purpose")));
        }

        await PassAsync();
        Assert.Equal([("serial-look-ups", $"{Tenant}|{Oid}")], (await AlertsAsync()).Select(a => (a.Detection, a.Person!)));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Killed_at_any_call_and_started_again_it_tells_the_same_once(bool persisted)
    {
        for (var calls = 1; ; calls++)
        {
            var test = new LookWatchTests();
            for (var i = 0; i < 10; i++)
            {
                await test.ReadAsync(Person, i, i + 1, unexplained: 1);
            }

            await test.ReadAsync(Person, 50, 85);
            await test.SequenceAsync();
            var faults = new Faults();
            faults.Arm(new(calls, persisted ? FaultKind.KillAfter : FaultKind.KillBefore));
            try
            {
                await test.Watch(faults.Wrap(test.rows)).LookAsync(None);
            }
            catch (ProcessKilledException)
            {
                // Started again below.
            }

            await test.PassAsync();
            var alerts = await test.AlertsAsync();
            Assert.Equal([("serial-look-ups", 1), ("unusual-volume", 1)], alerts.Select(a => (a.Detection, a.Count)).Order());
            if (!faults.Happened)
            {
                Assert.True(calls > 5, "It makes hardly a call.");
                return;
            }
        }
    }

    [Fact]
    public async Task Two_at_once_tell_it_once()
    {
        await ReadAsync(Person, 0, 45);
        await SequenceAsync();
        await Task.WhenAll(Watch(rows).LookAsync(None), Watch(rows).LookAsync(None), Watch(rows).LookAsync(None));
        await PassAsync();
        Assert.Equal(1, Assert.Single(await AlertsAsync()).Count);
    }

    [Fact]
    public async Task However_much_a_person_does_their_row_stays_small()
    {
        for (var i = 0; i < 600; i++)
        {
            await ReadAsync(Person, i, i + 1, unexplained: 9);
        }

        await PassAsync();
        Assert.All(rows.All(Table.Alerts).Where(r => r.Kind == RowKinds.Looks), r => Assert.True(r.Body.Length < Row.MaxBody, $"{r.Body.Length}"));
    }

    [Fact]
    public async Task The_first_look_begins_weeks_back_and_not_at_the_logs_beginning()
    {
        await ReadAsync(Person, 0, 600);
        await SequenceAsync();
        Time.Advance(TimeSpan.FromDays(200));
        await ReadAsync(Person, 0, 300);
        Time.Advance(TimeSpan.FromDays(1));
        await PassAsync();
        Assert.Equal(1, Assert.Single(await AlertsAsync()).Count);
        Assert.Contains("2026-09-18", (await AlertsAsync())[0].Because, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_bundle_that_was_cut_after_an_entry_is_a_broken_log_and_no_look_without_end()
    {
        await ReadAsync(Person, 0, 3);
        await SequenceAsync();
        var bundle = Assert.Single(log.Tree.Names(TreePart.Tiles), n => n.Contains("/entries/", StringComparison.Ordinal));
        var whole = (await log.Tree.ReadAsync(TreePart.Tiles, bundle, None))!.Bytes;
        log.Tree.Tamper(TreePart.Tiles, bundle, EntryBundle.Write([.. EntryBundle.Read(whole).Take(2)]));

        await Assert.ThrowsAsync<LogBrokenException>(() => new RecentEntries(log.Reader, Time).RefreshAsync(None));
        await Watch(rows).LookAsync(None);
        Assert.Empty(rows.All(Table.Alerts)); // nothing is taken for looked at

        log.Tree.Tamper(TreePart.Tiles, bundle, whole);
        await Watch(rows).LookAsync(None);
        Assert.NotEmpty(rows.All(Table.Alerts));
    }

    private static AuditEvent Event(AuditKind kind, string person, int client, params KeyValuePair<string, string>[] details) =>
        new(kind, "read-content", "demo", person, $"{client * 7919L:x16}0000000000000000", "", details);

    private async Task ReadAsync(string person, int from, int to, int unexplained = 0)
    {
        for (var client = from; client < to; client++)
        {
            await audit.AppendAsync(unexplained == 0
                ? Event(AuditKind.Read, person, client + 1)
                : Event(AuditKind.Read, person, client + 1, new KeyValuePair<string, string>("unexplained", $"{unexplained}")));
        }
    }

    private LookWatch Watch(IRecordStore store) => new(store, log.Reader, new(store, new AuditLog(log.Pending, Time), queue, Time), new(), Time);

    private Task SequenceAsync() => log.RunAsync(log.NewSequencer());

    private async Task PassAsync()
    {
        await SequenceAsync();
        await Watch(rows).LookAsync(None);
    }

    private Task<IReadOnlyList<Alert>> AlertsAsync() =>
        new AlertDesk(rows, audit, queue, Time).ListAsync(PracticeId.Parse("demo"), None);

    private void Insert(string key, string kind, string body) =>
        rows.CommitAsync(Table.Practices, "demo", [new RowChange.Insert(Row.New("demo", key, kind, body))], None).GetAwaiter().GetResult();
}

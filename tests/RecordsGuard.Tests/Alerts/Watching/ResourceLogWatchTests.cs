using System.Text;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Time.Testing;
using RecordsGuard.Alerts;
using RecordsGuard.Alerts.Detections;
using RecordsGuard.Alerts.Watching;
using RecordsGuard.App;
using RecordsGuard.Audit;
using RecordsGuard.Fakes;
using RecordsGuard.Records;
using RecordsGuard.Tests.Audit.Sequencing;
using static RecordsGuard.Tests.Alerts.Detections.Evaluated;

namespace RecordsGuard.Tests.Alerts.Watching;

/// <summary>Azure's logs as they come: late, cut anywhere, twice, in the wrong hour; and the process that dies.</summary>
public sealed class ResourceLogWatchTests
{
    private const string Account = "/subscriptions/s/resourceGroups/g/providers/Microsoft.Storage/storageAccounts/strecords/blobServices/default";
    private const string Vault = "/SUBSCRIPTIONS/S/PROVIDERS/MICROSOFT.KEYVAULT/VAULTS/KV";

    private readonly LogUnderTest log = new();
    private readonly InMemoryResourceLogs logs = new();
    private readonly InMemoryRecordStore rows = new();
    private readonly InMemoryWorkQueue queue;
    private ResourceLogWatch watch;

    public ResourceLogWatchTests()
    {
        queue = new(log.Time);
        watch = NewWatch();
    }

    private FakeTimeProvider Time => log.Time;

    private DateTimeOffset Now => Time.GetUtcNow();

    [Fact]
    public async Task A_stranger_s_touch_is_told_at_once_and_once_however_often_the_log_is_looked_at()
    {
        Add("storageread", Blob(who: "stranger", time: At(Now)));
        await LookAsync();
        await LookAsync();
        watch = NewWatch();
        await LookAsync();

        var alert = Assert.Single(await AlertsAsync("demo"));
        Assert.Equal(("storage-read", Severity.Critical, "stranger", "r1", 1), (alert.Detection, alert.Severity, alert.Person, alert.Record, alert.Count));
        Assert.Contains("strecords/records/demo/c1/r1", alert.Because, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_line_cut_at_any_byte_is_told_when_the_rest_has_come()
    {
        var line = Encoding.UTF8.GetBytes(Blob(who: "stranger", path: "/strecords/records/demo/c1/Gärtnerstraße", time: At(Now)));
        for (var cut = 0; cut < line.Length - 1; cut += 7)
        {
            var test = new ResourceLogWatchTests();
            test.logs.Append("storageread", Account, test.Now, line.AsSpan(0, cut));
            await test.LookAsync();
            Assert.Empty(await test.AlertsAsync("demo"));
            test.logs.Append("storageread", Account, test.Now, line.AsSpan(cut));
            await test.LookAsync();
            Assert.Equal("Gärtnerstraße", Assert.Single(await test.AlertsAsync("demo")).Record);
        }
    }

    [Fact]
    public async Task What_comes_late_into_an_earlier_hour_and_what_comes_twice_is_told_once()
    {
        var line = Blob(who: "stranger", time: At(Now));
        logs.Append("storageread", Account, Now, "");
        Time.Advance(TimeSpan.FromHours(1));
        Add("storageread", Blob(who: "other", time: At(Now)));
        await LookAsync();
        logs.Append("storageread", Account, Now.AddHours(-1), line.TrimEnd());
        await LookAsync();
        Add("storageread", line);
        await LookAsync();
        Assert.Equal(["other", "stranger"], (await AlertsAsync("demo")).Select(a => a.Person).Order());
        Assert.All(await AlertsAsync("demo"), a => Assert.Equal(1, a.Count));
    }

    [Fact]
    public async Task Who_dies_after_any_store_call_tells_it_all_the_same_and_no_line_is_passed_over()
    {
        for (var calls = 0; calls < 24; calls++)
        {
            foreach (var persisted in new[] { false, true })
            {
                var test = new ResourceLogWatchTests();
                test.Add("storageread", Blob(who: "stranger", time: At(test.Now)) + Blob(who: "other", time: At(test.Now)));
                var dying = new ResourceLogWatch(
                    test.logs, new DyingStore(test.rows, calls, persisted), test.log.Reader, test.Desk(new DyingStore(test.rows, calls, persisted)), Known(), test.Time);
                try
                {
                    await dying.LookAsync(CancellationToken.None);
                }
                catch (StoreUnavailableException)
                {
                    await test.LookAsync();
                }

                var alerts = await test.AlertsAsync("demo");
                Assert.Equal(["other", "stranger"], alerts.Select(a => a.Person).Order());
                Assert.All(alerts, a => Assert.Equal(1, a.Count));
            }
        }
    }

    /// <summary>Who asks, for what, is in their hands: with '+', six characters each in a row's JSON.</summary>
    [Fact]
    public async Task Lines_however_long_do_not_keep_an_alert_from_being_stored()
    {
        var (who, path) = (new string('+', 9000), new string('+', 9000));
        Add("storageread", string.Concat(Enumerable.Range(0, 60).Select(n => Blob(who: who, path: $"/strecords/records/demo/c1/r{n}{path}", time: At(Now)))));
        await LookAsync();
        await LookAsync();

        var alert = (await AlertsAsync("demo")).Single(a => a.Detection == "storage-read");
        Assert.Equal(60, alert.Count);
        Assert.EndsWith(", line 60)", alert.Because, StringComparison.Ordinal);
        Assert.Equal((char)0x2026, alert.Person![^1]);
        Assert.NotEmpty(alert.Before!);
    }

    /// <summary>The watch reads many lines in one turn: one that it cannot take must not cost the others, now or at the next look.</summary>
    [Theory]
    [InlineData("\"\"")]
    [InlineData("null")]
    [InlineData("-1")]
    [InlineData("1e400")]
    [InlineData("99999999999999999999")]
    [InlineData("[[[[]]]]")]
    [InlineData("{\"type\":{\"objectId\":[]}}")]
    [InlineData("\"0001-01-01T00:00:00+14:00\"")]
    [InlineData("\"9999-12-31T23:59:59.9999999-14:00\"")]
    [InlineData("\"\\u0000\\ud800\"")]
    [InlineData("\"//:///?/\"")]
    [InlineData("\"::ffff:999.1.1.1/129\"")]
    [InlineData("\"none\"")]
    [InlineData("\"very long\"")]
    public async Task Whatever_stands_in_one_field_of_a_line_the_next_line_is_told(string hostile)
    {
        string[] lines = [Blob(who: "thief", time: At(Now)), Blob(time: At(Now), request: Guid.NewGuid().ToString()), Key(time: At(Now)), Change("Microsoft.Storage/storageAccounts/delete")];
        foreach (var (line, n) in lines.SelectMany(l => Twisted(l, hostile)).Select((l, n) => (l, n)))
        {
            Add(n % 2 == 0 ? "storageread" : "auditevent", line);
        }

        Add("storageread", Blob(who: "stranger", time: At(Now)));
        Add("auditevent", Key(who: "stranger", time: At(Now)));
        for (var look = 0; look < 3; look++)
        {
            await LookAsync();
            Time.Advance(TimeSpan.FromMinutes(16));
        }

        Assert.Equal(2, (await AlertsAsync("demo")).Where(a => a.Person == "stranger").Select(a => a.Detection).Distinct().Count());

        static IEnumerable<string> Twisted(string line, string value)
        {
            foreach (var path in Leaves(JsonNode.Parse(line)!).Select(l => l.GetPath()).ToList())
            {
                var twisted = JsonNode.Parse(line)!;
                Leaves(twisted).Single(l => l.GetPath() == path).ReplaceWith(JsonValue.Create("@"));
                yield return twisted.ToJsonString().Replace("\"@\"", value.Replace("very long", new('+', 100_000), StringComparison.Ordinal), StringComparison.Ordinal) + "\n";
            }
        }

        static IEnumerable<JsonNode> Leaves(JsonNode node) => node is JsonObject all ? all.Where(p => p.Value is not null).SelectMany(p => Leaves(p.Value!)) : [node];
    }

    [Fact]
    public async Task A_thief_s_lines_however_many_are_one_alert_that_counts_them_told_at_once()
    {
        const int Lines = 5000;
        Add("storageread", Stolen(0, Lines));

        // It dies after the alert is stored and before it is noted how far the lines were read: they come again, with one more.
        var died = 0;
        for (var calls = 0; (await AlertsAsync("demo")).Count == 0; calls++, died++)
        {
            Assert.True(calls < 24);
            var dying = new DyingStore(rows, calls, persisted: true);
            await Assert.ThrowsAsync<StoreUnavailableException>(() =>
                new ResourceLogWatch(logs, dying, log.Reader, Desk(dying), Known(), Time).LookAsync(CancellationToken.None));
        }

        Assert.Equal(Lines, (await AlertsAsync("demo")).Single(a => a.Detection == "storage-read").Count);
        var twice = Stolen(Lines, 1);
        Add("storageread", twice + twice);
        await LookAsync();
        await LookAsync();

        Assert.Equal(["storage-mass-read", "storage-read"], (await AlertsAsync("demo")).Select(a => a.Detection).Order());
        var alert = (await AlertsAsync("demo")).Single(a => a.Detection == "storage-read");
        Assert.Equal(Lines + 1, alert.Count);
        Assert.Equal(Alert.MaxEvidence, alert.Evidence.Distinct().Count());
        Assert.Equal($"r{Lines}", alert.Record);
        Assert.Equal(["r0", .. Enumerable.Range(Lines - Sighting.Most + 1, Sighting.Most - 1).Select(n => $"r{n}")], alert.Before!.Select(b => b.Record));
        Assert.InRange(queue.Messages(WorkQueues.Alerts).Count, 2, died + 3);

        string Stolen(int from, int count) => string.Concat(Enumerable.Range(from, count)
            .Select(n => Blob(who: "stranger", path: $"/strecords/records/demo/c1/r{n}", time: At(Now))));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(1500)]
    [InlineData(4000)]
    public async Task A_flood_is_looked_at_bit_by_bit_and_each_line_of_it_is_told_once(long most)
    {
        Add("storageread", string.Concat(Enumerable.Range(0, 20).Select(n => Blob(who: $"stranger-{n}", time: At(Now)))));
        Add("storageread", string.Concat(Enumerable.Range(0, 20).Select(n => Blob(request: Guid.NewGuid().ToString(), path: $"/strecords/records/demo/c1/r{n}", time: At(Now)))));
        Time.Advance(TimeSpan.FromMinutes(20)); // no entry comes for them any more
        watch = new(logs, rows, log.Reader, Desk(rows), Known(), Time) { MostAtOnce = most };
        await LookAsync();
        await LookAsync();

        var alerts = await AlertsAsync("demo");
        Assert.Equal(
            Enumerable.Range(0, 20).Select(n => $"stranger-{n}").Order(),
            alerts.Where(a => a.Detection == "storage-read").Select(a => a.Person).Order());
        Assert.All(alerts.Where(a => a.Detection == "storage-read"), a => Assert.Equal(1, a.Count));
        Assert.Equal(20, Assert.Single(alerts, a => a.Detection == LogDetections.EntryMissing.Id).Count);
    }

    [Fact]
    public async Task Who_dies_in_a_flood_has_told_what_came_before_and_noted_how_far()
    {
        Add("storageread", string.Concat(Enumerable.Range(0, 20).Select(n => Blob(who: $"stranger-{n}", time: At(Now)))));
        var dying = new DyingStore(rows, 60, persisted: true);
        var first = new ResourceLogWatch(logs, dying, log.Reader, Desk(dying), Known(), Time) { MostAtOnce = 1500 };
        await Assert.ThrowsAsync<StoreUnavailableException>(() => first.LookAsync(CancellationToken.None));

        Assert.InRange((await AlertsAsync("demo")).Count, 1, 19);
        var file = await logs.ListAsync("storageread", Now, CancellationToken.None).FirstAsync(TestContext.Current.CancellationToken);
        Assert.InRange((await LogCursors.ReadAsync(rows, "storageread", CancellationToken.None)).Of(file.Name).Told, 1, file.Length - 1);
        await LookAsync();
        Assert.Equal(20, (await AlertsAsync("demo")).Count);
        Assert.All(await AlertsAsync("demo"), a => Assert.Equal(1, a.Count));
    }

    [Fact]
    public async Task A_read_of_ours_is_quiet_when_its_entry_is_in_the_log_also_if_the_entry_comes_after_the_line()
    {
        using var audit = new AuditLog(log.Pending, Time);
        var id = await audit.AppendAsync(Read("r1"));
        Add("storageread", Blob(request: id.ToString(), time: At(Now)));
        Add("auditevent", Key(request: id.ToString(), time: At(Now)), Vault);
        await LookAsync(); // the log is not sequenced yet
        Time.Advance(TimeSpan.FromMinutes(2));
        await audit.AppendAsync(Read("r2"));
        await SequenceAsync();
        await LookAsync();
        Time.Advance(TimeSpan.FromHours(1));
        await LookAsync();
        Assert.Empty(await AlertsAsync("demo"));
    }

    [Theory]
    [InlineData("storageread", "audit-entry-missing")]
    [InlineData("auditevent", "audit-entry-missing")]
    public async Task A_read_of_ours_without_an_entry_is_told_when_the_log_has_gone_on_or_the_window_has_passed(string category, string detection)
    {
        foreach (var goesOn in new[] { true, false })
        {
            var test = new ResourceLogWatchTests();
            using var audit = new AuditLog(test.log.Pending, test.Time);
            var request = Guid.NewGuid().ToString();
            test.Add(category, category == "auditevent" ? Key(request: request, time: At(test.Now)) : Blob(request: request, time: At(test.Now)));
            await test.LookAsync();
            Assert.Empty(await test.AlertsAsync("demo"));
            test.Time.Advance(goesOn ? TimeSpan.FromMinutes(1) : TimeSpan.FromMinutes(16));
            if (goesOn)
            {
                await audit.AppendAsync(Read("r2"));
                await test.SequenceAsync();
            }

            await test.LookAsync();
            await test.LookAsync();
            Assert.Equal([detection], (await test.AlertsAsync("demo")).Select(a => a.Detection));
        }
    }

    [Fact]
    public async Task An_entry_used_again_is_told_also_by_a_process_that_did_not_see_the_first()
    {
        using var audit = new AuditLog(log.Pending, Time);
        var id = await audit.AppendAsync(Read("r1"));
        var line = Key(request: id.ToString(), time: At(Now));
        Add("auditevent", line, Vault);
        await PassAsync(audit);
        watch = NewWatch();
        Add("auditevent", line, Vault);
        await PassAsync(audit);
        Assert.Empty(await AlertsAsync("demo")); // the same line twice
        watch = NewWatch();
        Add("auditevent", Key(request: id.ToString(), time: At(Now)), Vault);
        await PassAsync(audit);
        Assert.Equal(["audit-entry-repeated"], (await AlertsAsync("demo")).Select(a => a.Detection));
    }

    [Fact]
    public async Task A_change_waits_for_its_other_entry()
    {
        const string weak = """{"properties":{"allowSharedKeyAccess":true}}""";
        Add("activity", Change("Microsoft.Storage/storageAccounts/write", weak, "Start").Replace("2026-03-02T10:00:00Z", At(Now)));
        await LookAsync();
        Time.Advance(TimeSpan.FromMinutes(3));
        Add("activity", Change("Microsoft.Storage/storageAccounts/write", null, "Failed").Replace("2026-03-02T10:00:00Z", At(Now)));
        Time.Advance(TimeSpan.FromMinutes(6));
        await LookAsync();
        Assert.Empty(await AlertsAsync("none"));
        Add("activity", Change("Microsoft.Storage/storageAccounts/write", weak, correlation: "c-2").Replace("2026-03-02T10:00:00Z", At(Now)));
        Time.Advance(TimeSpan.FromMinutes(6));
        await LookAsync();
        Assert.Equal(["storage-shared-key-on"], (await AlertsAsync("none")).Select(a => a.Detection));
    }

    [Fact]
    public async Task A_canary_that_a_log_does_not_tell_of_is_an_evidence_gap_with_how_long_nobody_sees()
    {
        using var audit = new AuditLog(log.Pending, Time);
        Add("auditevent", Key(request: (await audit.AppendAsync(Read("r1"))).ToString(), time: At(Now)), Vault);
        Time.Advance(TimeSpan.FromMinutes(10));
        var canary = (await audit.AppendAsync(new(AuditKind.HouseKeeping, Canary.Operation, "demo", "", "", "r1", []))).ToString();
        Add("storageread", Blob(request: canary, time: At(Now)));
        await PassAsync(audit);
        Assert.Empty(await AlertsAsync("none"));
        Time.Advance(TimeSpan.FromHours(1));
        await PassAsync(audit);
        await LookAsync();
        var gap = Assert.Single(await AlertsAsync("none"));
        Assert.Equal(("evidence-gap-auditevent", Severity.Critical, 1), (gap.Detection, gap.Severity, gap.Count));
        Assert.Contains("its last line is of 2026-03-02 18:00 UTC", gap.Because, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_canary_is_for_storage_and_vault_a_read_like_any_other()
    {
        var practice = await Retention.PracticeUnderTest.OpenAsync();
        var canary = new Canary(practice.Rows, practice.Blobs, practice.Vault, practice.App.Keys, practice.App.Audit);
        Assert.Null(await canary.SingAsync(CancellationToken.None));
        var client = await practice.RegisterAsync();
        await practice.UploadAsync(client);
        var before = practice.Log.All.Count;
        var entry = await canary.SingAsync(CancellationToken.None);
        Assert.NotNull(entry);
        Assert.Equal(before + 1, practice.Log.All.Count);
    }

    [Fact]
    public async Task Who_says_nothing_about_identities_is_told_that_nobody_looks()
    {
        await new ResourceLogWatch(logs, rows, log.Reader, Desk(rows), null, Time).LookAsync(CancellationToken.None);
        Assert.Equal(["log-policy-missing"], (await AlertsAsync("none")).Select(a => a.Detection));
    }

    [Fact]
    public void The_leaves_are_those_of_the_duties() =>
        Assert.Equal(Enum.GetValues<Duty>().Select(Duties.Name).Order(), DutyLeaves.Duties.Order());

    private static LogPolicy Known() => DutyLeaves.Policy(new Dictionary<string, string> { ["access"] = OurId }, [], [], ["10.0.0.0/8"]);

    private static string At(DateTimeOffset time) => time.UtcDateTime.ToString("O");

    private static AuditEvent Read(string record) => new(AuditKind.Read, "read-content", "demo", "p", "c", record, []);

    private ResourceLogWatch NewWatch() => new(logs, rows, log.Reader, Desk(rows), Known(), Time);

    private AlertDesk Desk(IRecordStore store) => new(store, new AuditLog(log.Pending, Time), queue, Time);

    private void Add(string category, string lines, string resource = Account) =>
        logs.Append(category, resource, Now, Encoding.UTF8.GetBytes(lines));

    private Task LookAsync() => watch.LookAsync(CancellationToken.None);

    private Task SequenceAsync() => log.RunAsync(log.NewSequencer());

    private async Task PassAsync(AuditLog audit)
    {
        Time.Advance(TimeSpan.FromMinutes(2));
        await audit.AppendAsync(Read("another"));
        await SequenceAsync();
        await LookAsync();
    }

    private Task<IReadOnlyList<Alert>> AlertsAsync(string practice) =>
        Desk(rows).ListAsync(practice == "none" ? PracticeId.None : PracticeId.Parse(practice), CancellationToken.None);

    /// <summary>Dies at its n-th call, before or after it was carried out.</summary>
    private sealed class DyingStore(IRecordStore inner, int calls, bool persisted) : IRecordStore
    {
        private int left = calls;

        public async Task<Row?> ReadAsync(Table table, string partition, string key, CancellationToken cancel)
        {
            Die();
            return await inner.ReadAsync(table, partition, key, cancel);
        }

        public IAsyncEnumerable<Row> ListAsync(Table table, string partition, string prefix, CancellationToken cancel) =>
            inner.ListAsync(table, partition, prefix, cancel);

        public IAsyncEnumerable<Row> ScanAsync(Table table, string from, string to, CancellationToken cancel) =>
            inner.ScanAsync(table, from, to, cancel);

        public async Task<Commit> CommitAsync(Table table, string partition, IReadOnlyList<RowChange> changes, CancellationToken cancel)
        {
            if (!persisted)
            {
                Die();
            }

            var commit = await inner.CommitAsync(table, partition, changes, cancel);
            if (persisted)
            {
                Die();
            }

            return commit;
        }

        private void Die()
        {
            if (left-- <= 0)
            {
                throw new StoreUnavailableException("dead");
            }
        }
    }
}

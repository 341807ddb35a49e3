using RecordsGuard.Audit;
using static RecordsGuard.Tests.Alerts.Detections.Evaluated;

namespace RecordsGuard.Tests.Alerts.Detections;

/// <summary>What our identity reads and unwraps must be explained by one audit entry each.</summary>
public sealed class AuditJoinTests
{
    [Fact]
    public async Task A_read_and_its_unwraps_are_explained_by_their_entry()
    {
        var entry = Entry();
        var id = entry.Id.ToString();
        var log = Key(request: id) + Key(key: "demo-index", request: id) + Blob(request: id.ToUpperInvariant());
        Assert.Empty((await WithPolicyAsync(log, entry)).Alerts);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("not-an-id")]
    [InlineData("7f3f1c52-0000-4000-8000-000000000000")]
    public async Task One_without_an_entry_is_critical_even_once(string? request)
    {
        foreach (var line in new[] { Blob(request: request), Blob(status: 206, request: request), Key(request: request) })
        {
            var alert = Assert.Single((await WithPolicyAsync(line, Entry())).Alerts);
            Assert.Equal(("audit-entry-missing", "critical"), (alert.Id, alert.Severity));
        }
    }

    [Fact]
    public async Task An_entry_of_another_record_practice_act_or_time_does_not_explain_it()
    {
        var log = (AuditEntry e, bool key) => key ? Key(request: e.Id.ToString()) : Blob(request: e.Id.ToString());
        foreach (var (entry, key) in new[]
        {
            (Entry(record: "r2"), false), (Entry(practice: "other"), false), (Entry(practice: "other"), true), (Entry(AuditKind.Refused), true),
            (Entry(AuditKind.Listed), true), (Entry(AuditKind.Listed), false), (Entry(AuditKind.ChangeDone), true),
            (Entry(time: "2026-03-02T10:06:00Z"), true), (Entry(time: "2026-03-02T09:00:00Z"), true), (Entry(time: "2026-03-02T07:00:00Z"), false),
        })
        {
            Assert.Equal(["audit-entry-unfit"], (await WithPolicyAsync(log(entry, key), entry)).Ids);
        }

        foreach (var (entry, key) in new[]
        {
            (Entry(AuditKind.HouseKeeping), true), (Entry(time: "2026-03-02T10:04:00Z"), true), (Entry(time: "2026-03-02T08:00:00Z"), false),
        })
        {
            Assert.Empty((await WithPolicyAsync(log(entry, key), entry)).Alerts);
        }
    }

    [Fact]
    public async Task An_index_key_may_be_opened_for_a_list_or_a_change()
    {
        var (listed, changed) = (Entry(AuditKind.Listed, record: ""), Entry(AuditKind.ChangeIntended, record: ""));
        var log = Key(key: "demo-index", request: listed.Id.ToString()) + Key(key: "demo-index", request: changed.Id.ToString());
        Assert.Empty((await WithPolicyAsync(log, listed, changed)).Alerts);
    }

    [Fact]
    public async Task An_entry_explains_one_act_of_a_kind_and_a_second_is_critical_wherever_it_stands()
    {
        var entry = Entry();
        var id = entry.Id.ToString();
        var late = Blob(request: id, time: "2026-03-02T10:00:30Z");
        var twice = await WithPolicyAsync(late + Blob(request: id) + Key(request: id) + Key(request: id), entry);
        Assert.Equal(["audit-entry-repeated", "audit-entry-repeated"], twice.Ids);
        Assert.Contains(twice.Alerts, a => a.Time == DateTimeOffset.Parse("2026-03-02T10:00:30Z"));
        Assert.Empty((await WithPolicyAsync(late + late, entry)).Alerts); // one line, delivered twice
    }

    [Fact]
    public async Task A_download_that_was_broken_off_may_go_on_under_its_entry()
    {
        var entry = Entry();
        var id = entry.Id.ToString();
        Assert.Empty((await WithPolicyAsync(Blob(status: 206, request: id, text: "NetworkError") + Blob(status: 206, request: id), entry)).Alerts);
    }

    [Fact]
    public async Task What_needs_no_entry_by_policy_is_not_asked_for_one() =>
        Assert.Empty((await WithPolicyAsync(Blob(path: "/stpackages/app.zip"), Entry())).Alerts);

    [Fact]
    public async Task A_signature_that_the_log_says_we_issued_is_known_for_its_blob_and_time_only()
    {
        var hash = new string('A', 64);
        KeyValuePair<string, string>[] details =
        [
            new("inbox", "demo/c1/note/u1"), new("from", "2026-03-02T09:55:00Z"), new("until", "2026-03-02T10:55:00Z"), new("sas", hash),
        ];
        var grant = Entry(AuditKind.ChangeDone, details: details);
        string Upload(string path, string time, string operation = "PutBlob") =>
            Blob(operation, 201, path: path, time: time, category: "StorageWrite", identity: "DelegationSas", token: $"SasSignature({hash})");
        Assert.Empty((await WithPolicyAsync(Upload("/stinbox/inbox/demo/c1/note/u1", "2026-03-02T10:00:00Z"), grant)).Alerts);
        foreach (var wrong in new[]
        {
            Upload("/stinbox/inbox/demo/c1/note/u2", "2026-03-02T10:00:00Z"), Upload("/stinbox/inbox/demo/c1/note/u1", "2026-03-02T11:10:00Z"),
            Upload("/stinbox/inbox/demo/c1/note/u1", "2026-03-02T10:00:00Z", "GetBlob"),
        })
        {
            Assert.Equal(["storage-sas"], (await WithPolicyAsync(wrong, grant)).Ids);
        }
    }
}

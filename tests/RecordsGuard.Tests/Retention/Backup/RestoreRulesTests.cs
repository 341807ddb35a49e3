using RecordsGuard.Audit;
using RecordsGuard.Records;
using RecordsGuard.Retention.Backup;

namespace RecordsGuard.Tests.Retention.Backup;

/// <summary>Each kind of row, with what the log may say of it since the night.</summary>
public sealed class RestoreRulesTests
{
    private const string Client = "c-0123456789abcdef0123456789abcdef";
    private const string Record = "r-0123456789abcdef0123456789abcdef";
    private const string Person = "00000000-0000-4000-9000-000000000002";

    private static readonly DateTimeOffset Now = new(2026, 3, 2, 18, 0, 0, TimeSpan.Zero);
    private static readonly DateOnly Day = new(2026, 3, 2);

    private readonly LoggedChanges log = new(_ => true);

    public static TheoryData<string, string> WhatComesBack => new()
    {
        { "consent", "gone not-restored" },
        { "grant", "gone not-restored" },
        { "relationship", "gone not-restored" },
        { "disclosure", "next older" },
        { "request", "next older" },
        { "notice", "next older" },
        { "extension", "next older" },
        { "hold", "next older" },
        { "never", "next stand-in" },
        { "approval", "next withdrawn" },
        { "deadline", "next older" },
        { "quarantined", "gone not-restored" },
        { "incident", "next older" },
        { "tombstone", "next" },
        { "record", "next" },
    };

    [Theory]
    [MemberData(nameof(WhatComesBack))]
    public void Of_each_kind_comes_back_what_may_after_it_was_changed_since(string kind, string expected)
    {
        var (table, row) = Of(kind);
        Say(table, row.Next("{}"), "some-operation", done: true);
        Assert.Equal(expected, Words(Decide(table, row)));
    }

    [Theory]
    [MemberData(nameof(WhatComesBack))]
    public void Of_each_kind_the_logs_last_word_comes_back_as_it_was_but_no_approval(string kind, string changed)
    {
        Assert.NotEmpty(changed);
        var (table, row) = Of(kind);
        Say(table, row, "some-operation", done: true);
        Say(table, row.Next("{}"), "some-operation", done: false); // it lost its commit
        var verdict = Decide(table, row);
        Assert.Equal(kind == "approval" ? "next withdrawn" : "whole", Words(verdict));
        Assert.True(verdict is not Verdict.Whole whole || whole.Row == row);
    }

    [Theory]
    [InlineData("hold", "next stand-in")]
    [InlineData("never", "next stand-in")]
    [InlineData("approval", "next withdrawn")]
    [InlineData("relationship", "gone not-restored")]
    [InlineData("extension", "gone not-restored")]
    [InlineData("disclosure", "gone not-restored")]
    [InlineData("deadline", "gone")]
    public void Of_what_no_backup_has_only_what_protects_is_put_there(string kind, string expected)
    {
        var (table, row) = Of(kind);
        Say(table, row, "some-operation", done: true);
        Assert.Equal(expected, Words(new RestoreRules(log, Now).Of(table, row.Partition, row.Key, null, new Dictionary<string, Row>())));
    }

    [Fact]
    public void A_disclosure_that_changed_since_releases_nothing_more()
    {
        var (table, row) = Of("disclosure");
        Say(table, row.Next("{}"), "some-operation", done: true);
        var back = Assert.IsType<Verdict.Next>(Decide(table, row));
        Assert.Equal((Now, 3), (back.Row.As<DisclosureFacts>().Until, back.Row.Version));
    }

    [Fact]
    public void A_never_that_was_withdrawn_once_and_said_again_since_holds()
    {
        var (table, row) = Of("never");
        Say(table, row.Next("{}"), "mark-never", done: true);
        Assert.Null(Assert.IsType<Verdict.Next>(Decide(table, row)).Row.As<RelationshipFacts>().Until);
    }

    [Fact]
    public void Another_row_at_a_version_that_the_log_announced_is_refused()
    {
        var (table, row) = Of("hold");
        Say(table, row with { Body = "{}" }, "some-operation", done: true);
        Assert.IsType<Verdict.Refused>(Decide(table, row));
    }

    private Verdict Decide(Table table, Row row) =>
        new RestoreRules(log, Now).Of(table, row.Partition, row.Key, row, new Dictionary<string, Row> { [row.Key] = row, [Keys.Records + Record] = Of("record").Row });

    private void Say(Table table, Row row, string operation, bool done)
    {
        var who = new AuditSubject(operation, "demo", "feedfacefeedfacefeedfacefeedface");
        var intent = AuditEntryId.New();
        log.Add(Entry(intent, who.Event(AuditKind.ChangeIntended, new[] { new RowChange.Insert(row) }.Describe(table))));
        log.Add(Entry(AuditEntryId.New(), who.Event(
            done ? AuditKind.ChangeDone : AuditKind.ChangeNotDone, new KeyValuePair<string, string>("intent", intent.ToString()))));
    }

    private static AuditEntry Entry(AuditEntryId id, AuditEvent happened) => new(id, Now, Guid.NewGuid(), 0, new byte[32], happened);

    private static string Words(Verdict verdict) => verdict switch
    {
        Verdict.Whole => "whole",
        Verdict.Next next => $"next {next.Report?.What}".TrimEnd(),
        Verdict.Gone gone => $"gone {gone.Report?.What}".TrimEnd(),
        _ => "refused",
    };

    private static (Table Table, Row Row) Of(string kind)
    {
        var (client, person) = ($"demo|{Client}", $"demo|{Person}");
        return kind switch
        {
            "consent" => (Table.Access, Row.New(client, "consent|1", kind, RowBody.Write(new ConsentFacts("", "", "", "", Day, [], Day, null, "", Now)))),
            "grant" => (Table.Access, Row.New(person, $"{Client}|grant|1", kind, RowBody.Write(new GrantFacts("", "", "", "", Now, Now, Now)))),
            "relationship" => (Table.Access, Row.New(person, Client, kind, RowBody.Write(new RelationshipFacts("assigned", Now, null)))),
            "never" => (Table.Access, Row.New(person, $"{Client}|never", kind, RowBody.Write(new RelationshipFacts("never", Now, Now)))),
            "disclosure" => (Table.Access, Row.New(client, "disclosure|1", kind, RowBody.Write(new DisclosureFacts("", "", Now, "", [], Now.AddDays(9), "may")))),
            "request" => (Table.Access, Row.New(client, "request|1", kind, RowBody.Write(new RequestFacts("", "", Day, null, null, null, "", Now)))),
            "notice" => (Table.Access, Row.New(client, "notice|1", kind, RowBody.Write(new NoticeFacts("", "", Now, null)))),
            "deadline" => (Table.Access, Row.New("demo|due|2026-03-02", $"{Client}|grant|1", kind, RowBody.Write(new DeadlineFacts(Now, "", "")))),
            "extension" => (Table.Clients, Row.New(client, $"extension|{Record}", kind, RowBody.Write(new ExtensionFacts(Day, "", "", Now)))),
            "hold" => (Table.Clients, Row.New(client, "hold|h-1", kind, RowBody.Write(new HoldFacts("", "", null, "", Now, null, null)))),
            "approval" => (Table.Clients, Row.New(client, $"approval|{Record}", kind, RowBody.Write(new ApprovalFacts("", Now, Day, "", Day)))),
            "record" => (Table.Clients, Row.New(client, $"record|{Record}", kind, RowBody.Write(new RecordFacts("billing", Now, default, "s", "d", "e", null, 1, "b")))),
            "tombstone" => (Table.Clients, Row.New(client, $"record|{Record}", kind, RowBody.Write(new TombstoneFacts("billing", Now, "", "", Day, "", Now, "", "e", null, 1, null)))),
            "quarantined" => (Table.Quarantine, Row.New("demo", "q-1", kind, RowBody.Write(new QuarantineFacts("", Now, "s", null, "", "", "e", null, 1, null, null)))),
            "incident" => (Table.Alerts, Row.New("demo|incidents", "1", kind, "{\"alerts\":[]}")),
            _ => throw new ArgumentOutOfRangeException(nameof(kind)),
        };
    }
}

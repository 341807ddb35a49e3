using RecordsGuard.Access.Requests;
using RecordsGuard.Records;
using RecordsGuard.Tests.Retention;

namespace RecordsGuard.Tests.Access;

/// <summary>Requests are taken in with their day and, where a court may ask, with a hold; what is lawful next is said.</summary>
public sealed class RequestsTests
{
    private static readonly CancellationToken None = CancellationToken.None;

    public static TheoryData<RequestKind> Kinds => [.. Enum.GetValues<RequestKind>()];

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task Each_kind_is_taken_in_holds_if_it_is_legal_and_says_what_is_lawful_next(RequestKind kind)
    {
        await using var app = await AskedApp.StartAsync();
        var client = await app.Practice.RegisterAsync();
        var file = await app.Practice.UploadAsync(client);
        var path = $"/clients/{client}/requests";
        var taken = await app.AskAsync("3 custodian", "POST", path, $$"""{"kind":"{{kind.Word()}}","asker":"Law office of Example & Co","file":"{{file}}"}""");
        Assert.Equal(201, taken.Status);
        Assert.True(taken.Json.GetProperty("nextSteps").GetString()!.Length > 50);
        var holds = app.Practice.Rows.All(Table.Clients).Count(r => r.Kind == RowKinds.Hold);
        Assert.Equal(kind.IsLegal() ? 1 : 0, holds);
        Assert.Equal(kind.IsLegal(), taken.Json.TryGetProperty("hold", out _));
        var answer = """{"outcome":"refused","answer":"There is no order; the client claims the privilege."}""";
        Assert.Equal("refused", (await app.AskAsync("1 front-desk", "POST", $"{path}/{taken.Id}/answer", answer)).Problem);
        var answered = await app.AskAsync("3 custodian", "POST", $"{path}/{taken.Id}/answer", answer);
        Assert.Equal((200, kind.NextSteps()), (answered.Status, answered.Json.GetProperty("nextSteps").GetString()));
        var listed = (await app.AskAsync("3 custodian", "GET", path)).Json.GetProperty("requests")[0];
        Assert.Equal("refused", listed.GetProperty("outcome").GetString());
        Assert.Equal("Law office of Example & Co", listed.GetProperty("asker").GetString());
        Assert.All(
            Enum.GetValues<Table>().SelectMany(app.Practice.Rows.All), r => Assert.DoesNotContain("Example", r.Body, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("""{"kind":"gossip","asker":"A neighbour"}""", "request-kind")]
    [InlineData("""{"kind":"subpoena","asker":"Law office"}""", "bad-request")]
    [InlineData("""{"kind":"amendment","asker":""}""", "bad-request")]
    [InlineData("""{"kind":"amendment","asker":"The client","received":"2026-02-01","due":"2026-01-01"}""", "bad-request")]
    [InlineData("""{"kind":"amendment","asker":"The client","received":"2027-02-01"}""", "bad-request")]
    public async Task What_is_not_complete_is_refused_and_nothing_changes(string body, string problem)
    {
        await using var app = await AskedApp.StartAsync();
        var client = await app.Practice.RegisterAsync();
        Assert.Equal(problem, (await app.AskAsync("3 custodian", "POST", $"/clients/{client}/requests", body)).Problem);
        Assert.DoesNotContain(app.Practice.Rows.All(Table.Access), r => r.Kind is RowKinds.Request or RowKinds.Deadline);
        Assert.DoesNotContain(app.Practice.Rows.All(Table.Clients), r => r.Kind == RowKinds.Hold);
    }

    [Theory]
    [InlineData("US-CA", RequestKind.ClientAccess, 7)]
    [InlineData("US-CA", RequestKind.Representative, 7)]
    [InlineData("US-TX", RequestKind.ClientAccess, 15)] // unverified, and sooner than what was read: a reminder too early does no harm
    [InlineData("US-WA", RequestKind.ClientAccess, 30)]
    [InlineData("US-WA", RequestKind.Amendment, 60)]
    [InlineData("DE", RequestKind.ClientAccess, 28)]
    [InlineData("UK", RequestKind.Amendment, 28)]
    [InlineData("ZA", RequestKind.ClientAccess, null)]
    [InlineData("US-CA", RequestKind.Subpoena, null)] // the paper says when
    public void The_term_of_a_request_is_its_jurisdictions_soonest(string jurisdiction, RequestKind kind, int? days) =>
        Assert.Equal(days, kind.Terms(jurisdiction).Soonest?.Days);

    [Theory]
    [MemberData(nameof(Kinds))]
    public void After_a_death_whose_privilege_it_is_is_said_once_whatever_is_asked(RequestKind kind)
    {
        const string Privilege = "the privilege is held by their personal representative";
        Assert.Equal(2, kind.NextSteps(hasDied: true).Split(Privilege).Length);
        Assert.StartsWith(kind.NextSteps(), kind.NextSteps(hasDied: true), StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_nobody_read_is_marked_where_it_sets_a_day()
    {
        await using var app = await AskedApp.StartAsync();
        var client = await app.Practice.RegisterAsync();
        var taken = await app.AskAsync("3 custodian", "POST", $"/clients/{client}/requests", """{"kind":"amendment","asker":"The client","received":"2026-03-02"}""");
        Assert.Equal("2026-05-01", taken.Json.GetProperty("due").GetString());
        Assert.StartsWith("45 CFR 164.526(b)(2), unverified:", taken.Json.GetProperty("dueBecause").GetString(), StringComparison.Ordinal);
        Assert.Equal("unverified", taken.Json.GetProperty("law")[0].GetProperty("status").GetString());
    }

    [Fact]
    public async Task A_request_that_nobody_answered_by_its_day_alerts_from_the_day_after()
    {
        var practice = await PracticeUnderTest.OpenAsync();
        var client = await practice.RegisterAsync();
        var desk = new RequestDesk(practice.Rows, practice.App.Keys, practice.App.Audit, practice.Time);
        var taken = (await desk.TakeAsync(
            practice.Custodian, practice.Id, client, new(RequestKind.ClientAccess, "The client", new(2026, 3, 2), null, null, null), None))!;
        Assert.Equal((new DateOnly(2026, 3, 9), "CA-HSC-123110-INSPECT"), (taken.Facts.Due, taken.Ground.Soonest?.Id));
        practice.Time.Advance(new DateTimeOffset(2026, 3, 9, 23, 59, 59, TimeSpan.Zero) - practice.Time.GetUtcNow());
        await practice.App.DeadlineWatch.LookAsync(None);
        Assert.Empty(await practice.App.Desk.ListAsync(practice.Id, None));
        practice.Time.Advance(TimeSpan.FromSeconds(1));
        await practice.App.DeadlineWatch.LookAsync(None);
        Assert.Equal("request-overdue", Assert.Single(await practice.App.Desk.ListAsync(practice.Id, None)).Detection);
        Assert.Equal(RequestKind.ClientAccess.NextSteps(), await desk.AnswerAsync(practice.Custodian, practice.Id, client, taken.Id, "granted", "A copy was handed over.", None));
        practice.Advance(1);
        await practice.App.DeadlineWatch.LookAsync(None);
        Assert.Single(await practice.App.Desk.ListAsync(practice.Id, None));
        Assert.Null(await desk.AnswerAsync(practice.Custodian, practice.Id, await practice.RegisterAsync(), taken.Id, "granted", "Not theirs.", None));
    }
}

using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using RecordsGuard.Access.Disclosures;
using RecordsGuard.App.Http;
using RecordsGuard.Audit;
using RecordsGuard.Records;
using RecordsGuard.Tests.Retention;

namespace RecordsGuard.Tests.Access;

/// <summary>
/// The log is cut off at each of its calls in turn, of every endpoint: what is not announced does not happen, and what is
/// not in the log is not shown.
/// </summary>
public sealed partial class LogCutTests
{
    private static readonly CancellationToken None = CancellationToken.None;

    /// <summary>How each route is asked so that it does what it is there for, in an order in which it can.</summary>
    private static readonly (string Who, string Route, string? Body, string? Keeps)[] Samples =
    [
        ("3 custodian", "POST /practices/{practice}/clients", """{"name":"Ada","chartNumber":"X-1","birthDate":"1970-01-01","jurisdiction":"US-CA","profession":"psychologist","assignedClinicians":[]}""", null),
        ("1 front-desk", "GET /practices/{practice}/clients", null, null),
        ("3 custodian", "GET /practices/{practice}/clients/{client}", null, null),
        ("3 custodian", "PATCH /practices/{practice}/clients/{client}", """{"lastService":"2019-01-01"}""", null),
        ("1 front-desk", "POST /practices/{practice}/clients/{client}/records", "{}", null),
        ("3 custodian", "POST /practices/{practice}/clients/{client}/records/upload-url", """{"class":"recording"}""", null),
        ("2 clinician", "GET /practices/{practice}/clients/{client}/records", null, null),
        ("2 clinician", "GET /practices/{practice}/clients/{client}/records/{record}", null, null),
        ("2 clinician", "GET /practices/{practice}/clients/{client}/records/{record}/content", null, null),
        ("3 custodian", "GET /practices/{practice}/clients/{client}/records/{record}/export", null, null),
        ("3 custodian", "GET /practices/{practice}/clients/{client}/records/{record}/export/content", null, null),
        ("3 custodian", "GET /practices/{practice}/quarantine", null, null),
        ("3 custodian", "POST /practices/{practice}/quarantine/{file}/file", """{"client":"{client}","class":"billing"}""", null),
        ("3 custodian", "POST /practices/{practice}/clients/{client}/holds", """{"matter":"m","reason":"r"}""", "hold"),
        ("3 custodian", "GET /practices/{practice}/clients/{client}/holds", null, null),
        ("4 custodian", "POST /practices/{practice}/clients/{client}/holds/{hold}/release", null, null),
        ("3 custodian", "GET /practices/{practice}/clients/{client}/extensions", null, null),
        ("3 custodian", "POST /practices/{practice}/clients/{gone}/unlinking", null, null),
        ("3 custodian", "POST /practices/{practice}/clients/{gone}/unlinking/withdraw", null, null),
        ("3 custodian", "POST /practices/{practice}/clients/{closed}/unlinking/finish", null, null),
        ("3 custodian", "GET /practices/{practice}/clients/{closed}/unlinking", null, null),
        ("3 custodian", "GET /practices/{practice}/clients/{closed}/records/{purged}/certificate", null, null),
        ("3 custodian", "GET /practices/{practice}/clients/{closed}/certificates", null, null),
        ("3 custodian", "GET /practices/{practice}/clients/{client}/relationships", null, null),
        ("3 custodian", "POST /practices/{practice}/clients/{client}/relationships", """{"person":"{person}","kind":"supervisor"}""", null),
        ("3 custodian", "POST /practices/{practice}/clients/{client}/relationships/end", """{"person":"{person}","kind":"supervisor"}""", null),
        ("3 custodian", "POST /practices/{practice}/relationships/hand-over", """{"from":"{person}","to":"{other}"}""", null),
        ("3 custodian", "POST /practices/{practice}/clients/{client}/requests", """{"kind":"amendment","asker":"The client"}""", "request"),
        ("3 custodian", "GET /practices/{practice}/clients/{client}/requests", null, null),
        ("3 custodian", "POST /practices/{practice}/clients/{client}/requests/{request}/answer", """{"outcome":"granted","answer":"It was amended as asked."}""", null),
        ("4 clinician", "POST /practices/{practice}/clients/{client}/break-glass", """{"purpose":"BTG","reason":"Collapsed in the waiting room."}""", "grant"),
        ("5 security", "GET /practices/{practice}/break-glass", null, null),
        ("5 security", "POST /practices/{practice}/clients/{client}/break-glass/{grant}/review", """{"verdict":"lawful","comment":"Called the ward: it was so."}""", null),
        ("3 custodian", "POST /practices/{practice}/clients/{client}/consents", """{"recipient":"Dr. Example","purpose":"Second opinion","signedBy":"the client","signedOn":"2032-01-01","classes":["client-record"],"until":"2032-12-31"}""", "consent"),
        ("3 custodian", "GET /practices/{practice}/clients/{client}/consents", null, null),
        ("3 custodian", "POST /practices/{practice}/clients/{client}/consents/{consent}/revoke", null, null),
        ("3 custodian", "POST /practices/{practice}/clients/{client}/disclosures/{kind}", """{"records":["{record}"],"statements":{statements}}""", "disclosure"),
        ("3 custodian", "GET /practices/{practice}/clients/{client}/disclosures", null, null),
        ("4 custodian", "POST /practices/{practice}/clients/{client}/disclosures/{kind}/{disclosure}/approve", null, null),
        ("3 custodian", "POST /practices/{practice}/clients/{client}/disclosures/{kind}/{disclosure}/release", null, null),
        ("3 custodian", "GET /practices/{practice}/clients/{client}/disclosures/{kind}/{disclosure}/records/{record}/content", null, null),
        ("3 custodian", "POST /practices/{practice}/clients/{client}/disclosures/{kind}/{disclosure}/records/{record}/package", """{"publicKey":{pem}}""", null),
        ("3 custodian", "POST /practices/{practice}/holds", """{"matter":"m","reason":"r"}""", "hold"),
        ("3 custodian", "GET /practices/{practice}/holds", null, null),
        ("3 custodian", "POST /practices/{practice}/holds/{hold}/settle", null, null),
        ("4 custodian", "POST /practices/{practice}/holds/{hold}/release", null, null),
        ("3 custodian", "POST /practices/{practice}/clients/{client}/notices", """{"version":"2026-03-01-0a1b2c3d"}""", null),
        ("3 custodian", "GET /practices/{practice}/clients/{client}/notices", null, null),
        ("3 custodian", "GET /practices/{practice}/clients/{client}/accounting", null, null),
        ("3 custodian", "GET /practices/{practice}/clients/{client}/access-report", null, null),
        ("3 custodian", "GET /practices/{practice}/dispositions", null, null),
        ("3 custodian", "POST /practices/{practice}/dispositions/approve", """{"clients":["{due}"]}""", null),
        ("3 custodian", "POST /practices/{practice}/dispositions/withdraw", """{"clients":["{due}"]}""", null),
        ("6 auditor", "GET /rows", null, null),
        ("5 security", "GET /alerts", null, null),
        ("5 security", "GET /alerts/watch", null, null),
        ("5 security", "POST /alerts/{id}/acknowledge", "{}", null),
        ("5 security", "POST /alerts/{id}/resolve", """{"reason":"It was the drill.","resolution":"false"}""", null),
        ("7 owner", "POST /practices/{practice}/keys/rotate", null, null),
        ("7 owner", "GET /practices/{practice}/keys/rotation", null, null),
        ("3 custodian", "POST /admin/run/{timer}", null, null),
    ];

    [Fact]
    public async Task With_the_log_cut_off_at_any_call_of_any_endpoint_nothing_is_shown_or_done_that_is_not_in_it()
    {
        var practice = await (await PracticeUnderTest.OpenAsync()).CopyAsync();
        var log = new CutLog(practice.Log);
        await using var app = await AskedApp.StartAsync(practice, practice.Vault, log);
        var ids = await PrepareAsync(app);
        var cuts = 0;
        var unlike = new List<string>();
        foreach (var (who, route, body, keeps) in Samples.Concat(Rest()))
        {
            for (log.Left = 0; ; log.Left++)
            {
                var (left, answer) = (log.Left, await AskAsync(app, who, route, body, ids));
                log.Left = left;
                Promises.AssertKept(practice);
                if (answer.Status == 503 && log.Cut)
                {
                    cuts++;
                    Assert.DoesNotContain("what was said", answer.Text, StringComparison.Ordinal);
                    continue;
                }

                // Cut off after its commit, the change stands, and what can be done once only was done.
                if (answer.Status >= 500 || (answer.Status >= 400 && !(answer.Status == 409 && left > 0) && Samples.Any(s => s.Route == route)))
                {
                    unlike.Add($"{route}: {answer.Status} {answer.Text}");
                }
                else if (keeps is not null)
                {
                    ids[keeps] = answer.Id;
                }

                break;
            }

            log.Left = int.MaxValue;
        }

        Assert.True(unlike.Count == 0, string.Join("\n", unlike));
        Assert.True(cuts > 110, $"Only {cuts} calls of the log were cut off.");
    }

    /// <summary>Routes that nobody says how to ask: they are asked all the same.</summary>
    private static IEnumerable<(string Who, string Route, string? Body, string? Keeps)> Rest()
    {
        var asked = Samples.Select(s => Shape(s.Route)).ToHashSet();
        return Routes.All.Select(r => $"{r.Method} {r.Path}").Where(r => !asked.Contains(Shape(r)))
            .Select(r => ("3 custodian,clinician,security,owner,auditor", r, r.StartsWith("POST", StringComparison.Ordinal) ? "{}" : null, (string?)null));
    }

    private static string Shape(string route) => Parameter().Replace(route, "{}");

    /// <summary>A listing that was broken off half-way lacks its last line, which makes it none.</summary>
    private static async Task<Asked> AskAsync(AskedApp app, string who, string route, string? body, Dictionary<string, string> ids)
    {
        var (method, path) = (route.Split(' ')[0], Fill(route.Split(' ')[1], ids));
        try
        {
            return route.EndsWith("}/records", StringComparison.Ordinal) && method == "POST"
                ? await app.SendAsync(who, method, path, Upload(), headers: ("Record-Class", "client-record"))
                : await app.AskAtAsync(who, method, path, body is null ? null : Fill(body, ids), purpose: method == "GET" ? "TREAT" : null);
        }
        catch (HttpRequestException)
        {
            return new(503, "");
        }
    }

    private static StreamContent Upload() =>
        new(new MemoryStream(Encoding.UTF8.GetBytes("what was said"))) { Headers = { ContentType = new MediaTypeHeaderValue("text/plain") } };

    private static string Fill(string text, Dictionary<string, string> ids) =>
        Parameter().Replace(text, m => ids.GetValueOrDefault(m.Groups[1].Value, m.Value));

    private static async Task<Dictionary<string, string>> PrepareAsync(AskedApp app)
    {
        var practice = app.Practice;
        var gone = await practice.RegisterAsync();
        var closed = await practice.RegisterAsync();
        var purged = RecordId.New();
        foreach (var client in new[] { gone, closed })
        {
            purged = await practice.UploadAsync(client);
            await practice.ApproveAsync(client);
            practice.Advance(30);
            await practice.PurgeAsync(client, purged);
        }

        practice.Time.SetUtcNow(new(2032, 6, 1, 12, 0, 0, TimeSpan.Zero));
        await practice.App.Unlinking.CloseAsync(practice.Custodian, practice.Id, closed, None);
        practice.Advance(1);
        foreach (var who in new[] { "2 clinician", "3 custodian", "4 clinician", "7 owner" })
        {
            await app.AskAsync(who, "GET", "/clients"); // known from now on
        }

        var mine = await practice.RegisterAsync(clinicians: PracticeUnderTest.Person(2));
        var due = await practice.RegisterAsync();
        await practice.UploadAsync(due);
        await practice.TakeAsync(practice.SendToInbox($"demo/{ClientId.New()}/billing/a.pdf"));
        var now = practice.Time.GetUtcNow();
        await practice.App.Relationships.GiveAsync(
            practice.Custodian, practice.Id, mine, PracticeUnderTest.Person(3), RecordsGuard.Access.Relationship.CustodianTask, now, now.AddDays(300), None);
        await app.AskAsync("4 clinician", "GET", $"/clients/{mine}/records"); // refused, and so an alert
        using var key = RSA.Create(3072);
        return new(StringComparer.Ordinal)
        {
            ["practice"] = "demo",
            ["client"] = $"{mine}",
            ["record"] = $"{await practice.UploadAsync(mine)}",
            ["gone"] = $"{gone}",
            ["closed"] = $"{closed}",
            ["purged"] = $"{purged}",
            ["due"] = $"{due}",
            ["file"] = practice.Rows.All(Table.Quarantine).Single().Key,
            ["person"] = $"{PracticeUnderTest.Person(4)}",
            ["other"] = $"{PracticeUnderTest.Person(2)}",
            ["kind"] = DisclosureKind.RiskOfHarm.Word(),
            ["statements"] = JsonSerializer.Serialize(DisclosureKind.RiskOfHarm.Statements().ToDictionary(s => s.Name, _ => "what was heard")),
            ["pem"] = JsonSerializer.Serialize(key.ExportSubjectPublicKeyInfoPem()),
            ["id"] = (await app.AlertAsync("access-refused"))!.Id,
            ["timer"] = "NightlySweep",
        };
    }

    [GeneratedRegex(@"\{([a-zA-Z*]+)\}")]
    private static partial Regex Parameter();

    /// <summary>Takes so many entries more, and then none.</summary>
    [Fact]
    public async Task Who_is_refused_on_a_first_visit_is_an_alert_although_the_log_cannot_say_that_they_came()
    {
        var practice = await PracticeUnderTest.OpenAsync();
        var client = await practice.RegisterAsync();
        var log = new CutLog(practice.Log);
        await using var app = await AskedApp.StartAsync(practice, log: log);
        log.Left = 0;
        Assert.Equal(503, (await app.AskAsync("77 clinician", "GET", $"/clients/{client}/records")).Status);
        Assert.NotNull(await app.AlertAsync("access-refused"));
        Assert.Equal(503, (await app.AskAsync("78 front-desk", "GET", "/clients")).Status);
        Assert.DoesNotContain(practice.Rows.All(Table.Practices), r => r.Kind == RowKinds.Person && r.Key.EndsWith("77", StringComparison.Ordinal));

        log.Left = int.MaxValue;
        Assert.Equal(403, (await app.AskAsync("77 clinician", "GET", $"/clients/{client}/records")).Status);
        var came = practice.Entries().Where(e => e.Event.Operation == "first-sight").ToList();
        Assert.Equal([AuditKind.ChangeIntended, AuditKind.ChangeDone], came.Select(e => e.Event.Kind));
        var person = practice.Rows.All(Table.Practices).Single(r => r.Kind == RowKinds.Person && r.Key.EndsWith("77", StringComparison.Ordinal)).As<PersonFacts>();
        Assert.All(came, e => Assert.Equal(person.Pseudonym, e.Event.Person));
    }

    private sealed class CutLog(ILogStore inner) : ILogStore
    {
        public int Left { get; set; } = int.MaxValue;

        /// <summary>Whether an entry was refused since the last that was taken.</summary>
        public bool Cut { get; private set; }

        public Task AppendAsync(PendingEntry entry, CancellationToken cancel)
        {
            Cut = Left <= 0;
            if (Cut)
            {
                throw new AuditUnavailableException();
            }

            Left--;
            return inner.AppendAsync(entry, cancel);
        }

        public IAsyncEnumerable<PendingEntry> ReadAsync(int shard, CancellationToken cancel) => inner.ReadAsync(shard, cancel);

        public Task RemoveAsync(IReadOnlyList<PendingEntry> entries, CancellationToken cancel) => inner.RemoveAsync(entries, cancel);
    }
}

using Microsoft.AspNetCore.Builder;
using RecordsGuard.Alerts;
using RecordsGuard.Audit;
using RecordsGuard.Envelopes;
using RecordsGuard.Records;
using RecordsGuard.Retention.Intake;
using RecordsGuard.Tests.Functions;
using RecordsGuard.Tests.Retention;

namespace RecordsGuard.Tests.Attacks;

/// <summary>A record that somebody with rights on the storage accounts goes for, as it was before.</summary>
/// <param name="Row">As the app wrote it.</param>
/// <param name="Blob">The sealed bytes as the app wrote them.</param>
internal sealed record Victim(PracticeId Practice, ClientId Client, RecordId Record, byte[] Plaintext, Row Row, byte[] Blob)
{
    public string BlobName => $"{Practice}/{Client}/{Record}";

    public RecordFacts Facts => Row.As<RecordFacts>();

    public AssociatedData AssociatedData => new(Practice, Client, Record, 1);
}

/// <summary>
/// The whole app, requests over HTTP included, on storage whose every row and byte is the attacker's: the practices
/// <c>demo</c> and <c>elm</c> on the fakes. The vault and the log are not theirs.
/// </summary>
internal sealed class AttackedApp : IAsyncDisposable
{
    public static readonly PracticeId Elm = PracticeId.Parse("elm");

    private static readonly Guid ElmTenant = new("aaaaaaaa-0000-4000-8000-000000000002");

    private readonly WebApplication app;
    private readonly RememberedLog log;
    private readonly HttpClient http;

    private AttackedApp(PracticeUnderTest practice, WebApplication app, RememberedLog log)
    {
        Practice = practice;
        this.app = app;
        this.log = log;
        http = new(new SocketsHttpHandler { UseProxy = false }) { BaseAddress = new Uri(app.Urls.Single()) };
    }

    public PracticeUnderTest Practice { get; }

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public static async Task<AttackedApp> StartAsync()
    {
        var practice = await PracticeUnderTest.OpenAsync();
        await practice.App.Practices.AddAsync(Elm, ElmTenant, "America/Los_Angeles", 30, 25, null, Stop);

        var log = new RememberedLog(practice.Log);
        return new(practice, await AppOnFakes.StartAsync(practice, practice.Vault, log), log);
    }

    public async Task<Victim> UploadAsync(byte[] plaintext, PracticeId? practice = null, ClientId? client = null)
    {
        var of = practice ?? Practice.Id;
        var who = Practice.Custodian with { Practice = of.ToString() };
        var whose = client ?? await Practice.App.Clients.RegisterAsync(
            who, of, new("Ada Lovelace", "chart-7", new(1980, 12, 10), "US-CA", "psychologist", PracticeUnderTest.LongAgo, [PracticeUnderTest.Person(1)]), Stop);
        Assert.True(RecordClass.TryParse("client-record", out var recordClass));
        var received = (IntakeAnswer.Received)await Practice.App.Intake.ReceiveAsync(
            who, of, whose, new(recordClass, "n", "text/plain", new MemoryStream(plaintext), null, PracticeUnderTest.Person(2)), Stop);
        var victim = new Victim(of, whose, received.Id, plaintext, Row.New("", "", "", ""), []);
        var row = await Practice.Rows.ReadAsync(Table.Clients, Keys.Partition(of, whose), Keys.Record(received.Id), Stop);
        return victim with { Row = row!, Blob = Practice.Blobs.Content(Container.Records, victim.BlobName)! };
    }

    /// <summary>Puts other bytes in the blob's place, and has the row name them, its length included.</summary>
    public void PutBlob(Victim victim, byte[] bytes)
    {
        var put = OverwriteBlob(victim, bytes);
        PutFacts(victim, f => f with { BlobETag = put.ETag, BlobVersionId = put.VersionId, BlobLength = put.Length });
    }

    /// <summary>Puts other bytes in the blob's place; the platform keeps no copy of what was there.</summary>
    public BlobVersion OverwriteBlob(Victim victim, byte[] bytes)
    {
        var put = Practice.Blobs.Overwrite(Container.Records, victim.BlobName, bytes);
        Practice.Blobs.Expire(DateTimeOffset.MaxValue);
        return put;
    }

    public void PutFacts(Victim victim, Func<RecordFacts, RecordFacts> change) =>
        PutBody(victim, body => RowBody.Write(change((victim.Row with { Body = body }).As<RecordFacts>())));

    public void PutBody(Victim victim, Func<string, string> change) =>
        Practice.Rows.Tamper(Table.Clients, victim.Row.Partition, victim.Row.Key, row => row with { Body = change(row.Body) });

    /// <summary>As it was, but for the blob's version.</summary>
    public void Restore(Victim victim)
    {
        PutBody(victim, _ => victim.Row.Body);
        PutBlob(victim, victim.Blob);
    }

    /// <summary>The read must fail, or break off; every byte that came must be right; log and security staff must know.</summary>
    public async Task RefusesAsync(Victim victim, string? range = null, string? because = null)
    {
        var before = Alert(victim);
        var reading = await ReadAsync(victim, range);
        Assert.True(!reading.IsWhole, $"{because}: {reading.Status}, {reading.Body.Length} bytes: it was read.");
        if (reading.Status == 500)
        {
            Assert.True(reading.Problem is "integrity" or "key", $"{because}: 500 {reading.Problem}.");
        }
        else
        {
            Assert.True(reading.Status is 200 or 206, $"{because}: {reading.Status}.");
            Assert.True(
                victim.Plaintext.AsSpan((int)reading.Offset).StartsWith(reading.Body), $"{because}: a byte came that nobody had sealed there.");
        }

        var alert = Alert(victim);
        Assert.True(alert?.Count == (before?.Count ?? 0) + 1, $"{because}: no alert.");
        Assert.Equal(Severity.Critical, alert!.Severity);
        Assert.NotEqual(before?.Evidence[^1], alert.Evidence[^1]);
        var said = log.Entries[alert.Evidence[^1]].Event;
        Assert.Equal((AuditKind.IntegrityFailed, victim.Record.ToString()), (said.Kind, said.Record));
    }

    public async Task OpensAsync(Victim victim, string? range = null)
    {
        var reading = await ReadAsync(victim, range);
        Assert.True(reading.IsWhole, $"{reading.Status} {reading.Problem}");
        Assert.Equal(victim.Plaintext[(int)reading.Offset..((int)reading.Offset + reading.Body.Length)], reading.Body);
    }

    public async ValueTask DisposeAsync()
    {
        http.Dispose();
        await app.DisposeAsync();
    }

    /// <summary>What security staff see of it; null: nothing.</summary>
    private Alert? Alert(Victim victim) => Practice.Rows.All(Table.Alerts).Select(AlertDesk.Read)
        .SingleOrDefault(a => a.Detection == "integrity-failed" && a.Client == victim.Client.ToString());

    private async Task<Reading> ReadAsync(Victim victim, string? range)
    {
        using var request = new HttpRequestMessage(
            HttpMethod.Get, $"/api/practices/{victim.Practice}/clients/{victim.Client}/records/{victim.Record}/content");
        request.Headers.Add(SaidSignIn.TenantHeader, (victim.Practice == Elm ? ElmTenant : Practice.Tenant).ToString());
        request.Headers.Add("Purpose-Of-Use", "TREAT");
        request.Headers.TryAddWithoutValidation("Range", range);
        return await Reading.OfAsync(await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, Stop));
    }
}

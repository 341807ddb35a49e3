using System.Globalization;
using System.Text.Json;
using Azure.Core;
using Azure.Data.Tables;
using RecordsGuard.Azure;
using RecordsGuard.EndToEnd.Tests.Rotation;
using RecordsGuard.EndToEnd.Tests.Stack;
using RecordsGuard.Local.SignIn;
using RecordsGuard.Local.Storage;
using RecordsGuard.Records;

namespace RecordsGuard.EndToEnd.Tests.MainJob;

/// <summary>
/// The other practice of the shared stack loses its tables: while it is restored all of it is held, which no other test
/// may have to bear.
/// </summary>
public sealed class RestoreTests(SharedStack shared) : IDisposable
{
    private const string Practice = "/api/practices/elsewhere";

    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("recordsguard-restore-");

    private RunningStack Running => shared.Stack;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public void Dispose() => folder.Delete(recursive: true);

    [Fact]
    public async Task A_practice_whose_tables_are_lost_has_its_records_and_holds_again_and_they_follow_from_the_log()
    {
        var (frontDesk, custodian, auditor) = (Running.Stranger("front-desk"), Running.Stranger("custodian"), Running.Stranger("auditor"));
        var clinician = await Running.PersonAsync("clinician-x");
        var client = $"{Practice}/clients/{(await frontDesk.PostAsync($"{Practice}/clients", NewClient())).Is(201).Id}";
        var before = await UploadAsync(frontDesk, client, "before the night");
        (await custodian.PostAsync($"{client}/holds", """{"matter":"the first","reason":"r"}""")).Is(201);

        (await custodian.PostAsync("/api/admin/run/NightlyBackup")).Is(202);
        var night = "";
        await Until.TrueAsync(
            async () => (night = (await custodian.GetAsync($"{Practice}/backups")).Is(200).Json.GetProperty("nights").EnumerateArray().FirstOrDefault() is { ValueKind: JsonValueKind.String } first
                ? first.GetString()! : "").Length > 0,
            "the night is backed up");
        var since = await UploadAsync(frontDesk, client, "since the night");
        var hold = (await custodian.PostAsync($"{client}/holds", """{"matter":"the second","reason":"r"}""")).Is(201).Id;
        await LoseAsync();
        (await clinician.GetAsync($"{client}/records")).Is(403);

        Tool restored = null!;
        await Until.TrueAsync(
            async () => (restored = await RunAsync(custodian, "restore", "--practice", "elsewhere", "--night", night, "--reason", "The tables were lost.")).ExitCode != 1,
            "the log has the backup's entry");
        Assert.Contains("stand-in", restored.Exits(2).Output, StringComparison.Ordinal);
        Assert.Contains($"hold|{hold}", restored.Output, StringComparison.Ordinal);
        Assert.Contains("\"toConfirm\":1,", (await custodian.GetAsync($"{Practice}/restore")).Is(200).Text, StringComparison.Ordinal);
        (await custodian.PostAsync($"{Practice}/restore/confirm", """{"count":0,"reason":"too soon"}""")).IsProblem(422, "other-count");
        (await clinician.GetAsync($"{Practice}/restore")).Is(403);
        (await RunAsync(custodian, "confirm", "--practice", "elsewhere", "--count", "1", "--reason", "The hold was looked at.")).Exits(0);

        Assert.Equal("before the night", (await ReadAsync(clinician, client, before)).Is(200).Text);
        Assert.Equal("since the night", (await ReadAsync(clinician, client, since)).Is(200).Text);
        var holds = (await custodian.GetAsync($"{client}/holds")).Is(200).Json.GetProperty("holds").EnumerateArray().ToList();
        Assert.Equal(2, holds.Count(h => h.GetProperty("inForce").GetBoolean()));
        Assert.Contains(holds, h => h.GetProperty("matter").GetString() == "the first");
        await VerifiedAsync(auditor);
    }

    private static string NewClient() => JsonSerializer.Serialize(new
    {
        name = $"Thessaly {Guid.NewGuid():N}",
        chartNumber = $"N-{Guid.NewGuid():N}",
        birthDate = "1970-06-10",
        jurisdiction = "US-CA",
        profession = "psychologist",
        assignedClinicians = new[] { "clinician-x" },
        lastService = "2018-03-15",
    });

    private static async Task<string> UploadAsync(SignedIn who, string client, string content)
    {
        var upload = new Upload(System.Text.Encoding.UTF8.GetBytes(content));
        return (await who.SendAsync(HttpMethod.Post, $"{client}/records", upload.Body(), upload.Headers())).Is(201).Id;
    }

    private static Task<Answer> ReadAsync(SignedIn who, string client, string record) =>
        who.GetAsync($"{client}/records/{record}/content", ("Purpose-Of-Use", "TREAT"));

    private Task<Tool> RunAsync(SignedIn who, params string[] arguments) =>
        Tool.RunAsync(Running.Http.BaseAddress, who.Token, ["backup", .. arguments]);

    /// <summary>With the app's own stolen identity, through the proxy: every row of the practice but the practice's own.</summary>
    private async Task LoseAsync()
    {
        var token = Running.StolenToken(LocalIdentities.App, StorageGate.Resource);
        var address = new Uri($"{Running.Services.GetProperty("table").GetString()}/{StorageAccounts.Records}");
        var credential = new StolenCredential(token);
        foreach (var name in new[] { Table.Clients, Table.Access, Table.Directory })
        {
            var table = new TableClient(
                address, StorageNames.Of(name), credential,
                new TableClientOptions { Transport = LoopbackTransport.Create(Running.Services.GetProperty("authorityFile").GetString()) });
            await foreach (var row in table.QueryAsync<TableEntity>("PartitionKey ge 'elsewhere' and PartitionKey lt 'elsewherf'", cancellationToken: Stop))
            {
                await table.DeleteEntityAsync(row.PartitionKey, row.RowKey, cancellationToken: Stop);
            }
        }
    }

    private async Task VerifiedAsync(SignedIn auditor)
    {
        using var key = await Running.PublicKeyAsync("log-checkpoints/");
        var (pem, vkey) = (Path.Combine(folder.FullName, "log.pem"), Path.Combine(folder.FullName, "log.vkey"));
        await File.WriteAllTextAsync(pem, key.ExportSubjectPublicKeyInfoPem(), Stop);
        await File.WriteAllTextAsync(vkey, (await Tool.RunAsync(null, null, "audit", "key", "--origin", "local.recordsguard/log", pem)).Exits(0).Output, Stop);
        var verified = await Tool.RunAsync(null, auditor.Token, "audit", "verify", "--log", $"{Running.Http.BaseAddress}api/audit", "--key", vkey, "--against", "tables");
        Assert.Contains("Nothing was found wrong.", verified.Exits(0).Output, StringComparison.Ordinal);
    }

    private sealed class StolenCredential(string token) : TokenCredential
    {
        public override AccessToken GetToken(TokenRequestContext requestContext, CancellationToken cancellationToken) =>
            new(token, DateTimeOffset.Parse("2100-01-01", CultureInfo.InvariantCulture));

        public override ValueTask<AccessToken> GetTokenAsync(TokenRequestContext requestContext, CancellationToken cancellationToken) =>
            ValueTask.FromResult(GetToken(requestContext, cancellationToken));
    }
}

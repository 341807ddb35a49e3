using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using RecordsGuard.EndToEnd.Tests.Rotation;
using RecordsGuard.EndToEnd.Tests.Stack;

namespace RecordsGuard.EndToEnd.Tests.MainJob;

/// <summary>Two runs on one data folder, the second 31 days later: what was approved is destroyed, and only that.</summary>
public abstract class PurgeTests(StackFixture shared) : IDisposable
{
    private const string LongAgo = "2010-03-15";

    private readonly DirectoryInfo data = Directory.CreateTempSubdirectory("recordsguard-purge-");

    public void Dispose() => data.Delete(recursive: true);

    [Fact]
    public async Task What_was_approved_is_purged_when_its_waiting_period_has_passed_and_nothing_else_is()
    {
        Chart gone, held, stays;
        string goneRecord, heldRecord, staysRecord;
        await using (var before = await shared.StartAsync(data))
        {
            (gone, goneRecord) = await ChartAsync(before, LongAgo);
            (held, heldRecord) = await ChartAsync(before, LongAgo);
            (stays, staysRecord) = await ChartAsync(before, $"{DateTime.UtcNow.AddYears(-2):yyyy-MM-dd}");
            await before.SweepAsync();
            (await gone.ApproveAsync()).Is(200);
            (await held.ApproveAsync()).Is(200);
            Assert.Equal("waiting", Assert.Single(await gone.DueAsync() ?? []).GetProperty("state").GetString());
        }

        await using var after = await shared.StartAsync(
            data, $"--clock={DateTime.UtcNow.AddDays(31):yyyy-MM-dd}");
        (gone, held, stays) = (gone with { Stack = after }, held with { Stack = after }, stays with { Stack = after });
        var custodian = await after.PersonAsync("custodian-1");
        (await custodian.PostAsync($"{held.Path}/holds", """{"matter":"m","reason":"on the last day"}""")).Is(201);
        (await gone.ReadAsync(goneRecord, "front-desk-1")).IsProblem(403, "refused"); // its own upload, but not a fresh one

        await after.SweepAsync();
        await Until.TrueAsync(async () => (await gone.ReadAsync(goneRecord)).Status == 410, "the record is purged");
        await Until.TrueAsync(() => after.Stores.IsEmptyAsync("purge"), "the purge's message is done");

        (await gone.ReadAsync(goneRecord)).IsProblem(410, "purged");
        Assert.Empty(await gone.ListAsync());
        Assert.Null(await gone.DueAsync());
        Assert.Equal(Files.Text, (await held.ReadAsync(heldRecord)).Is(200).Body);
        Assert.Equal(Files.Text, (await stays.ReadAsync(staysRecord)).Is(200).Body);
        await CertifiedAsync(after, gone, goneRecord);
        await HandedOutAsync(after, custodian, gone, goneRecord);

        var traces = await after.Stores.TracesAsync(gone.Client);
        Assert.DoesNotContain(traces, t => t.StartsWith("rgrecords/records/", StringComparison.Ordinal));
        // What is left in the due index is the look after the undo window.
        Assert.DoesNotContain(traces, t => t.StartsWith("RetentionDue/", StringComparison.Ordinal)
            && string.CompareOrdinal(t["RetentionDue/".Length..], $"{DateTime.UtcNow.AddDays(30):yyyy-MM-dd}") < 0);

        // The same message again, and one for the record that is held.
        await after.Stores.SendAsync("purge", $"demo {gone.Client} {goneRecord} {DateTime.UtcNow:yyyy-MM-dd}");
        await after.Stores.SendAsync("purge", $"demo {held.Client} {heldRecord} {DateTime.UtcNow:yyyy-MM-dd}");
        await Until.TrueAsync(() => after.Stores.IsEmptyAsync("purge"), "the second messages are done");
        Assert.Equal(traces, await after.Stores.TracesAsync(gone.Client));
        (await held.ReadAsync(heldRecord)).Is(200);
    }

    private static async Task<(Chart Chart, string Record)> ChartAsync(RunningStack stack, string lastService)
    {
        var chart = await Chart.NewAsync(stack, lastService);
        return (chart, (await chart.UploadAsync(new Upload(Files.Text) { ContentType = "text/plain" }.Named("diary.txt"))).Is(201).Id);
    }

    /// <summary>What a custodian is given, as a file and as a page, and what the tool says of it to somebody with the public key.</summary>
    private async Task HandedOutAsync(RunningStack stack, SignedIn custodian, Chart chart, string record)
    {
        var (file, pem) = (Path.Combine(data.FullName, "certificate.json"), Path.Combine(data.FullName, "certificates.pem"));
        foreach (var path in new[] { $"{chart.Records}/{record}/certificate", $"{chart.Path}/certificates" })
        {
            var answer = (await custodian.GetAsync(path)).Is(200);
            await File.WriteAllBytesAsync(file, answer.Body, TestContext.Current.CancellationToken);
            using var key = await stack.PublicKeyAsync(
                (answer.Json.TryGetProperty("records", out var records) ? records[0].GetProperty("certificate") : answer.Json).GetProperty("key").GetString()!);
            await File.WriteAllTextAsync(pem, key.ExportSubjectPublicKeyInfoPem(), TestContext.Current.CancellationToken);
            var genuine = (await Tool.RunAsync(null, null, "certificate", "verify", file, "--key", pem)).Exits(0);
            Assert.Contains(record, genuine.Output, StringComparison.Ordinal);
            await File.WriteAllTextAsync(file, answer.Text.Replace("2017-03-16", "2017-03-15", StringComparison.Ordinal), TestContext.Current.CancellationToken);
            (await Tool.RunAsync(null, null, "certificate", "verify", file, "--key", pem)).Exits(1);

            var page = (await custodian.GetAsync(path, ("Accept", "text/html"))).Is(200);
            Assert.Equal("text/html", page.Content.ContentType?.MediaType);
            Assert.Contains($"<td>{record}</td>", page.Text, StringComparison.Ordinal);
        }
    }

    /// <summary>The tombstone holds no slip and no personal text, and a certificate that the vault's public key verifies.</summary>
    private static async Task CertifiedAsync(RunningStack stack, Chart chart, string record)
    {
        var row = await stack.Stores.RowAsync(Records.Table.Clients, $"demo|{chart.Client}", $"record|{record}");
        Assert.Equal("tombstone", row?.GetString("Kind"));
        using var tombstone = JsonDocument.Parse(row!.GetString("Body"));
        Assert.False(tombstone.RootElement.TryGetProperty("slip", out _));
        Assert.False(tombstone.RootElement.TryGetProperty("descriptor", out _));

        using var signed = JsonDocument.Parse(tombstone.RootElement.GetProperty("certificate").GetString()!);
        var statement = signed.RootElement.GetProperty("statement").GetString()!;
        using var key = await stack.PublicKeyAsync(signed.RootElement.GetProperty("key").GetString()!);
        Assert.True(key.VerifyData(
            Encoding.UTF8.GetBytes(statement), signed.RootElement.GetProperty("signature").GetBytesFromBase64(), HashAlgorithmName.SHA256));

        using var says = JsonDocument.Parse(statement);
        Assert.Equal(record, says.RootElement.GetProperty("record").GetString());
        Assert.Equal("CA-PSY-2919", says.RootElement.GetProperty("rule").GetString());
        Assert.Equal("2017-03-16", says.RootElement.GetProperty("mayDestroyFrom").GetString());
        Assert.StartsWith("No longer readable", says.RootElement.GetProperty("statement").GetString(), StringComparison.Ordinal);
    }
}

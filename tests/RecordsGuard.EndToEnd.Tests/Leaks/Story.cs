using System.Net;
using System.Text;
using System.Text.Json;
using RecordsGuard.EndToEnd.Tests.Crashes;
using RecordsGuard.Envelopes;
using RecordsGuard.Records;

namespace RecordsGuard.EndToEnd.Tests.Leaks;

/// <summary>One client's way through the house, with everything that can go wrong on it. Each step is seen to have happened.</summary>
internal sealed class Story(StackUnderTest stack, Secrets secrets, DirectoryInfo data)
{
    private const string Practice = "/api/practices/demo";

    public string Client { get; private set; } = "";

    /// <summary>The record that stays.</summary>
    public string Record { get; private set; } = "";

    private string Records => $"{Practice}/clients/{Client}/records";

    public async Task TellAsync()
    {
        await RegisterAsync();
        await UploadAsync();
        await ReadAsync();
        await ProvokeAsync();
        await HoldAsync();
        await BreakAsync();
        await ResolveAsync();
        await PurgeAsync();
    }

    private async Task RegisterAsync()
    {
        Client = (await stack.JsonOfAsync("front-desk-1", $"{Practice}/clients", new
        {
            name = Secrets.Name,
            chartNumber = Secrets.Chart,
            birthDate = Secrets.Born,
            jurisdiction = "US-CA",
            profession = "psychologist",
            assignedClinicians = new[] { "clinician-1" },
            lastService = "2010-03-15",
        })).GetProperty("id").GetString()!;
        await ExpectAsync(200, "front-desk-1", HttpMethod.Patch, $"{Practice}/clients/{Client}", Json(new { name = Secrets.NewName }));
        await ExpectAsync(200, "clinician-1", HttpMethod.Get, $"{Practice}/clients?q={Uri.EscapeDataString(Secrets.NewName)}");
        await ExpectAsync(200, "front-desk-1", HttpMethod.Get, $"{Practice}/clients?q={Uri.EscapeDataString(Secrets.Chart)}");
        await ExpectAsync(403, "auditor-1", HttpMethod.Get, $"{Practice}/clients?q={Uri.EscapeDataString(Secrets.Name)}");
    }

    private async Task UploadAsync()
    {
        using var random = await stack.UploadAsync(Client, secrets.Random, Secrets.Chart, Secrets.BinaryFile);
        Record = (await StackUnderTest.JsonAsync(random)).GetProperty("id").GetString()!;
        using var text = await stack.UploadAsync(Client, Encoding.UTF8.GetBytes(secrets.Words), "text", Secrets.TextFile);
        await StackUnderTest.JsonAsync(text);
        using var other = await stack.UploadAsync(Client, secrets.Buffered, Secrets.Chart, Secrets.BinaryFile);
        Assert.Equal(HttpStatusCode.UnprocessableEntity, other.StatusCode);
        await ExpectAsync(
            201, "front-desk-1", HttpMethod.Post, Records, new ReadOnlyMemoryContent(secrets.Buffered), ("Content-Type", "application/octet-stream"),
            ("Record-Class", "correspondence"), ("Content-Disposition", $"attachment; filename=\"{Secrets.BufferedFile}\""));
    }

    private async Task ReadAsync()
    {
        await ExpectAsync(200, "clinician-1", HttpMethod.Get, Records);
        await ExpectAsync(200, "clinician-1", HttpMethod.Get, $"{Records}/{Record}");
        using var read = await stack.ReadAsync("clinician-1", Client, Record);
        Assert.Equal(secrets.Random, await read.Content.ReadAsByteArrayAsync());
        await ExpectAsync(206, "clinician-1", HttpMethod.Get, $"{Records}/{Record}/content", null, ("Purpose-Of-Use", "TREAT"), ("Range", "bytes=100-299"));
        await ExpectAsync(403, "clinician-2", HttpMethod.Get, $"{Records}/{Record}/content", null, ("Purpose-Of-Use", "TREAT"));
        await ExpectAsync(403, "clinician-x", HttpMethod.Get, $"{Records}/{Record}");
    }

    /// <summary>Mistakes that put a person's words where ids or JSON should be.</summary>
    private async Task ProvokeAsync()
    {
        var name = Uri.EscapeDataString(Secrets.Name);
        await ExpectAsync(400, "front-desk-1", HttpMethod.Post, $"{Practice}/clients", Raw($$"""{"name":"{{Secrets.Name}}","chartNumber":"""));
        await ExpectAsync(400, "front-desk-1", HttpMethod.Post, $"{Practice}/clients", Raw($$"""{"name":{"{{Secrets.Name}}":1},"birthDate":"{{Secrets.Born}}x"}"""));
        await ExpectAsync(400, "custodian-1", HttpMethod.Post, $"{Practice}/clients/{Client}/holds", Raw($$"""{"matter":"{{Secrets.Matter}}","until":"{{Secrets.Name}}"}"""));
        await ExpectAsync(413, "front-desk-1", HttpMethod.Post, $"{Practice}/clients", Json(new { name = string.Concat(Enumerable.Repeat(Secrets.Name, 5000)) }));
        await ExpectAsync(400, "clinician-1", HttpMethod.Get, $"{Practice}/clients/{name}/records");
        await ExpectAsync(400, "clinician-1", HttpMethod.Get, $"{Records}/{name}");
        await ExpectAsync(400, "clinician-1", HttpMethod.Get, $"/api/practices/{name}/clients?q={name}");
        await ExpectAsync(404, "clinician-1", HttpMethod.Get, $"/api/{name}");
        await ExpectAsync(404, "security-1", HttpMethod.Post, $"/api/alerts/{name}/acknowledge");
        await ExpectAsync(404, "custodian-1", HttpMethod.Post, $"/api/admin/run/{name}");
        await ExpectAsync(400, "clinician-1", HttpMethod.Get, $"{Records}/{Record}/content", null, ("Purpose-Of-Use", Secrets.Purpose));
        await ExpectAsync(400, "clinician-1", HttpMethod.Post, Records, new ByteArrayContent(secrets.Random), ("Content-Type", "text/plain"), ("Record-Class", Secrets.Chart));
        await ExpectAsync(415, "clinician-1", HttpMethod.Post, Records, new ByteArrayContent(secrets.Random), ("Content-Type", "application/pdf"), ("Record-Class", "billing"));
        await ExpectAsync(401, null, HttpMethod.Get, $"{Practice}/clients?q={name}");
    }

    private async Task HoldAsync()
    {
        var hold = (await stack.JsonOfAsync("custodian-1", $"{Practice}/clients/{Client}/holds", new { matter = Secrets.Matter, reason = Secrets.HoldReason }))
            .GetProperty("id").GetString();
        await ExpectAsync(200, "custodian-2", HttpMethod.Post, $"{Practice}/clients/{Client}/holds/{hold}/release", Json(new { reason = Secrets.HoldReason }));
    }

    /// <summary>One bit of the sealed bytes turns where they lie, in Azurite's own file: the ETag stays, the content does not.</summary>
    private async Task BreakAsync()
    {
        var stored = (await stack.Storage.Blobs(Container.Records).GetBlobClient($"demo/{Client}/{Record}").DownloadContentAsync()).Value.Content.ToArray();
        FlipIn(new(Path.Combine(data.FullName, "azurite", "__blobstorage__")), stored.AsSpan(stored.Length / 2, 64));
        using var read = await stack.ReadAsync("clinician-1", Client, Record);
        Assert.Equal(HttpStatusCode.InternalServerError, read.StatusCode);
        Assert.Contains("\"type\":\"urn:recordsguard:problem:integrity\"", await read.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        Assert.True((await stack.Storage.AuditAsync()).Exists(e =>
            e.Event.Kind == Audit.AuditKind.IntegrityFailed && e.Event.Record == Record), "an audit entry says that it did not open");
        var alert = Assert.Single(await AlertsAsync(), a => a.GetProperty("detection").GetString() == "integrity-failed");
        Assert.Equal(Record, alert.GetProperty("record").GetString());
    }

    private static void FlipIn(DirectoryInfo extents, ReadOnlySpan<byte> bytes)
    {
        foreach (var file in extents.EnumerateFiles())
        {
            if (File.ReadAllBytes(file.FullName).AsSpan().IndexOf(bytes) is >= 0 and var at)
            {
                using var extent = file.Open(FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite);
                extent.Position = at;
                extent.WriteByte((byte)(bytes[0] ^ 1));
                return;
            }
        }

        Assert.Fail("The sealed bytes are in none of Azurite's files.");
    }

    private async Task ResolveAsync()
    {
        foreach (var id in (await AlertsAsync()).Select(a => a.GetProperty("id").GetString()))
        {
            await ExpectAsync(200, "security-1", HttpMethod.Post, $"/api/alerts/{id}/acknowledge");
            await ExpectAsync(200, "security-1", HttpMethod.Post, $"/api/alerts/{id}/resolve", Json(new { resolution = "lawful", reason = Secrets.Resolution }));
        }
    }

    private async Task PurgeAsync()
    {
        await stack.Storage.PurgeWithoutWaitingAsync();
        await stack.SweptAsync();
        await stack.JsonOfAsync("custodian-1", $"{Practice}/dispositions/approve", new { clients = new[] { Client } });
        await stack.DrainedAsync(WorkQueues.Purge);
        Assert.Contains(await stack.Storage.ClientAsync(Client), r => r.Kind == RowKinds.Tombstone);
    }

    private async Task<List<JsonElement>> AlertsAsync()
    {
        using var answer = await stack.SendAsync("security-1", HttpMethod.Get, "/api/alerts");
        return [.. (await StackUnderTest.JsonAsync(answer)).GetProperty("alerts").EnumerateArray()];
    }

    private async Task ExpectAsync(
        int status, string? person, HttpMethod method, string path, HttpContent? body = null, params (string, string)[] headers)
    {
        using var answer = await stack.SendAsync(person, method, path, body, headers);
        Assert.True(status == (int)answer.StatusCode, $"{method} {path}: {(int)answer.StatusCode} {await answer.Content.ReadAsStringAsync()}");
    }

    private static StringContent Json(object body) => Raw(JsonSerializer.Serialize(body));

    private static StringContent Raw(string json) => new(json, Encoding.UTF8, "application/json");
}

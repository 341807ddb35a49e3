using System.Security.Cryptography;
using System.Text.Json;
using RecordsGuard.EndToEnd.Tests.Stack;

namespace RecordsGuard.EndToEnd.Tests.Rotation;

public sealed class ExportTests(SharedStack shared) : IDisposable
{
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("recordsguard-export-");

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public void Dispose() => folder.Delete(recursive: true);

    [Theory]
    [InlineData(1)]
    [InlineData(2_500_000)]
    public async Task An_exported_record_opens_with_the_vault_and_the_raw_tool_alone_to_the_very_bytes(int length)
    {
        var content = RandomNumberGenerator.GetBytes(length);
        var chart = await Chart.NewAsync(shared.Stack);
        var record = (await chart.UploadAsync(new(content) { Disposition = "attachment; filename=\"private name.bin\"" })).Is(201).Id;
        var target = In("bundle");
        await GiveTaskAsync(chart);

        (await ExportAsync(chart, record, target, "custodian-1")).Exits(0);

        Assert.Equal(["OPEN.md", "record.floe", "record.json"], Directory.GetFiles(target).Select(Path.GetFileName).Order(StringComparer.Ordinal));
        using var bundle = JsonDocument.Parse(await File.ReadAllTextAsync(Path.Combine(target, "record.json"), Stop));
        string Part(string name) => bundle.RootElement.GetProperty(name).GetString()!;
        var owner = await VaultOwner.SignInAsync(shared.Stack.Http);
        var key = await owner.UnwrapAsync(Part("key"), Part("slip").Split('.')[^1]);
        var sealedFile = Path.Combine(target, "record.floe");
        (await Tool.RunAsync(null, null, "envelope", "inspect", sealedFile)).Exits(0);
        (await Tool.RunAsync(
            null, null, "envelope", "open", "--key", Convert.ToHexString(key), "--aad", Part("associatedData"), sealedFile, In("opened")))
            .Exits(0);
        Assert.Equal(content, await File.ReadAllBytesAsync(In("opened"), Stop));

        var stranger = new Stranger(bundle.RootElement, slip => owner.UnwrapAsync(
            $"{Part("key")[..Part("key").IndexOf("/keys/", StringComparison.Ordinal)]}/keys/{slip.Split('.')[2]}/{slip.Split('.')[3]}", slip.Split('.')[^1]));
        Assert.Equal(content, await stranger.OpenAsync(await File.ReadAllBytesAsync(sealedFile, Stop)));
        Assert.Equal((length, "private name.bin", "application/octet-stream"), await stranger.DescribeAsync());

        var instructions = await File.ReadAllTextAsync(Path.Combine(target, "OPEN.md"), Stop);
        Assert.All([Part("key"), Part("associatedData"), Part("slip").Split('.')[^1]], p => Assert.Contains(p, instructions, StringComparison.Ordinal));
        Assert.All(Directory.GetFiles(target), f => Assert.DoesNotContain("private name", File.ReadAllText(f), StringComparison.Ordinal));
    }

    [Fact]
    public async Task An_export_is_for_the_custodian_and_security_staff_hear_of_it()
    {
        var chart = await Chart.NewAsync(shared.Stack);
        var record = await chart.RecordAsync();

        Assert.Contains("403", (await ExportAsync(chart, record, In("clinician"), "clinician-1")).Exits(1).Error, StringComparison.Ordinal);
        Assert.Contains("403", (await ExportAsync(chart, record, In("owner"), "owner-1")).Exits(1).Error, StringComparison.Ordinal);
        Assert.Contains("403", (await ExportAsync(chart, record, In("no task"), "custodian-1")).Exits(1).Error, StringComparison.Ordinal);
        await GiveTaskAsync(chart);
        (await ExportAsync(chart, record, In("custodian"), "custodian-1")).Exits(0);

        var alerts = await chart.AlertsAsync();
        var export = Assert.Single(alerts, a => a.GetProperty("detection").GetString() == "record-exported");
        Assert.Equal(record, export.GetProperty("record").GetString());
        Assert.Equal(2, export.GetProperty("count").GetInt32()); // the slip and the content
        Assert.Equal(2, export.GetProperty("evidence").GetArrayLength());
    }

    [Fact]
    public async Task What_is_not_there_is_not_exported_and_the_tool_says_why()
    {
        var chart = await Chart.NewAsync(shared.Stack);
        var record = await chart.RecordAsync();
        await GiveTaskAsync(chart);
        Assert.Contains("404", (await ExportAsync(chart, $"r-{new string('0', 32)}", In("nothing"), "custodian-1")).Exits(1).Error, StringComparison.Ordinal);
        (await ExportAsync(chart, record, In("once"), "custodian-1")).Exits(0);
        Assert.Contains("not empty", (await ExportAsync(chart, record, In("once"), "custodian-1")).Exits(1).Error, StringComparison.Ordinal);
        Assert.Contains("token", (await Tool.RunAsync(shared.Stack.Http.BaseAddress, null, Arguments(chart, record, In("nobody")))).Exits(1).Error, StringComparison.Ordinal);
        Assert.Contains("https", (await Tool.RunAsync(new("http://example.org"), "t", Arguments(chart, record, In("elsewhere")))).Exits(1).Error, StringComparison.Ordinal);
    }

    private string In(string name) => Path.Combine(folder.FullName, name);

    private static string[] Arguments(Chart chart, string record, string target) =>
        ["export", "--practice", "demo", "--client", chart.Client, "--record", record, target];

    private async Task GiveTaskAsync(Chart chart)
    {
        (await (await shared.Stack.PersonAsync("custodian-1")).GetAsync("/api/practices/demo/clients")).Is(200); // known from now on
        var task = new { person = "custodian-1", kind = "custodian-task", until = DateTimeOffset.UtcNow.AddDays(1).ToString("O") };
        (await (await shared.Stack.PersonAsync("owner-1")).PostAsync($"{chart.Path}/relationships", JsonSerializer.Serialize(task))).Is(201);
    }

    private async Task<Tool> ExportAsync(Chart chart, string record, string target, string person) => await Tool.RunAsync(
        shared.Stack.Http.BaseAddress, (await shared.Stack.PersonAsync(person)).Token, Arguments(chart, record, target));
}

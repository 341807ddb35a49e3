using System.Text;
using RecordsGuard.EndToEnd.Tests.Crashes;

namespace RecordsGuard.EndToEnd.Tests.Leaks;

/// <summary>
/// Everything that the house writes down or sends out while one client passes through it, searched byte by byte: the
/// data folder, temporary files, what the app and Local say, telemetry and the webhook.
/// </summary>
public sealed class LeakTests : IDisposable
{
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("recordsguard-leaks-");

    public void Dispose() => folder.Delete(recursive: true);

    [Fact]
    public async Task Nothing_personal_no_content_and_no_key_is_left_in_any_file_log_alert_or_telemetry()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "The app's environment is read from /proc.");
        await using var receiver = await Receiver.StartAsync();
        var secrets = new Secrets();
        var house = folder.CreateSubdirectory("house");
        var data = house.CreateSubdirectory("data");
        await using var stack = await StackUnderTest.StartAsync(
            data, AppFolder.Copy(folder.CreateSubdirectory("app")), Environment(receiver, house.CreateSubdirectory("tmp")));
        var story = new Story(stack, secrets, data);
        await story.TellAsync();
        var app = (await stack.Local.GetAsync("/.local/app")).GetProperty("pid").GetInt32();
        var environment = await File.ReadAllTextAsync($"/proc/{app}/environ");
        await stack.Local.TerminateAsync();
        Assert.Equal(0, stack.Local.ExitCode);

        var personal = new Search(secrets.Shapes());
        Assert.Equal([], personal.In(house).Concat(Outside(personal, stack, receiver)));
        var keys = new Search(KeyMaterial.Shapes(data, stack, environment));
        Assert.Equal([], keys.In(house, KeyMaterial.IsKept).Concat(Outside(keys, stack, receiver)));

        SawEverything(story, stack, receiver, house);
        File.WriteAllText(Path.Combine(data.FullName, "logs", "planted"), $"x{Convert.ToBase64String(secrets.Random)}");
        Assert.All(personal.In(house), found => Assert.Contains("data/logs/planted", found, StringComparison.Ordinal));
        Assert.NotEmpty(personal.In(house));
    }

    private static Dictionary<string, string> Environment(Receiver receiver, DirectoryInfo temporary) => new()
    {
        ["OTEL_EXPORTER_OTLP_ENDPOINT"] = receiver.Address,
        ["OTEL_EXPORTER_OTLP_PROTOCOL"] = "http/protobuf",
        ["RecordsGuard__Alerts__Webhook"] = $"{receiver.Address}/webhook",
        ["TMPDIR"] = temporary.FullName,
    };

    private static IEnumerable<string> Outside(Search search, StackUnderTest stack, Receiver receiver) =>
        receiver.Received.SelectMany(r => search.In($"sent to {r.Path}", r.Body))
            .Concat(search.In("Local's own output", Encoding.UTF8.GetBytes(string.Join('\n', stack.Local.Output))));

    /// <summary>Where the personal text would be, the ids are: the search has looked at the right places.</summary>
    private static void SawEverything(Story story, StackUnderTest stack, Receiver receiver, DirectoryInfo house)
    {
        var ids = new Search(Needle.Text("client", story.Client).Concat(Needle.Text("record", story.Record)));
        foreach (var place in new[] { "__azurite_db_table__.json", "__azurite_db_blob__.json", "storageread" })
        {
            Assert.Contains(ids.In(house), f => f.Contains(place, StringComparison.Ordinal));
        }

        Assert.Contains(receiver.Bodies("/v1/traces"), b => ids.In("traces", b).Any());
        Assert.Contains(receiver.Bodies("/webhook"), b => ids.In("webhook", b).Any());
        Assert.NotEmpty(receiver.Bodies("/v1/logs"));
        Assert.NotEmpty(receiver.Bodies("/v1/metrics"));
        Assert.Contains(stack.Local.Output, line => line.StartsWith("app ", StringComparison.Ordinal));
        Assert.NotEqual(0, new FileInfo(Path.Combine(house.FullName, "data", "logs", "app.log")).Length);
    }
}

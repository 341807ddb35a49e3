using System.Text.Json;
using RecordsGuard.App;
using RecordsGuard.Records;
using RecordsGuard.Tests.Envelopes;

namespace RecordsGuard.Tests;

/// <summary>host.json as design §2 has it: with the defaults a ten-second throttle poisons good work.</summary>
public sealed class HostSettingsTests
{
    private static readonly string Root = Path.GetFullPath(Path.Combine(Vectors.Folder("."), "..", ".."));

    [Theory]
    [InlineData("functionTimeout", "02:00:00")]
    [InlineData("telemetryMode", "OpenTelemetry")]
    [InlineData("extensions.queues.visibilityTimeout", "00:00:30")]
    [InlineData("extensions.queues.maxDequeueCount", "10")]
    [InlineData("extensions.queues.maxPollingInterval", "00:00:02")]
    [InlineData("extensions.queues.batchSize", "8")]
    [InlineData("extensions.queues.newBatchThreshold", "4")]
    [InlineData("extensions.queues.messageEncoding", "base64")]
    [InlineData("extensions.http.routePrefix", "")]
    [InlineData("customHandler.enableProxyingHttpRequest", "True")]
    public void The_host_is_set_as_the_design_says(string path, string value)
    {
        using var host = JsonDocument.Parse(File.ReadAllText(Path.Combine(Root, "host.json")));
        var element = path.Split('.').Aggregate(host.RootElement, (e, name) => e.GetProperty(name));
        Assert.Equal(value, element.ToString());
    }

    [Fact]
    public void Every_trigger_has_a_folder_and_every_queue_a_function()
    {
        var functions = Path.Combine(Root, "src/RecordsGuard.Functions/functions");
        var folders = Directory.GetFiles(functions, "function.json", SearchOption.AllDirectories)
            .ToDictionary(f => Path.GetDirectoryName(Path.GetRelativePath(functions, f))!, File.ReadAllText);
        Assert.All(Triggers.All, t => Assert.Contains(
            t.Kind == TriggerKind.Queue ? "queueTrigger" : "timerTrigger", folders[$"{Duties.Name(t.Duty)}/{t.Name}"], StringComparison.Ordinal));
        Assert.All(WorkQueues.All, q => Assert.Single(folders.Values, f => f.Contains($"\"queueName\": \"{q}\"", StringComparison.Ordinal)));
    }
}

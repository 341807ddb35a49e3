using System.Net;
using System.Text;
using RecordsGuard.EndToEnd.Tests.Stack;

namespace RecordsGuard.EndToEnd.Tests.Functions;

/// <summary>Timers, queue messages and poison, through the head as the Functions host starts it.</summary>
public sealed class TriggerTests(SharedStack shared)
{
    private const string LongAgo = "2010-03-15";
    private const int MaxDequeueCount = 10;

    private readonly RunningStack stack = shared.Stack;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_custodian_runs_the_nightly_sweep_and_is_told_which_timers_there_are()
    {
        var chart = await Chart.NewAsync(stack, LongAgo);
        await chart.RecordAsync();
        var custodian = await stack.PersonAsync("custodian-1");

        Assert.Null(await chart.DueAsync());
        (await custodian.PostAsync("/api/admin/run/nightlysweep")).Is(202);
        await Until.TrueAsync(async () => await chart.DueAsync() is not null, "the sweep lists what is due");

        var unknown = (await custodian.PostAsync("/api/admin/run/Sweep")).IsProblem(404, "no-such-timer");
        Assert.Contains("NightlySweep, NightlyReconcile, WatchPoison", unknown.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_host_runs_the_timer_too()
    {
        var chart = await Chart.NewAsync(stack, LongAgo);
        await chart.RecordAsync();

        Assert.Equal(HttpStatusCode.Accepted, await RunAsync("NightlySweep"));

        await Until.TrueAsync(async () => await chart.DueAsync() is not null, "the sweep lists what is due");
    }

    [Fact]
    public async Task A_message_in_the_queue_reaches_its_function()
    {
        var chart = await Chart.NewAsync(stack, LongAgo);
        await chart.RecordAsync();

        await stack.Stores.SendAsync("sweep", "from a test");

        await Until.TrueAsync(async () => await chart.DueAsync() is not null, "the sweep lists what is due");
    }

    [Fact]
    public async Task A_message_that_always_fails_ends_in_the_poison_queue_and_somebody_is_told()
    {
        var text = $"no purge message {Guid.NewGuid():N}";
        var poison = stack.Stores.Queue("purge-poison");

        // Each try costs the host's thirty seconds, so the first nine are ours: what we take counts as a try too.
        await Until.TrueAsync(() => HandOverAsync(text), "the message's last try is the host's");
        await Until.TrueAsync(
            async () => (await poison.PeekMessagesAsync(32, Stop)).Value.Any(m => Decoded(m.MessageText).StartsWith("no purge message", StringComparison.Ordinal)),
            "the message is poison");
        Assert.Equal(HttpStatusCode.Accepted, await RunAsync("WatchPoison"));

        var delivery = await shared.Webhook.ReceivedAsync(d => d.Detection == "poison-purge");
        Assert.Contains("purge-poison", delivery.Alert.GetProperty("because").GetString(), StringComparison.Ordinal);
        Assert.DoesNotContain("no purge message", delivery.Text, StringComparison.Ordinal);
    }

    /// <summary>Sends it and takes it nine times; false if the host was faster and the message must be another.</summary>
    private async Task<bool> HandOverAsync(string text)
    {
        var queue = stack.Stores.Queue("purge");
        var receipt = (await queue.SendMessageAsync(
            Convert.ToBase64String(Encoding.UTF8.GetBytes(text)), cancellationToken: Stop)).Value;
        for (var taken = 0; taken < MaxDequeueCount - 1;)
        {
            var message = (await queue.ReceiveMessagesAsync(32, TimeSpan.FromSeconds(30), Stop)).Value
                .FirstOrDefault(m => m.MessageId == receipt.MessageId);
            if (message is null || message.DequeueCount != taken + 1)
            {
                return false;
            }

            taken++;
            await queue.UpdateMessageAsync(message.MessageId, message.PopReceipt, visibilityTimeout: TimeSpan.Zero, cancellationToken: Stop);
        }

        return true;
    }

    private static string Decoded(string base64) => Encoding.UTF8.GetString(Convert.FromBase64String(base64));

    private async Task<HttpStatusCode> RunAsync(string function)
    {
        using var body = new StringContent("{}", Encoding.UTF8, "application/json");
        using var answer = await stack.Http.PostAsync($"/admin/functions/{function}", body, Stop);
        return answer.StatusCode;
    }
}

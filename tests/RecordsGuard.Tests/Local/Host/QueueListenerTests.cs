using System.Collections.Concurrent;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Time.Testing;
using RecordsGuard.Local.Host;

namespace RecordsGuard.Tests.Local.Host;

public sealed class QueueListenerTests : IAsyncLifetime
{
    private static readonly QueueSettings Settings = new(
        TimeSpan.FromSeconds(30), MaxDequeueCount: 3, TimeSpan.FromSeconds(2), BatchSize: 8, NewBatchThreshold: 4, Base64: true);

    private readonly string folder = Directory.CreateTempSubdirectory("queues-").FullName;
    private readonly FakeTimeProvider time = new(new DateTimeOffset(2031, 5, 1, 12, 0, 0, TimeSpan.Zero));
    private readonly CancellationTokenSource stop = new();
    private readonly ConcurrentQueue<(string Message, JsonObject Metadata, DateTimeOffset At)> runs = new();
    private MemoryQueue queue = null!;
    private AppOutput output = null!;
    private Task listening = Task.CompletedTask;

    public ValueTask InitializeAsync()
    {
        queue = new(time);
        output = new(Path.Combine(folder, "app.log"), _ => { }, time);
        return ValueTask.CompletedTask;
    }

    public async ValueTask DisposeAsync()
    {
        await stop.CancelAsync();
        await UntilAsync(() => listening.IsCompleted, TimeSpan.FromMinutes(1));
        await output.DisposeAsync();
        stop.Dispose();
        Directory.Delete(folder, recursive: true);
    }

    [Fact]
    public async Task A_message_is_run_once_and_deleted()
    {
        Send("hello");
        Listen(_ => Task.FromResult(true));

        await UntilAsync(() => queue.Count == 0, TimeSpan.FromSeconds(1));

        var (message, metadata, _) = Assert.Single(runs);
        Assert.Equal("\"hello\"", message);
        Assert.Equal("1", metadata["DequeueCount"]!.GetValue<string>());
        Assert.Equal("\"hello\"", metadata["QueueTrigger"]!.GetValue<string>());
        Assert.True(Guid.TryParse(JsonSerializer.Deserialize<string>(metadata["Id"]!.GetValue<string>()), out _));
    }

    [Fact]
    public async Task A_failed_message_comes_back_after_its_time_out_and_is_poison_after_the_last_try()
    {
        Send("bad");
        Listen(_ => Task.FromResult(false));

        await UntilAsync(() => queue.Poison.Count == 1, TimeSpan.FromSeconds(1));

        Assert.Equal(3, runs.Count);
        Assert.Equal(0, queue.Count);
        Assert.All(runs.Zip(runs.Skip(1)), p => Assert.True(p.Second.At - p.First.At >= TimeSpan.FromSeconds(30)));
        Assert.Equal("bad", Encoding.UTF8.GetString(Convert.FromBase64String(queue.Poison[0])));
    }

    [Fact]
    public async Task A_long_run_keeps_its_message_to_itself()
    {
        Send("long");
        var end = new TaskCompletionSource<bool>();
        Listen(_ => end.Task);
        await UntilAsync(() => runs.Count == 1, TimeSpan.FromSeconds(1));

        for (var minutes = 0; minutes < 40; minutes++)
        {
            time.Advance(TimeSpan.FromMinutes(1));
            await Task.Delay(5, TestContext.Current.CancellationToken);
        }

        Assert.Single(runs);
        end.SetResult(true);
        await UntilAsync(() => queue.Count == 0, TimeSpan.FromSeconds(1));
    }

    [Fact]
    public async Task A_batch_and_the_threshold_bound_what_runs_at_once()
    {
        Enumerable.Range(0, 30).ToList().ForEach(i => Send($"{i}"));
        var ends = new ConcurrentQueue<TaskCompletionSource<bool>>();
        Listen(_ =>
        {
            var end = new TaskCompletionSource<bool>(TaskCreationOptions.RunContinuationsAsynchronously);
            ends.Enqueue(end);
            return end.Task;
        });
        await StaysAsync(8);

        for (var i = 0; i < 3; i++)
        {
            ends.TryDequeue(out var end);
            end!.SetResult(true);
        }

        await StaysAsync(8);
        ends.TryDequeue(out var fourth);
        fourth!.SetResult(true);
        await StaysAsync(16);
        Assert.Equal(12, ends.Count);

        while (listening is { IsCompleted: false } && queue.Count > 0)
        {
            while (ends.TryDequeue(out var end))
            {
                end.SetResult(true);
            }

            await Task.Delay(5, TestContext.Current.CancellationToken);
        }
    }

    [Fact]
    public async Task A_message_that_is_not_in_the_encoding_is_poison_at_once()
    {
        queue.Send("not base64!");
        Listen(_ => Task.FromResult(true));

        await UntilAsync(() => queue.Poison.Count == 1, TimeSpan.FromSeconds(1));

        Assert.Empty(runs);
    }

    [Fact]
    public void An_empty_queue_is_asked_less_and_less_often_up_to_the_maximum()
    {
        var pause = new PollingPause(TimeSpan.FromSeconds(2));
        var pauses = Enumerable.Range(0, 12).Select(_ => pause.AfterNothing()).ToList();
        pause.AfterSomething();

        Assert.Equal(TimeSpan.FromMilliseconds(100), pauses[0]);
        Assert.InRange(pauses[1].TotalMilliseconds, 160, 240);
        Assert.Equal(TimeSpan.FromSeconds(2), pauses[^1]);
        Assert.Equal(pauses.Order(), pauses);
        Assert.Equal(TimeSpan.FromMilliseconds(100), pause.AfterNothing());
    }

    private void Send(string text) => queue.Send(Convert.ToBase64String(Encoding.UTF8.GetBytes(text)));

    private void Listen(Func<string, Task<bool>> run)
    {
        var function = new FunctionDefinition("Work", new FunctionTrigger.Queue("message", "work", "Queues", false), false);
        Task<bool> Run(FunctionDefinition definition, JsonNode data, JsonObject metadata)
        {
            runs.Enqueue((data.GetValue<string>(), metadata, time.GetUtcNow()));
            return run(data.GetValue<string>());
        }

        listening = new QueueListener(function, Settings, queue, Run, output, time).RunAsync(stop.Token);
    }

    private async Task StaysAsync(int started)
    {
        await Processes.UntilAsync(() => runs.Count >= started);
        await Task.Delay(50, TestContext.Current.CancellationToken);
        Assert.Equal(started, runs.Count);
    }

    private async Task UntilAsync(Func<bool> condition, TimeSpan step)
    {
        for (var tries = 0; !condition(); tries++)
        {
            Assert.True(tries < 1000, "It did not come about.");
            time.Advance(step);
            await Task.Delay(5, CancellationToken.None);
        }
    }
}

using System.Security.Cryptography;
using Microsoft.Extensions.Time.Testing;
using RecordsGuard.Audit;
using RecordsGuard.Fakes;

namespace RecordsGuard.Tests.Audit;

/// <summary>The chain of a writer, and what an append does when the store does not.</summary>
public sealed class AuditLogTests
{
    private static readonly AuditEvent Happened = new(AuditKind.Read, "read-content", "demo", "p", "c", "r", []);

    private readonly FakeTimeProvider time = new(new(2026, 3, 2, 18, 0, 0, TimeSpan.Zero));

    [Fact]
    public async Task Concurrent_appends_are_chains_without_holes()
    {
        var store = new InMemoryLogStore();
        var log = new AuditLog(store, time);
        var ids = await Task.WhenAll(Enumerable.Range(0, 400).Select(_ => Task.Run(() => log.AppendAsync(Happened))));
        Assert.Equal(400, ids.Distinct().Count());
        Assert.Equal(400, AssertChains(store));
    }

    [Theory]
    [InlineData(FaultKind.FailNotPersisted)]
    [InlineData(FaultKind.FailButPersisted)]
    public async Task After_an_append_that_failed_a_new_writer_goes_on(FaultKind kind)
    {
        var store = new InMemoryLogStore();
        var faults = new Faults();
        var log = new AuditLog(faults.Wrap(store), time);
        faults.Arm(new(3, kind));
        await log.AppendAsync(Happened);
        await log.AppendAsync(Happened);
        await Assert.ThrowsAsync<AuditUnavailableException>(() => log.AppendAsync(Happened));
        await log.AppendAsync(Happened);
        await log.AppendAsync(Happened);
        Assert.Equal(2, store.All.Select(e => e.Key[..32]).Distinct().Count());
        AssertChains(store);
    }

    [Fact]
    public async Task A_store_that_breaks_its_contract_leaves_no_hole_either()
    {
        var store = new InMemoryLogStore();
        var broken = new OddLogStore(store) { Failure = new InvalidOperationException("Not in the contract.") };
        var log = new AuditLog(broken, time);
        await Assert.ThrowsAnyAsync<Exception>(() => log.AppendAsync(Happened));
        broken.Failure = null;
        await log.AppendAsync(Happened);
        await log.AppendAsync(Happened);
        Assert.Equal(2, AssertChains(store));
    }

    [Fact]
    public async Task An_event_with_free_text_takes_no_number()
    {
        var store = new InMemoryLogStore();
        var log = new AuditLog(store, time);
        await log.AppendAsync(Happened);
        await Assert.ThrowsAsync<ArgumentException>(() => log.AppendAsync(Happened with { Operation = "Ada Lovelace" }));
        await log.AppendAsync(Happened);
        Assert.Equal(2, AssertChains(store));
        Assert.Single(store.All.Select(e => e.Key[..32]).Distinct());
    }

    [Fact]
    public async Task An_append_that_does_not_end_is_given_up_after_its_own_time_limit()
    {
        var store = new OddLogStore(new InMemoryLogStore()) { Hangs = true };
        var append = new AuditLog(store, time).AppendAsync(Happened);
        time.Advance(AuditLog.TimeLimit - TimeSpan.FromMilliseconds(1));
        Assert.False(append.IsCompleted);
        time.Advance(TimeSpan.FromMilliseconds(1));
        await Assert.ThrowsAsync<AuditUnavailableException>(() => append.WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken));
    }

    [Fact]
    public void An_append_takes_no_token_so_nobody_who_hangs_up_stays_unlogged() =>
        Assert.All(
            typeof(AuditLog).GetMethods().Where(m => m.Name.EndsWith("Async", StringComparison.Ordinal)),
            m => Assert.DoesNotContain(m.GetParameters(), p => p.ParameterType == typeof(CancellationToken)));

    [Fact]
    public async Task A_change_happens_only_after_its_intent_is_durable()
    {
        var store = new InMemoryLogStore { Down = true };
        var log = new AuditLog(store, time);
        var happened = false;
        await Assert.ThrowsAsync<AuditUnavailableException>(() => log.ChangeAsync(new("place-hold", "demo"), [], _ =>
        {
            happened = true;
            return Task.FromResult(true);
        }));
        Assert.False(happened);
    }

    [Theory]
    [InlineData(true, AuditKind.ChangeDone)]
    [InlineData(false, AuditKind.ChangeNotDone)]
    public async Task The_outcome_names_its_intent(bool done, AuditKind kind)
    {
        var store = new InMemoryLogStore();
        var log = new AuditLog(store, time);
        var intended = 0;
        Assert.Equal(done, await log.ChangeAsync(new("place-hold", "demo"), [new("row", "x")], async intent =>
        {
            intended = store.All.Count(e => AuditEntry.Parse(e.Bytes).Id == intent);
            await Task.Yield();
            return done;
        }));
        var entries = store.All.Select(e => AuditEntry.Parse(e.Bytes)).OrderBy(e => e.Sequence).ToList();
        Assert.Equal(1, intended);
        Assert.Equal([AuditKind.ChangeIntended, kind], entries.Select(e => e.Event.Kind));
        Assert.Equal(entries[0].Id.ToString(), entries[1].Event.Details.Single(d => d.Key == "intent").Value);
    }

    [Fact]
    public async Task A_commit_that_throws_has_no_outcome()
    {
        var store = new InMemoryLogStore();
        await Assert.ThrowsAsync<TimeoutException>(() => new AuditLog(store, time).ChangeAsync(
            new("place-hold", "demo"), [], _ => throw new TimeoutException()));
        Assert.Equal(AuditKind.ChangeIntended, AuditEntry.Parse(Assert.Single(store.All).Bytes).Event.Kind);
    }

    /// <summary>Each writer's entries: numbered from 0 without holes, each naming the hash of the one before.</summary>
    internal static int AssertChains(InMemoryLogStore store) => AssertChains(store.All);

    internal static int AssertChains(IReadOnlyCollection<PendingEntry> store)
    {
        foreach (var writer in store.GroupBy(e => e.Key[..32]))
        {
            var previous = new byte[AuditEntry.HashLength];
            var sequence = 0L;
            foreach (var pending in writer.OrderBy(e => e.Key, StringComparer.Ordinal))
            {
                var entry = AuditEntry.Parse(pending.Bytes);
                Assert.Equal(sequence, entry.Sequence);
                Assert.Equal(Convert.ToInt32(writer.Key[..1], 16), pending.Shard);
                Assert.Equal(writer.Key, entry.Writer.ToString("N"));
                Assert.Equal(previous, entry.Previous.ToArray());
                previous = SHA256.HashData(pending.Bytes.Span);
                sequence++;
            }
        }

        return store.Count;
    }

    private sealed class OddLogStore(ILogStore inner) : ILogStore
    {
        public Exception? Failure { get; set; }

        public bool Hangs { get; init; }

        public async Task AppendAsync(PendingEntry entry, CancellationToken cancel)
        {
            if (Hangs)
            {
                await Task.Delay(Timeout.Infinite, cancel);
            }

            await (Failure is null ? inner.AppendAsync(entry, cancel) : Task.FromException(Failure));
        }

        public IAsyncEnumerable<PendingEntry> ReadAsync(int shard, CancellationToken cancel) => inner.ReadAsync(shard, cancel);

        public Task RemoveAsync(IReadOnlyList<PendingEntry> entries, CancellationToken cancel) => inner.RemoveAsync(entries, cancel);
    }
}

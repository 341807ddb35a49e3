using RecordsGuard.Audit;
using RecordsGuard.Envelopes;
using RecordsGuard.Fakes;
using RecordsGuard.Records;

namespace RecordsGuard.Azure.Tests.Contracts;

public sealed class FaultsTests
{
    private readonly Faults faults = new();
    private readonly InMemoryRecordStore rows = new();
    private readonly InMemoryLogStore log = new();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(FaultKind.FailNotPersisted, false)]
    [InlineData(FaultKind.FailButPersisted, true)]
    [InlineData(FaultKind.KillBefore, false)]
    [InlineData(FaultKind.KillAfter, true)]
    public async Task The_planned_call_goes_wrong_as_planned_and_only_that_one(FaultKind kind, bool persisted)
    {
        faults.Arm(new(2, kind));
        var store = faults.Wrap(rows);
        await InsertAsync(store, "first");
        var error = await Record.ExceptionAsync(() => InsertAsync(store, "second"));

        var killed = kind is FaultKind.KillBefore or FaultKind.KillAfter;
        Assert.Equal(killed, error is ProcessKilledException);
        Assert.Equal(!killed, error is StoreUnavailableException);
        Assert.Equal(persisted ? 2 : 1, rows.All(Table.Clients).Count);
        Assert.True(faults.Happened);
        Assert.Equal(["records.Commit Clients", "records.Commit Clients"], faults.Calls);

        if (killed)
        {
            await Assert.ThrowsAsync<ProcessKilledException>(() => InsertAsync(store, "third"));
            faults.Revive();
        }

        await InsertAsync(store, "third");
        Assert.Equal(persisted ? 3 : 2, rows.All(Table.Clients).Count);
    }

    [Fact]
    public async Task Calls_are_counted_over_all_ports_and_fail_with_the_exception_of_their_port()
    {
        var vault = faults.Wrap(new InMemoryKeyVault());
        var store = faults.Wrap(rows);
        var pending = faults.Wrap(log);
        async Task RunAsync()
        {
            await vault.EnsureKeyAsync("k", KeyUse.Signing, Cancel);
            await pending.AppendAsync(new(0, $"{new string('a', 32)}-{new string('0', 16)}", new byte[] { 1 }), Cancel);
            await store.ListAsync(Table.Clients, "p", "", Cancel).ToListAsync(Cancel);
        }

        await RunAsync();
        Assert.Equal(["vault.Ensure", "log.Append", "records.List Clients"], faults.Calls);
        Type[] expected = [typeof(KeyVaultException), typeof(AuditUnavailableException), typeof(StoreUnavailableException)];
        for (var at = 1; at <= expected.Length; at++)
        {
            faults.Arm(new(at, FaultKind.FailNotPersisted));
            Assert.IsType(expected[at - 1], await Record.ExceptionAsync(RunAsync));
            Assert.Equal(at, faults.Calls.Count);
        }
    }

    private static async Task InsertAsync(IRecordStore store, string key) => Assert.Equal(
        Commit.Done,
        await store.CommitAsync(Table.Clients, "p", [new RowChange.Insert(Row.New("p", key, "record", "x"))], Cancel));
}

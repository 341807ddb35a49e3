using CsCheck;
using RecordsGuard.Fakes;
using RecordsGuard.Records;

namespace RecordsGuard.Azure.Tests.Contracts;

/// <summary>The fake is the model: whatever is done, both stores answer the same and hold the same.</summary>
public sealed class RecordStoreModelTests(AzuriteFixture azurite)
{
    private static readonly Gen<Step> AnyChange =
        from kind in Gen.Int[0, 2]
        from key in Gen.Int[0, 4]
        from stale in Gen.Int[0, 4]
        from body in Gen.Int[0, 9]
        select new Step(kind, $"k{key}", stale == 0, $"{body}");

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Any_sequence_of_commits_ends_the_same_in_both_stores()
    {
        await Adapters.CreateStorageAsync(azurite);
        var tables = Adapters.On(azurite).RecordStore(azurite.TableUri(AzuriteFixture.Records));
        await AnyChange.Array[1, 4].Array[1, 12].SampleAsync(
            async commits =>
            {
                var partition = $"model|{Guid.NewGuid():N}";
                var one = new Run(tables, partition);
                var other = new Run(new InMemoryRecordStore(), partition);
                foreach (var commit in commits)
                {
                    Assert.Equal(await other.CommitAsync(commit), await one.CommitAsync(commit));
                    Assert.Equal(await other.RowsAsync(), await one.RowsAsync());
                }
            },
            iter: 25,
            threads: 1);
    }

    private sealed record Step(int Kind, string Key, bool Stale, string Body);

    private sealed class Run(IRecordStore store, string partition)
    {
        /// <summary>Rows as first read, for changes that come too late.</summary>
        private readonly Dictionary<string, Row> old = [];

        public async Task<string> CommitAsync(Step[] steps)
        {
            var changes = new List<RowChange>();
            foreach (var step in steps)
            {
                var current = await store.ReadAsync(Table.Clients, partition, step.Key, Cancel);
                if (current is not null)
                {
                    old.TryAdd(step.Key, current);
                }

                var row = step.Stale ? old.GetValueOrDefault(step.Key) : current;
                changes.Add((step.Kind, row) switch
                {
                    (0, not null) => new RowChange.Replace(row.Next(step.Body)),
                    (1, not null) => new RowChange.Remove(row),
                    _ => new RowChange.Insert(Row.New(partition, step.Key, "record", step.Body)),
                });
            }

            try
            {
                return (await store.CommitAsync(Table.Clients, partition, changes, Cancel)).ToString();
            }
            catch (ArgumentException)
            {
                return "refused";
            }
        }

        public async Task<List<Row>> RowsAsync() =>
            await store.ListAsync(Table.Clients, partition, "", Cancel).Select(r => r with { ETag = "" }).ToListAsync(Cancel);
    }
}

using RecordsGuard.Fakes;
using RecordsGuard.Records;

namespace RecordsGuard.Azure.Tests.Contracts;

public sealed class InMemoryRecordStoreTests : RecordStoreContract
{
    protected override Task<IRecordStore> StoreAsync() => Task.FromResult<IRecordStore>(new InMemoryRecordStore());
}

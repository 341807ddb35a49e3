using RecordsGuard.EndToEnd.Tests.Crashes;
using Xunit.Sdk;
using Xunit.v3;

[assembly: TestCollectionOrderer(typeof(CrashesFirst))]

namespace RecordsGuard.EndToEnd.Tests.Crashes;

/// <summary>The longest first, so that none of them is what all others have ended and wait for.</summary>
public sealed class CrashesFirst : ITestCollectionOrderer
{
    public IReadOnlyCollection<TTestCollection> OrderTestCollections<TTestCollection>(IReadOnlyCollection<TTestCollection> testCollections)
        where TTestCollection : ITestCollection =>
        [.. testCollections.OrderBy(c => c.TestCollectionDisplayName switch
            {
                var name when name.Contains(nameof(PurgeCrashTests), StringComparison.Ordinal) => 0,
                var name when name.Contains(".Crashes.", StringComparison.Ordinal) => 1,
                _ => 2,
            })];
}

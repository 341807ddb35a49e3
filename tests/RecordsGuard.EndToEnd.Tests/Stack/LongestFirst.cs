using RecordsGuard.EndToEnd.Tests.Crashes;
using RecordsGuard.EndToEnd.Tests.Stack;
using Xunit.Sdk;
using Xunit.v3;

[assembly: TestCollectionOrderer(typeof(LongestFirst))]

namespace RecordsGuard.EndToEnd.Tests.Stack;

/// <summary>The longest first, whether they work or wait, so that none of them is what all others have ended and wait for.</summary>
public sealed class LongestFirst : ITestCollectionOrderer
{
    public IReadOnlyCollection<TTestCollection> OrderTestCollections<TTestCollection>(IReadOnlyCollection<TTestCollection> testCollections)
        where TTestCollection : ITestCollection =>
        [.. testCollections.OrderBy(c => c.TestCollectionDisplayName switch
            {
                var name when name.Contains(nameof(PurgeCrashTests), StringComparison.Ordinal) => 0,
                var name when name.Contains(nameof(SeparateDuties), StringComparison.Ordinal) => 1,
                var name when name.Contains(nameof(MainJob.AroundTheAppTests), StringComparison.Ordinal) => 2,
                var name when name.Contains(".Crashes.", StringComparison.Ordinal) => 3,
                var name when name.Contains(nameof(Rotation.RotationTests), StringComparison.Ordinal) => 4,
                var name when name.Contains(nameof(MainJob.AlertInOneAppTests), StringComparison.Ordinal) => 5,
                _ => 6,
            })];
}

using RecordsGuard.EndToEnd.Tests.Stack;

[assembly: AssemblyFixture(typeof(SharedStack))]

namespace RecordsGuard.EndToEnd.Tests.Stack;

/// <summary>One app that does everything: the stack of nearly all tests.</summary>
public sealed class SharedStack : StackFixture
{
    protected override string[] Options() => [];
}

/// <summary>For tests that look at, or upset, what all others use: they run when no other does.</summary>
[CollectionDefinition(nameof(Alone), DisableParallelization = true)]
public sealed class Alone;

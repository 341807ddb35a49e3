namespace RecordsGuard.Tests;

public sealed class SolutionTests
{
    [Fact]
    public void Placeholder() => Assert.True(File.Exists(typeof(SolutionTests).Assembly.Location));
}

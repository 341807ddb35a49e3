using System.Text.RegularExpressions;

namespace RecordsGuard.Tests.Infra;

public sealed partial class ThreatModelTests
{
    [Fact]
    public void Every_test_that_the_threat_model_names_is_there()
    {
        var root = Bicep.Infra.Parent!.FullName;
        var named = TestName().Matches(File.ReadAllText(Path.Combine(root, "docs", "threat-model.md"))).Select(m => m.Groups[1].Value).ToHashSet();
        var tests = Directory.EnumerateFiles(Path.Combine(root, "tests"), "*.cs", SearchOption.AllDirectories)
            .SelectMany(f => Method().Matches(File.ReadAllText(f)).Select(m => m.Groups[1].Value))
            .ToHashSet();

        Assert.True(named.Count > 50);
        Assert.Empty(named.Except(tests).Order());
    }

    [GeneratedRegex("`([A-Z][A-Za-z0-9]*(?:_[A-Za-z0-9]+)+)`")]
    private static partial Regex TestName();

    [GeneratedRegex(@"public (?:async )?(?:Task|void|ValueTask) ([A-Za-z0-9_]+)\(")]
    private static partial Regex Method();
}

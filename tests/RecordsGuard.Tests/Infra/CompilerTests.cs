namespace RecordsGuard.Tests.Infra;

public sealed class CompilerTests
{
    [Fact]
    public async Task The_template_and_all_its_modules_compile_and_lint_without_a_word()
    {
        Bicep.Require();

        Assert.Empty(await Bicep.RunAsync("lint", Path.Combine(Bicep.Infra.FullName, "main.bicep")));
    }

    [Fact]
    public async Task What_azd_deploys_by_default_compiles()
    {
        Bicep.Require();

        Assert.NotEmpty(await Bicep.RunAsync("build-params", Path.Combine(Bicep.Infra.FullName, "main.bicepparam"), "--stdout"));
    }

    [Fact]
    public void Every_module_is_used()
    {
        var sources = Bicep.Infra.EnumerateFiles("*.bicep", SearchOption.AllDirectories).ToList();
        var texts = sources.ToDictionary(s => s.Name, s => File.ReadAllText(s.FullName));

        Assert.All(
            sources.Where(s => s.Name != "main.bicep"),
            s => Assert.Contains(texts, t => t.Key != s.Name && t.Value.Contains($"{s.Name}'", StringComparison.Ordinal)));
    }
}

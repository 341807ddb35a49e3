using RecordsGuard.EndToEnd.Tests.Duties;
using RecordsGuard.Tests.Infra;

namespace RecordsGuard.EndToEnd.Tests.Stack;

/// <summary>
/// An app for each duty, behind one address, each a process with a package and an identity of its own; storage and vault
/// give each identity what the compiled template gives it, and nothing else.
/// </summary>
public sealed class SeparateStack : StackFixture
{
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("recordsguard-rights-");
    private FileInfo rights = null!;

    /// <summary>The template that the rights were compiled from.</summary>
    internal Deployment Deployment { get; private set; } = null!;

    public override async ValueTask InitializeAsync()
    {
        Bicep.Require();
        (rights, Deployment) = await CompiledRights.WriteAsync(folder);
        await base.InitializeAsync();
    }

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        folder.Delete(recursive: true);
    }

    protected override string[] Options() => ["--separate-duties", $"--rights={rights.FullName}"];
}

/// <summary>Started when the first of its tests is; its classes run one after the other.</summary>
[CollectionDefinition(nameof(SeparateDuties))]
public sealed class SeparateDuties : ICollectionFixture<SeparateStack>;

namespace RecordsGuard.Tests.Infra;

[CollectionDefinition(nameof(Deployments))]
public sealed class DeploymentsCollection : ICollectionFixture<Deployments>;

/// <summary>The parameter files, compiled once for all tests of the room.</summary>
public sealed class Deployments : IAsyncLifetime
{
    private const string Small = "small-practice";
    private const string Large = "large-group";
    private const string Rotation = "rotation";
    private const string Restore = "restore";
    private const string Webhook = "webhook";

    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("recordsguard-infra-");
    private readonly Dictionary<string, Deployment> all = [];

    internal Deployment SmallPractice => Get(Small);

    internal Deployment LargeGroup => Get(Large);

    /// <summary>The large group while its keys are rotated.</summary>
    internal Deployment WhileRotating => Get(Rotation);

    /// <summary>The large group while rows are restored.</summary>
    internal Deployment WhileRestoring => Get(Restore);

    /// <summary>The large group with a webhook, a secret that the compiler leaves as an expression.</summary>
    internal Deployment WithWebhook => Get(Webhook);

    internal IReadOnlyList<Deployment> Every => [SmallPractice, LargeGroup, WhileRotating, WhileRestoring];

    public async ValueTask InitializeAsync()
    {
        if (!OperatingSystem.IsLinux())
        {
            return;
        }

        Bicep.CopyTo(folder);
        var large = await File.ReadAllTextAsync(Path.Combine(folder.FullName, $"{Large}.bicepparam"));
        await File.WriteAllTextAsync(Path.Combine(folder.FullName, $"{Rotation}.bicepparam"), $"{large}\nparam rotation = true\n");
        await File.WriteAllTextAsync(Path.Combine(folder.FullName, $"{Restore}.bicepparam"), $"{large}\nparam restore = true\n");
        await File.WriteAllTextAsync(
            Path.Combine(folder.FullName, $"{Webhook}.bicepparam"), $"{large}\nparam alertWebhook = 'https://hooks.example/x'\n");
        string[] names = [Small, Large, Rotation, Restore, Webhook];
        foreach (var (name, deployment) in names.Zip(await Task.WhenAll(names.Select(n => Bicep.SnapshotAsync(folder, n)))))
        {
            all[name] = deployment;
        }
    }

    public ValueTask DisposeAsync()
    {
        folder.Delete(recursive: true);
        return ValueTask.CompletedTask;
    }

    private Deployment Get(string name)
    {
        Bicep.Require();
        return all[name];
    }
}

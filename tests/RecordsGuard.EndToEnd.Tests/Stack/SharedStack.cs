using RecordsGuard.EndToEnd.Tests.Stack;

[assembly: AssemblyFixture(typeof(SharedStack))]

namespace RecordsGuard.EndToEnd.Tests.Stack;

/// <summary>The one stack that nearly all tests share. Each registers clients of its own and looks only at those.</summary>
public sealed class SharedStack : IAsyncLifetime
{
    private readonly DirectoryInfo data = Directory.CreateTempSubdirectory("recordsguard-e2e-");

    internal RunningStack Stack { get; private set; } = null!;

    internal Webhook Webhook { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        Webhook = await Webhook.StartAsync();

        // No test runs yet: nobody else inherits this.
        const string Setting = "RecordsGuard__Alerts__Webhook";
        Environment.SetEnvironmentVariable(Setting, Webhook.Address.ToString());
        Stack = await RunningStack.StartAsync(data);
        Environment.SetEnvironmentVariable(Setting, null);
    }

    public async ValueTask DisposeAsync()
    {
        await Stack.DisposeAsync();
        await Webhook.DisposeAsync();
        data.Delete(recursive: true);
    }
}

/// <summary>For tests that look at, or upset, what all others use: they run when no other does.</summary>
[CollectionDefinition(nameof(Alone), DisableParallelization = true)]
public sealed class Alone;

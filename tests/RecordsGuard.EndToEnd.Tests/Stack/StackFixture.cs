namespace RecordsGuard.EndToEnd.Tests.Stack;

/// <summary>A running stack that several test classes share. Each registers clients of its own and looks only at those.</summary>
public abstract class StackFixture : IAsyncLifetime
{
    private readonly DirectoryInfo data = Directory.CreateTempSubdirectory("recordsguard-e2e-");

    internal RunningStack Stack { get; private set; } = null!;

    internal Webhook Webhook { get; private set; } = null!;

    public virtual async ValueTask InitializeAsync()
    {
        Webhook = await Webhook.StartAsync();
        Stack = await RunningStack.StartAsync(
            data, new Dictionary<string, string> { ["RecordsGuard__Alerts__Webhook"] = Webhook.Address.ToString() }, Options());
    }

    public virtual async ValueTask DisposeAsync()
    {
        await (Stack?.DisposeAsync() ?? default);
        await (Webhook?.DisposeAsync() ?? default);
        data.Delete(recursive: true);
    }

    /// <summary>A second stack of the same kind, on a folder of its own.</summary>
    internal Task<RunningStack> StartAsync(DirectoryInfo folder, params string[] options) =>
        RunningStack.StartAsync(folder, new Dictionary<string, string>(), [.. Options(), .. options]);

    /// <summary>What makes it this kind of stack, for Local's command line.</summary>
    protected abstract string[] Options();
}

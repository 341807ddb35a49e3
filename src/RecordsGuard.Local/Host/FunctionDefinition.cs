namespace RecordsGuard.Local.Host;

/// <summary>One function of the app, as its folder's function.json describes it.</summary>
internal sealed record FunctionDefinition(string Name, FunctionTrigger Trigger, bool Disabled);

/// <summary>What starts a function. <see cref="Binding"/> is the binding's name, under which the data travels.</summary>
internal abstract record FunctionTrigger(string Binding)
{
    /// <summary>Proxied as it is; everything else gets the JSON protocol.</summary>
    internal sealed record Http(string Binding, string Route, IReadOnlySet<string>? Methods) : FunctionTrigger(Binding);

    internal sealed record Timer(string Binding, string Schedule, bool RunOnStartup, bool UseMonitor) : FunctionTrigger(Binding);

    internal sealed record Queue(string Binding, string QueueName, string Connection, bool Binary) : FunctionTrigger(Binding);
}

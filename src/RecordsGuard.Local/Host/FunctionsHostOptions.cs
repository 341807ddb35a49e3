namespace RecordsGuard.Local.Host;

/// <summary>What one played Functions host needs.</summary>
internal sealed record FunctionsHostOptions
{
    /// <summary>The function app's folder.</summary>
    public required string AppFolder { get; init; }

    /// <summary>The host's port on 127.0.0.1.</summary>
    public required int Port { get; init; }

    /// <summary>Where timers keep their status and large request bodies rest while they are buffered.</summary>
    public required string StateFolder { get; init; }

    /// <summary>App settings: in the app's environment, over this process's own.</summary>
    public IReadOnlyDictionary<string, string> Settings { get; init; } = new Dictionary<string, string>();

    /// <summary>A queue by the trigger's connection and queue name.</summary>
    public required Func<string, string, ITriggerQueue> OpenQueue { get; init; }

    /// <summary>Routes that Local serves itself, under <c>/.local</c>, before any function.</summary>
    public Action<WebApplication>? LocalRoutes { get; init; }

    /// <summary>Told of each run of a function that is not HTTP: its trace id, the function's name, and the trigger's data.</summary>
    public Action<string, string, string>? Invoking { get; init; }

    public required AppOutput Output { get; init; }

    public TimeProvider Time { get; init; } = TimeProvider.System;
}

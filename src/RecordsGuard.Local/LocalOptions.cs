namespace RecordsGuard.Local;

/// <summary>What the person at the terminal asked for.</summary>
internal sealed record LocalOptions
{
    public const int DefaultPort = 7071;

    /// <summary>The first of eight ports in a row; 0 takes free ones.</summary>
    public int Port { get; init; } = DefaultPort;

    /// <summary>Everything that lasts is in here.</summary>
    public DirectoryInfo Data { get; init; } = new(".recordsguard");

    /// <summary>The moment at which the app's clock starts, handed to it as an offset; null leaves its clock alone.</summary>
    public string? Clock { get; init; }

    /// <summary>Fills the store with a practice to look around in.</summary>
    public bool Demo { get; init; }

    /// <summary>Everything but the Functions host, for <c>func start</c>.</summary>
    public bool ServicesOnly { get; init; }

    /// <summary>Who may do what, as a file of <see cref="Rights.LocalRight"/>; null: every app everything.</summary>
    public FileInfo? Rights { get; init; }

    /// <summary>One app for each duty, each with a process, an identity and a package of its own; else one app for all.</summary>
    public bool SeparateDuties { get; init; }

    /// <summary>The function app's folder: the head's build output beside ours, of the same configuration.</summary>
    public DirectoryInfo App { get; init; } = new(Path.GetFullPath(Path.Combine(
        AppContext.BaseDirectory, "..", "..", "RecordsGuard.Functions",
        Path.GetFileName(Path.TrimEndingDirectorySeparator(AppContext.BaseDirectory)))));
}

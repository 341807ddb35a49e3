namespace RecordsGuard.Local.Host;

/// <summary>What the host runs, and what it says to the app through the environment.</summary>
internal static class HandlerCommands
{
    /// <param name="environment">The host's own environment with the app settings over it; handed down whole.</param>
    public static HandlerCommand For(
        FunctionApp app, IReadOnlyDictionary<string, string> environment, int port, string hostAddress)
    {
        var handler = app.HostJson.Handler;
        var worker = Guid.NewGuid().ToString();
        var port10 = $"{port}";
        var handed = new Dictionary<string, string>(environment)
        {
            // The genuine host runs on ASP.NET Core itself and its children inherit this: an app that believes it
            // tries to listen on the host's own address.
            ["ASPNETCORE_URLS"] = hostAddress,
            ["FUNCTIONS_CUSTOMHANDLER_PORT"] = port10,
            ["FUNCTIONS_CUSTOMHANDLER_WORKER_ID"] = worker,
            ["FUNCTIONS_APP_ROOT_PATH"] = app.Folder,
            ["FUNCTIONS_HTTPWORKER_PORT"] = port10,
            ["FUNCTIONS_HTTPWORKER_ID"] = worker,
        };
        return new(
            Executable(app.Folder, handler.Executable),
            [.. handler.Arguments.Select(a => FunctionApp.Expand(a, environment))],
            Path.GetFullPath(Path.Combine(app.Folder, handler.WorkingDirectory)),
            handed);
    }

    /// <summary>The host's environment: this process's own, with the app settings over it.</summary>
    public static IReadOnlyDictionary<string, string> Environment(IReadOnlyDictionary<string, string> appSettings)
    {
        var merged = new Dictionary<string, string>();
        foreach (System.Collections.DictionaryEntry entry in System.Environment.GetEnvironmentVariables())
        {
            merged[(string)entry.Key] = (string?)entry.Value ?? "";
        }

        foreach (var (name, value) in appSettings)
        {
            merged[name] = value;
        }

        return merged;
    }

    // Under the app's root, else left to PATH.
    private static string Executable(string root, string path)
    {
        var inRoot = Path.GetFullPath(Path.Combine(root, path));
        return File.Exists(inRoot) || File.Exists(inRoot + ".exe") ? inRoot : path;
    }
}

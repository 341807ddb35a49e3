namespace RecordsGuard.Local;

/// <summary>The package of one duty: the function app's folder with that duty's function folders and no other's.</summary>
internal static class DutyPackage
{
    private static readonly Dictionary<string, string[]> Functions = new()
    {
        ["disposition"] = ["NightlySweep", "NightlyReconcile", "Sweep", "Purge", "Reconcile"],
        ["alerts"] = ["WatchPoison", "DeliverAlerts"],
    };

    /// <returns><paramref name="target"/>, made anew.</returns>
    public static DirectoryInfo Copy(DirectoryInfo app, DirectoryInfo target, string duty)
    {
        target.Delete(recursive: true);
        Copy(app, target, folder => !File.Exists(Path.Combine(folder.FullName, "function.json")) || Belongs(folder.Name, duty));
        return target;
    }

    private static bool Belongs(string function, string duty) =>
        function == "Api" || (Functions.TryGetValue(duty, out var mine) && mine.Contains(function));

    private static void Copy(DirectoryInfo source, DirectoryInfo target, Predicate<DirectoryInfo> wanted)
    {
        target.Create();
        foreach (var file in source.EnumerateFiles())
        {
            file.CopyTo(Path.Combine(target.FullName, file.Name));
        }

        foreach (var folder in source.EnumerateDirectories().Where(f => wanted(f)))
        {
            Copy(folder, target.CreateSubdirectory(folder.Name), wanted);
        }
    }
}

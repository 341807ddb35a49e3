namespace RecordsGuard.EndToEnd.Tests.Local;

/// <summary>
/// What a stack leaves that was started once, on an empty folder, and stopped: keys, certificates, tables, two practices.
/// Making the keys alone costs seconds, so each further stack begins with a copy.
/// </summary>
internal static class SeededFolder
{
    private static readonly Lazy<Task<DirectoryInfo>> Seeded = new(async () =>
    {
        var folder = Directory.CreateTempSubdirectory("recordsguard-seed-");
        AppDomain.CurrentDomain.ProcessExit += (_, _) => folder.Delete(recursive: true);
        await using var local = await LocalProcess.StartAsync(folder);
        return folder;
    });

    /// <summary>Does nothing to a folder that something is in: a stack was there before.</summary>
    public static async Task FillAsync(DirectoryInfo data)
    {
        data.Create();
        if (!data.EnumerateFileSystemInfos().Any())
        {
            Copy(await Seeded.Value, data);
        }
    }

    public static void Copy(DirectoryInfo from, DirectoryInfo to)
    {
        to.Create();
        foreach (var file in from.EnumerateFiles())
        {
            file.CopyTo(Path.Combine(to.FullName, file.Name));
        }

        foreach (var folder in from.EnumerateDirectories())
        {
            Copy(folder, to.CreateSubdirectory(folder.Name));
        }
    }
}

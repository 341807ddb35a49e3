using RecordsGuard.App;
using RecordsGuard.App.Http;

namespace RecordsGuard.Local;

/// <summary>
/// The package of one duty, as <c>-p:Duties=</c> builds it: the function app's folder with that duty's function folders
/// and no other's.
/// </summary>
internal static class DutyPackage
{
    private const string Api = "Api";

    /// <returns><paramref name="target"/>, made anew.</returns>
    public static DirectoryInfo Copy(DirectoryInfo app, DirectoryInfo target, string duty)
    {
        if (Directory.Exists(target.FullName))
        {
            target.Delete(recursive: true);
        }

        Copy(app, target, folder => !File.Exists(Path.Combine(folder.FullName, "function.json")) || Belongs(folder.Name, duty));
        return target;
    }

    private static bool Belongs(string function, string duty) => function == Api
        ? Routes.All.Any(r => Duties.Name(r.Duty) == duty)
        : Triggers.All.Any(t => t.Name == function && Duties.Name(t.Duty) == duty);

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

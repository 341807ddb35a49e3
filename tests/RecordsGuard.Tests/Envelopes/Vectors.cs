namespace RecordsGuard.Tests.Envelopes;

/// <summary>Where the language-neutral vectors lie.</summary>
internal static class Vectors
{
    public static string Folder(string name)
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "RecordsGuard.sln")))
            folder = folder.Parent ?? throw new DirectoryNotFoundException("Not within the repository.");

        return Path.Combine(folder.FullName, "tests", "vectors", name);
    }

    public static byte[] Hex(string file) => Convert.FromHexString(File.ReadAllText(file).Trim());
}

namespace RecordsGuard.Tests.Local;

/// <summary>A folder of its own, gone with the test.</summary>
internal sealed class TemporaryFolder : IDisposable
{
    public DirectoryInfo Directory { get; } = System.IO.Directory.CreateTempSubdirectory("recordsguard-");

    public DirectoryInfo Sub(string name) => new(Path.Combine(Directory.FullName, name));

    public void Dispose() => Directory.Delete(recursive: true);
}

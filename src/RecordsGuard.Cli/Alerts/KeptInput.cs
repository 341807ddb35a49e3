namespace RecordsGuard.Cli;

/// <summary>What comes in by stdin, kept in a file as long as the command runs: lines of it may be asked for again.</summary>
internal sealed class KeptInput : IDisposable
{
    private readonly string path = Path.Combine(Path.GetTempPath(), $"recordsguard-{Guid.NewGuid():N}");
    private bool kept;

    /// <summary>The file's name; stdin is read when it is first asked for.</summary>
    public string Keep()
    {
        if (!kept)
        {
            kept = true;
            var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
            if (!OperatingSystem.IsWindows())
            {
                options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
            }

            using var file = new FileStream(path, options);
            using var input = Console.OpenStandardInput();
            input.CopyTo(file);
        }

        return path;
    }

    public void Dispose() => File.Delete(path);
}

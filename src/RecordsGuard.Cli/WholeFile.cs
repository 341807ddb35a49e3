namespace RecordsGuard.Cli;

/// <summary>A file that appears when it is whole, or not at all.</summary>
internal static class WholeFile
{
    /// <param name="write">Gets an empty file to write to and to read back; what it throws passes as it is, and nothing is left.</param>
    /// <exception cref="IOException">The file is there already, unless it may be overwritten; or the disk does not take it.</exception>
    public static async Task WriteAsync(string path, bool overwrite, Func<Stream, Task> write)
    {
        // Beside it, under a short name of its own: a long one has no room for more.
        var partial = Path.Combine(Path.GetDirectoryName(Path.GetFullPath(path))!, $"{Guid.NewGuid():N}.part");
        try
        {
            await using (var target = new FileStream(partial, FileMode.CreateNew, FileAccess.ReadWrite))
            {
                await write(target);
            }

            File.Move(partial, path, overwrite);
        }
        finally
        {
            File.Delete(partial);
        }
    }
}

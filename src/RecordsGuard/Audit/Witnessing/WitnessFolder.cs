namespace RecordsGuard.Audit.Witnessing;

/// <summary>What a witness saw last of each log, one file each. A witness without it would vouch for anything: keep it.</summary>
public sealed class WitnessFolder(string path)
{
    /// <exception cref="IOException">It is there and cannot be read: better no witness than one that forgot.</exception>
    public async Task<ReadOnlyMemory<byte>?> ReadAsync(string origin, CancellationToken cancel)
    {
        var file = Path.Combine(path, origin);
        return File.Exists(file) ? (ReadOnlyMemory<byte>?)await File.ReadAllBytesAsync(file, cancel) : null;
    }

    /// <summary>On the disk when it returns; a crash leaves the earlier file or the new one.</summary>
    public async Task WriteAsync(string origin, ReadOnlyMemory<byte> note, CancellationToken cancel)
    {
        Directory.CreateDirectory(path);
        var partial = Path.Combine(path, $".{origin}.part");
        await using (var file = new FileStream(partial, FileMode.Create, FileAccess.Write))
        {
            await file.WriteAsync(note, cancel);
            await file.FlushAsync(cancel);
            RandomAccess.FlushToDisk(file.SafeFileHandle);
        }

        File.Move(partial, Path.Combine(path, origin), overwrite: true);
        FlushFolder();
    }

    /// <summary>So that the new name is on the disk too. Windows has no such call and needs none.</summary>
    private void FlushFolder()
    {
        if (!OperatingSystem.IsWindows())
        {
            using var folder = File.OpenHandle(path);
            RandomAccess.FlushToDisk(folder);
        }
    }
}

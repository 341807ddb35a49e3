using System.Globalization;
using RecordsGuard.Audit.Tree;

namespace RecordsGuard.Audit.Verifying;

/// <summary>
/// A log as files in the layout of C2SP tlog-tiles. A file appears whole or not at all, and a tile is never written over.
/// </summary>
public sealed class LogFolder(string path)
{
    private const string CheckpointName = "checkpoint";

    public PublishedLog Log => new(_ => CheckpointAsync(_), TileAsync, Partials);

    public Task<ReadOnlyMemory<byte>?> CheckpointAsync(CancellationToken cancel) => ReadAsync(CheckpointName, cancel);

    public Task<ReadOnlyMemory<byte>?> TileAsync(TileId tile, CancellationToken cancel) => ReadAsync(tile.Path, cancel);

    public bool Has(TileId tile) => File.Exists(In(tile.Path));

    /// <summary>Durable when it returns. A tile that is there with the same bytes is no error.</summary>
    /// <exception cref="LogBrokenException">It is there with other bytes.</exception>
    public async Task AddAsync(TileId tile, ReadOnlyMemory<byte> bytes, CancellationToken cancel)
    {
        if (await TileAsync(tile, cancel) is { } there)
        {
            if (!there.Span.SequenceEqual(bytes.Span))
            {
                throw new LogBrokenException(LogFault.TileDiffers, tile.Path);
            }
        }
        else
        {
            await WriteAsync(tile.Path, bytes, overwrite: false, cancel);
        }
    }

    /// <summary>Removes a full tile with the partial ones that it once was. What is gone already is no error.</summary>
    public void Remove(TileId tile)
    {
        var file = In(tile.Path);
        if (Directory.Exists($"{file}.p"))
        {
            Directory.Delete($"{file}.p", recursive: true);
        }

        if (Directory.Exists(Path.GetDirectoryName(file)))
        {
            File.Delete(file);
        }
    }

    /// <summary>Last of all: whoever sees a checkpoint in the folder finds its tiles.</summary>
    public Task PublishAsync(ReadOnlyMemory<byte> checkpoint, CancellationToken cancel) =>
        WriteAsync(CheckpointName, checkpoint, overwrite: true, cancel);

    private IEnumerable<TileId> Partials(TileId tile)
    {
        var folder = new DirectoryInfo(In((tile with { Width = TileId.FullWidth }).Path) + ".p");
        return folder.Exists
            ? folder.EnumerateFiles().Select(f => int.TryParse(f.Name, NumberStyles.None, CultureInfo.InvariantCulture, out var width) ? width : 0)
                .Where(w => w is > 0 and < TileId.FullWidth).Order().Select(w => tile with { Width = w })
            : [];
    }

    private async Task<ReadOnlyMemory<byte>?> ReadAsync(string name, CancellationToken cancel)
    {
        try
        {
            return await File.ReadAllBytesAsync(In(name), cancel);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }
    }

    private async Task WriteAsync(string name, ReadOnlyMemory<byte> bytes, bool overwrite, CancellationToken cancel)
    {
        var target = In(name);
        var partial = $"{target}.{Guid.NewGuid():N}.part";
        Directory.CreateDirectory(Path.GetDirectoryName(target)!);
        try
        {
            await using (var file = new FileStream(partial, FileMode.CreateNew, FileAccess.Write))
            {
                await file.WriteAsync(bytes, cancel);
                await file.FlushAsync(cancel);
                RandomAccess.FlushToDisk(file.SafeFileHandle);
            }

            File.Move(partial, target, overwrite);
        }
        finally
        {
            File.Delete(partial);
        }
    }

    private string In(string name) => Path.Combine(path, name);
}

using System.Security.Cryptography;
using System.Text;
using RecordsGuard.Audit.Tree;

namespace RecordsGuard.Audit.Witnessing;

/// <summary>
/// What a witness saw last of each log. A witness that forgets would vouch for anything, so there are two files a log,
/// written over in turn: .NET cannot make a renamed file's name durable, but it can the bytes of one that is there. Each
/// begins with the digest of its rest; a crash spoils at most the older one.
/// </summary>
public sealed class WitnessFolder(string path)
{
    private const int DigestLength = 64;

    /// <summary>The note, or null: this log was never seen.</summary>
    /// <exception cref="IOException">Something is there and cannot be read: better no witness than one that forgot.</exception>
    public async Task<ReadOnlyMemory<byte>?> ReadAsync(string origin, CancellationToken cancel) =>
        (await LatestAsync(origin, cancel))?.Note;

    /// <summary>On the disk when it returns; a crash leaves the earlier note or this one.</summary>
    public async Task WriteAsync(string origin, ReadOnlyMemory<byte> note, CancellationToken cancel)
    {
        var slot = await LatestAsync(origin, cancel) is { Slot: 0 } ? 1 : 0;
        Directory.CreateDirectory(path);
        await using var file = new FileStream(FileOf(origin, slot), FileMode.Create, FileAccess.Write);
        await file.WriteAsync(Encoding.ASCII.GetBytes(Digest(note.Span)), cancel);
        await file.WriteAsync(note, cancel);
        await file.FlushAsync(cancel);
        RandomAccess.FlushToDisk(file.SafeFileHandle);
    }

    private async Task<(ReadOnlyMemory<byte> Note, int Slot)?> LatestAsync(string origin, CancellationToken cancel)
    {
        var files = Enumerable.Range(0, 2).Where(s => File.Exists(FileOf(origin, s))).ToList();
        (ReadOnlyMemory<byte> Note, int Slot)? latest = null;
        foreach (var slot in files)
        {
            var bytes = await File.ReadAllBytesAsync(FileOf(origin, slot), cancel);
            var note = bytes.AsMemory(Math.Min(DigestLength, bytes.Length));
            if (bytes.Length > DigestLength && Encoding.ASCII.GetString(bytes, 0, DigestLength) == Digest(note.Span)
                && (latest is not { } other || SizeOf(note) > SizeOf(other.Note)))
            {
                latest = (note, slot);
            }
        }

        return latest is not null || files.Count == 0
            ? latest
            : throw new IOException($"What this witness saw of a log cannot be read: {FileOf(origin, files[0])}. Restore it; do not remove it.");
    }

    private static long SizeOf(ReadOnlyMemory<byte> note) => Checkpoint.Of(SignedNote.Parse(note.Span)).Size;

    private static string Digest(ReadOnlySpan<byte> note) => Convert.ToHexStringLower(SHA256.HashData(note));

    private string FileOf(string origin, int slot) => Path.Combine(path, $"{origin}.{slot}");
}

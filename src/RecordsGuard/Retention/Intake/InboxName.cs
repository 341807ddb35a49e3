using RecordsGuard.Envelopes;
using RecordsGuard.Records;

namespace RecordsGuard.Retention.Intake;

/// <summary>
/// What a file in the inbox says of itself: <c>{practice}/{client}/{anything}</c>, where anything may begin with a
/// record class and a slash, and the metadata <c>recordclass</c> and <c>filename</c> (percent-encoded). Nothing is
/// believed yet.
/// </summary>
/// <param name="ClassUnclear">It names a class that there is not, or two.</param>
public sealed record InboxName(PracticeId? Practice, ClientId? Client, RecordClass? Class, bool ClassUnclear, string FileName)
{
    public const string ClassLabel = "recordclass";
    public const string FileNameLabel = "filename";

    private const int MaxFileName = 255;

    public static InboxName Of(string name, BlobLook file)
    {
        ArgumentNullException.ThrowIfNull(name);
        ArgumentNullException.ThrowIfNull(file);
        var parts = name.Split('/');
        PracticeId? practice = PracticeId.TryParse(parts[0], out var p) ? p : null;
        ClientId? client = parts.Length > 2 && ClientId.TryParse(parts[1], out var c) ? c : null;
        RecordClass? inName = parts.Length > 3 && RecordClass.TryParse(parts[2], out var n) ? n : null;
        var label = file.Metadata.GetValueOrDefault(ClassLabel);
        RecordClass? inLabel = RecordClass.TryParse(label, out var l) ? l : null;
        var unclear = label is not null && (inLabel is null || (inName is not null && inName != inLabel));
        var called = file.Metadata.TryGetValue(FileNameLabel, out var encoded) ? Uri.UnescapeDataString(encoded) : parts[^1];
        return new(practice, client, inName ?? inLabel, unclear, Plain(called));
    }

    /// <summary>
    /// Whether such a blob can be asked for: every client of HTTP takes <c>.</c> and <c>..</c> in an address for
    /// directions, and would ask for another blob.
    /// </summary>
    public static bool IsReachable(string name) => name.Length > 0 && !name.Split('/', '\\').Any(s => s is "." or "..");

    /// <summary>A bare name that any file system can take, whatever the sender wrote.</summary>
    internal static string Plain(string name)
    {
        var last = name.Split('/', '\\')[^1];
        last = new([.. last.Select(c => char.IsControl(c) ? '_' : c)]);
        if (last.Length > MaxFileName)
        {
            last = last[..(char.IsHighSurrogate(last[MaxFileName - 1]) ? MaxFileName - 1 : MaxFileName)];
        }

        return last is "" or "." or ".." ? "record" : last;
    }
}

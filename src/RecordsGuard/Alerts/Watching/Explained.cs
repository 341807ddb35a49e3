using RecordsGuard.Audit;

namespace RecordsGuard.Alerts.Watching;

/// <summary>
/// Which acts of which entries this process has seen, for as long as lines come late, and how far into which files it has
/// looked for them: another process may have looked further, and has seen what this one has not.
/// </summary>
internal sealed class Explained
{
    private const int MostFiles = 4096;
    private const string Broken = " broken";

    private readonly Dictionary<(AuditEntryId Entry, string Act), string> acts = [];
    private readonly Queue<(DateTimeOffset Time, (AuditEntryId, string) Act)> old = [];
    private readonly Dictionary<string, long> files = new(StringComparer.Ordinal);

    /// <summary>How far into this file; 0: it is to be learnt from its beginning.</summary>
    public long Of(string file) => files.GetValueOrDefault(file);

    public void Move(string file, long to)
    {
        if (files.Count >= MostFiles)
        {
            files.Clear(); // it learns them again
        }

        files[file] = to;
    }

    /// <summary>Whether a line told of this act, also if it was broken off.</summary>
    public bool Has(AuditEntryId entry, string act) => acts.ContainsKey((entry, act)) || acts.ContainsKey((entry, act + Broken));

    /// <summary>False if another line told of this act before. The same line again is no other, and one that was broken off goes on.</summary>
    /// <param name="time">Not in the future.</param>
    public bool Add(AuditEntryId entry, string act, bool isBroken, string line, DateTimeOffset time)
    {
        var key = (entry, isBroken ? act + Broken : act);
        if (!acts.TryAdd(key, line))
        {
            return isBroken || acts[key] == line;
        }

        old.Enqueue((time, key));
        while (old.TryPeek(out var oldest) && oldest.Time < time - (2 * RecentEntries.Kept))
        {
            acts.Remove(old.Dequeue().Act);
        }

        return true;
    }
}

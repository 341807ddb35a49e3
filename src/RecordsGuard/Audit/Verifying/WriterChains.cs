using System.Security.Cryptography;

namespace RecordsGuard.Audit.Verifying;

/// <summary>
/// Each writer's entries are numbered from 0 and name the hash of the one before: what is missing, doubled or replaced
/// shows, also if the tree was rebuilt around it with the log's own key.
/// </summary>
/// <param name="fromTheBeginning">False if earlier entries were pruned: then a writer may begin anywhere.</param>
internal sealed class WriterChains(bool fromTheBeginning, Action<VerifyFinding> report)
{
    private readonly Dictionary<Guid, State> writers = [];
    private bool mayBeginAnywhere = !fromTheBeginning;

    /// <summary>Entries could not be read: from here on nobody knows where a writer was.</summary>
    public void Forget()
    {
        writers.Clear();
        mayBeginAnywhere = true;
    }

    public void Add(long index, AuditEntry entry, ReadOnlySpan<byte> bytes)
    {
        if (!writers.TryGetValue(entry.Writer, out var state))
        {
            writers.Add(entry.Writer, state = new());
            if (mayBeginAnywhere)
            {
                (state.Next, _) = (entry.Sequence, entry.Previous.Span.TryCopyTo(state.Last));
            }
        }

        if (entry.Sequence < state.Next)
        {
            Tell(VerifyFault.Repeat, entry, $"Entry {index} has a number that its writer had used before: it was put in by somebody else, or twice.");
            return;
        }

        if (entry.Sequence > state.Next)
        {
            var missing = entry.Sequence - state.Next;
            Tell(
                VerifyFault.Gap, entry,
                $"{missing} {(missing == 1 ? "entry" : "entries")} of one writer are missing before entry {index}: taken away before they were in the tree.");
        }
        else if (!entry.Previous.Span.SequenceEqual(state.Last))
        {
            Tell(VerifyFault.BrokenChain, entry, $"Entry {index} does not follow from its writer's entry before it: one of the two was replaced.");
        }

        SHA256.HashData(bytes, state.Last);
        state.Next = checked(entry.Sequence + 1);
    }

    private void Tell(VerifyFault fault, AuditEntry entry, string sentence) =>
        report(new(fault, $"writer {entry.Writer:N} number {entry.Sequence}", sentence));

    private sealed class State
    {
        public long Next { get; set; }

        public byte[] Last { get; } = new byte[AuditEntry.HashLength];
    }
}

using RecordsGuard.Alerts.Detections;

namespace RecordsGuard.Alerts.Watching;

/// <summary>
/// What one look found, gathered as alerts are kept: whoever copies a million records leaves a million lines, and they are
/// one finding with a count and the newest evidence, told in one call.
/// </summary>
internal sealed class LookFindings
{
    private readonly Dictionary<(string Practice, string Detection, string? Person), Gathered> gathered = [];
    private readonly List<Finding> others = [];

    /// <summary>Those without evidence each by itself.</summary>
    public IEnumerable<Finding> All => gathered.Values.Select(g => g.ToFinding()).Concat(others);

    public void Add(LogAlert alert)
    {
        var finding = alert.ToFinding();
        var key = (finding.Practice, finding.Detection, finding.Person);
        if (finding.Evidence is null)
        {
            others.Add(finding);
        }
        else if (gathered.TryGetValue(key, out var before))
        {
            before.Add(finding);
        }
        else
        {
            gathered.Add(key, new(finding));
        }
    }

    private sealed class Gathered(Finding first)
    {
        private readonly Queue<string> evidence = new([first.Evidence!]);
        private readonly List<Sighting> before = [];
        private Finding last = first;
        private int count = 1;

        /// <summary>Azure may write a line twice.</summary>
        public void Add(Finding next)
        {
            if (evidence.Contains(next.Evidence!))
            {
                return;
            }

            evidence.Enqueue(next.Evidence!);
            if (evidence.Count > Alert.MaxEvidence)
            {
                evidence.Dequeue();
            }

            Sighting.Add(before, new(last.Because, last.Record));
            last = next;
            count++;
        }

        public Finding ToFinding() => last with { Count = count, Earlier = [.. evidence.SkipLast(1)], Before = before };
    }
}

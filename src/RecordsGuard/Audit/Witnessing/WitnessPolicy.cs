using System.Globalization;
using RecordsGuard.Audit.Tree;

namespace RecordsGuard.Audit.Witnessing;

/// <summary>A witness as a policy names it.</summary>
/// <param name="Name">Within the policy only.</param>
/// <param name="Url">Where it takes checkpoints; null if it is only verified.</param>
public sealed record PolicyWitness(string Name, VerifierKey Key, Uri? Url);

/// <summary>
/// Which witnesses there are and how many must vouch for a checkpoint: the file format of C2SP tlog-policy.
/// </summary>
public sealed class WitnessPolicy
{
    private const string None = "none";

    private readonly Dictionary<string, Func<IReadOnlySet<string>, bool>> rules = new(StringComparer.Ordinal) { [None] = _ => true };
    private readonly HashSet<string> members = [];
    private readonly List<PolicyWitness> witnesses = [];
    private readonly List<VerifierKey> logs = [];
    private string? quorum;

    private WitnessPolicy()
    {
    }

    public IReadOnlyList<PolicyWitness> Witnesses => witnesses;

    /// <summary>The keys of the logs that the policy accepts; may be empty where the log is known otherwise.</summary>
    public IReadOnlyList<VerifierKey> Logs => logs;

    /// <exception cref="FormatException">Not a policy; the message names the line.</exception>
    public static WitnessPolicy Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var policy = new WitnessPolicy();
        foreach (var (number, line) in text.Split('\n').Index())
        {
            var words = line.Split([' ', '\t'], StringSplitOptions.RemoveEmptyEntries);
            if (words.Length > 0 && words[0][0] != '#' && !policy.Take(words))
            {
                throw new FormatException($"Line {number + 1} of the witness policy is malformed, or names what no line before it does, or again.");
            }
        }

        return policy.quorum is not null ? policy : throw new FormatException("The witness policy has no quorum line.");
    }

    /// <summary>Which of the policy's witnesses cosigned, and when.</summary>
    public IReadOnlyDictionary<PolicyWitness, DateTimeOffset> CosignersOf(SignedNote note, IEd25519 ed25519)
    {
        var found = new Dictionary<PolicyWitness, DateTimeOffset>();
        foreach (var witness in witnesses)
        {
            if (Cosignature.TimeOf(note, witness.Key, ed25519) is { } time)
            {
                found.Add(witness, time);
            }
        }

        return found;
    }

    /// <summary>Whether these witnesses are enough.</summary>
    public bool IsMet(IEnumerable<PolicyWitness> cosigners) =>
        rules[quorum!](cosigners.Select(c => c.Name).ToHashSet(StringComparer.Ordinal));

    private bool Take(string[] words) => words switch
    {
        ["log", var vkey] => AddLog(vkey),
        ["log", var vkey, var url] => IsUrl(url) && AddLog(vkey),
        ["witness", var name, var vkey] => AddWitness(name, vkey, null),
        ["witness", var name, var vkey, var url] => IsUrl(url) && AddWitness(name, vkey, new(url)),
        ["group", var name, var threshold, .. { Length: > 0 } names] => AddGroup(name, threshold, names),
        ["quorum", var name] => quorum is null && rules.ContainsKey(quorum = name),
        _ => false,
    };

    private bool AddLog(string vkey)
    {
        var key = VerifierKey.Parse(vkey);
        var isNew = !logs.Exists(l => l.Key.Span.SequenceEqual(key.Key.Span));
        logs.Add(key);
        return isNew;
    }

    private bool AddWitness(string name, string vkey, Uri? url)
    {
        var witness = new PolicyWitness(name, VerifierKey.Parse(vkey), url);
        var isNew = !witnesses.Exists(w => w.Key.Key.Span.SequenceEqual(witness.Key.Key.Span));
        witnesses.Add(witness);
        return isNew && Cosignature.IsCosignerKey(witness.Key) && rules.TryAdd(name, cosigners => cosigners.Contains(name));
    }

    private bool AddGroup(string name, string threshold, string[] names)
    {
        var needed = threshold switch
        {
            "any" => 1,
            "all" => names.Length,
            _ => int.TryParse(threshold, NumberStyles.None, CultureInfo.InvariantCulture, out var k) ? k : 0,
        };
        if (needed < 1 || needed > names.Length || !Array.TrueForAll(names, n => n != None && rules.ContainsKey(n) && members.Add(n)))
        {
            return false;
        }

        var parts = names.Select(n => rules[n]).ToList();
        return rules.TryAdd(name, cosigners => parts.Count(p => p(cosigners)) >= needed);
    }

    private static bool IsUrl(string text) => Uri.TryCreate(text, UriKind.Absolute, out var url) && url.Scheme is "http" or "https";
}

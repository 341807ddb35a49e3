using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using RecordsGuard.Audit.Tree;

namespace RecordsGuard.Tests.Audit.Tree;

/// <summary>tests/vectors/tlog: what others published, see its README.</summary>
public sealed class PublishedVectorTests
{
    private static readonly string Folder = FindFolder();

    public static TheoryData<string> Inclusions => Names("inclusion");

    public static TheoryData<string> Consistencies => Names("consistency");

    public static TheoryData<string> Notes => Names("notes");

    [Fact]
    public void Leaves_and_roots_are_those_of_RFC_6962()
    {
        var lines = File.ReadAllLines(Path.Combine(Folder, "tree.txt")).ToLookup(l => l[..4], l => Convert.FromHexString(l[6..]));
        var leaves = lines["leaf"].Select(l => TreeHash.OfLeaf(l)).ToList();
        var roots = lines["root"].Select(r => TreeHash.From(r)).ToList();
        Assert.Equal((8, 9), (leaves.Count, roots.Count));
        var edge = new TreeEdge();
        Assert.Equal(roots[0], edge.Root());
        for (var i = 0; i < leaves.Count; i++)
        {
            edge.Append(leaves[i]);
            Assert.Equal(roots[i + 1], edge.Root());
        }
    }

    [Theory]
    [MemberData(nameof(Inclusions))]
    public void Inclusion_proofs_are_judged_as_published(string name)
    {
        var v = Vector("inclusion", name);
        var proof = new InclusionProof(Number(v["leafIdx"]), Number(v["treeSize"]), Hashes(v["proof"]));
        var whole = new[] { v["leafHash"], v["root"] }.All(h => h.GetBytesFromBase64().Length == TreeHash.Length);
        Assert.Equal(!v["wantErr"].GetBoolean(), whole && proof.Verify(Hash(v["leafHash"]), Hash(v["root"])));
    }

    [Theory]
    [MemberData(nameof(Consistencies))]
    public void Consistency_proofs_are_judged_as_published(string name)
    {
        var v = Vector("consistency", name);
        var proof = new ConsistencyProof(Number(v["size1"]), Number(v["size2"]), Hashes(v["proof"]));
        Assert.Equal(!v["wantErr"].GetBoolean(), proof.Verify(Hash(v["root1"]), Hash(v["root2"])));
    }

    [Theory]
    [MemberData(nameof(Notes))]
    public void Notes_signed_with_ECDSA_are_judged_as_published(string name)
    {
        var v = Vector("notes", name);
        var note = SignedNote.Parse(Encoding.UTF8.GetBytes(v["note"].GetString()!));
        var key = VerifierKey.Parse(v["key"].GetString()!);
        Assert.Equal(v["key"].GetString(), key.ToString());
        Assert.Equal(v["note"].GetString(), note.ToString());
        Assert.Equal(!v["wantErr"].GetBoolean(), note.IsSignedBy(key));
        Assert.Equal(note.Text, Checkpoint.Of(note).Text);
    }

    private static TheoryData<string> Names(string file) =>
        [.. Lines(file).Select(l => l["name"].GetString()!)];

    private static Dictionary<string, JsonElement> Vector(string file, string name) =>
        Lines(file).Single(l => l["name"].GetString() == name);

    private static IEnumerable<Dictionary<string, JsonElement>> Lines(string file) =>
        File.ReadLines(Path.Combine(Folder, $"{file}.jsonl")).Select(l => JsonSerializer.Deserialize<Dictionary<string, JsonElement>>(l)!);

    /// <summary>Unsigned there; what is beyond our sizes is negative here.</summary>
    private static long Number(JsonElement number) => unchecked((long)number.GetUInt64());

    private static TreeHash[] Hashes(JsonElement list) =>
        list.ValueKind == JsonValueKind.Null ? [] : [.. list.EnumerateArray().Select(Hash)];

    /// <summary>What has not 32 bytes could be no hash of ours; it stands for itself: another one of the same text equals it.</summary>
    private static TreeHash Hash(JsonElement base64)
    {
        var bytes = base64.GetBytesFromBase64();
        return TreeHash.From(bytes.Length == TreeHash.Length ? bytes : SHA256.HashData(bytes));
    }

    private static string FindFolder()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!Directory.Exists(Path.Combine(folder.FullName, "tests/vectors/tlog")))
        {
            folder = folder.Parent ?? throw new DirectoryNotFoundException("Not within the repository.");
        }

        return Path.Combine(folder.FullName, "tests/vectors/tlog");
    }
}

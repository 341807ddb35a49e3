using RecordsGuard.Audit.Tree;

namespace RecordsGuard.Tests.Audit.Tree;

/// <summary>RFC 6962 section 2.1 word for word, over all leaves at once: what the product is compared with.</summary>
internal static class NaiveTree
{
    public static TreeHash Root(ReadOnlySpan<TreeHash> leaves) => leaves.Length switch
    {
        0 => TreeHash.OfNothing,
        1 => leaves[0],
        var n => TreeHash.OfNode(Root(leaves[..Half(n)]), Root(leaves[Half(n)..])),
    };

    public static IEnumerable<TreeHash> Path(int m, TreeHash[] leaves)
    {
        if (leaves.Length <= 1)
        {
            return [];
        }

        var k = Half(leaves.Length);
        return m < k
            ? Path(m, leaves[..k]).Append(Root(leaves.AsSpan(k)))
            : Path(m - k, leaves[k..]).Append(Root(leaves.AsSpan(0, k)));
    }

    public static IEnumerable<TreeHash> Consistency(int m, TreeHash[] leaves, bool whole = true)
    {
        if (m == leaves.Length)
        {
            return whole ? [] : [Root(leaves)];
        }

        var k = Half(leaves.Length);
        return m <= k
            ? Consistency(m, leaves[..k], whole).Append(Root(leaves.AsSpan(k)))
            : Consistency(m - k, leaves[k..], whole: false).Append(Root(leaves.AsSpan(0, k)));
    }

    /// <summary>The largest power of two below n.</summary>
    private static int Half(int n)
    {
        var k = 1;
        while (k * 2 < n)
        {
            k *= 2;
        }

        return k;
    }
}

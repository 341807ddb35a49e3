namespace RecordsGuard.Audit.Tree;

/// <summary>That an entry is in a tree: the hashes beside its path, from the leaf's sibling up (RFC 6962 section 2.1.1).</summary>
public sealed record InclusionProof(long Index, long Size, IReadOnlyList<TreeHash> Hashes)
{
    /// <summary>The algorithm of RFC 9162 section 2.1.3.2.</summary>
    public bool Verify(TreeHash leaf, TreeHash root)
    {
        if (Index < 0 || Index >= Size)
        {
            return false;
        }

        var (node, last) = (Index, Size - 1);
        foreach (var hash in Hashes)
        {
            if (last == 0)
            {
                return false;
            }

            if ((node & 1) == 1 || node == last)
            {
                leaf = TreeHash.OfNode(hash, leaf);
                var levels = (int)long.TrailingZeroCount(node); // node is not 0 here
                (node, last) = (node >> levels, last >> levels);
            }
            else
            {
                leaf = TreeHash.OfNode(leaf, hash);
            }

            (node, last) = (node >> 1, last >> 1);
        }

        return last == 0 && leaf == root;
    }
}

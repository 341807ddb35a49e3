namespace RecordsGuard.Audit.Tree;

/// <summary>That a tree only grew: a larger one begins with the entries of a smaller one (RFC 6962 section 2.1.2).</summary>
public sealed record ConsistencyProof(long From, long To, IReadOnlyList<TreeHash> Hashes)
{
    /// <summary>The algorithm of RFC 9162 section 2.1.4.2. From an empty tree nothing can be proven: false.</summary>
    public bool Verify(TreeHash root, TreeHash laterRoot)
    {
        if (From <= 0 || From > To)
        {
            return false;
        }

        if (From == To)
        {
            return Hashes.Count == 0 && root == laterRoot;
        }

        // A smaller tree that is whole is a node of the larger one, and left out of the proof.
        var path = long.IsPow2(From) ? Hashes.Prepend(root) : Hashes;
        var levels = (int)long.TrailingZeroCount(From);
        var (node, last) = ((From - 1) >> levels, (To - 1) >> levels);
        TreeHash? smaller = null, larger = null;
        foreach (var hash in path)
        {
            if (smaller is not { } s || larger is not { } l)
            {
                smaller = larger = hash;
                continue;
            }

            if (last == 0)
            {
                return false;
            }

            if ((node & 1) == 1 || node == last)
            {
                (smaller, larger) = (TreeHash.OfNode(hash, s), TreeHash.OfNode(hash, l));
                levels = (int)long.TrailingZeroCount(node); // node is not 0 here
                (node, last) = (node >> levels, last >> levels);
            }
            else
            {
                larger = TreeHash.OfNode(l, hash);
            }

            (node, last) = (node >> 1, last >> 1);
        }

        return last == 0 && smaller == root && larger == laterRoot;
    }
}

using RecordsGuard.Access.Policy;

namespace RecordsGuard.Access;

/// <summary>What the policy says to one question. Deny by default.</summary>
public abstract record Decision
{
    private Decision()
    {
    }

    /// <param name="Rule">The rule that allows it. Where it asks for a second person, the operation sees to that.</param>
    public sealed record Allow(AccessRule Rule) : Decision;

    /// <summary>Allowed by an exception that security staff always hear of.</summary>
    public sealed record AllowAndAlert(AccessRule Rule) : Decision;

    /// <param name="Rule">The refusing rule's id, or <see cref="AccessPolicy.DefaultDeny"/>: nothing allows it.</param>
    /// <param name="Missing">What would have to be otherwise; says nothing about whether a client or record exists.</param>
    /// <param name="Instead">What the person can lawfully do.</param>
    public sealed record Refuse(RefusalReason Because, string Rule, string Missing, string Instead) : Decision;
}

/// <summary>
/// Why somebody was refused: a closed list, so that the answer cannot tell more than it should. In the order in which
/// they are asked: what comes after the relationship is said only to somebody who has one.
/// </summary>
public enum RefusalReason
{
    /// <summary>The token is of a tenant that is not the practice's, or there is no such practice.</summary>
    NotOfThisPractice,

    /// <summary>The account is suspended.</summary>
    Suspended,

    /// <summary>No role of the caller's may do this.</summary>
    Role,

    /// <summary>A role may, but the caller has no relationship to this client that it asks for.</summary>
    NoRelationship,

    /// <summary>The relationship does not cover records of this class.</summary>
    RecordClass,

    /// <summary>The relationship does not cover this purpose of use.</summary>
    Purpose,

    /// <summary>One rule would allow it, and another forbids it.</summary>
    Forbidden,

    /// <summary>It takes a second person, and the caller is the first.</summary>
    SecondPerson,
}

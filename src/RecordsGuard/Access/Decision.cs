namespace RecordsGuard.Access;

/// <summary>What the policy says to one question. Deny by default.</summary>
public abstract record Decision
{
    private Decision()
    {
    }

    /// <param name="Rule">The rule that allows it, in words.</param>
    public sealed record Allow(string Rule) : Decision;

    /// <summary>Allowed by an exception that security staff always hear of.</summary>
    public sealed record AllowAndAlert(string Rule) : Decision;

    /// <param name="Because">What was missing; says nothing about whether a client or record exists.</param>
    /// <param name="Instead">What the person can lawfully do.</param>
    public sealed record Refuse(RefusalReason Because, string Instead) : Decision;
}

/// <summary>Why somebody was refused: a closed list, so that the answer cannot tell more than it should.</summary>
public enum RefusalReason
{
    /// <summary>The token is of a tenant that is not the practice's, or there is no such practice.</summary>
    NotOfThisPractice,

    /// <summary>The account is suspended.</summary>
    Suspended,

    /// <summary>No role of the caller's may do this.</summary>
    Role,

    /// <summary>A role may, but the caller has no relationship to this client.</summary>
    NoRelationship,

    /// <summary>The relationship does not cover this purpose of use.</summary>
    Purpose,
}

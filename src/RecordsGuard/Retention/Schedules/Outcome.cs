namespace RecordsGuard.Retention.Schedules;

/// <summary>What an expression comes to.</summary>
public enum OutcomeKind
{
    /// <summary>The clause says nothing about this client: <c>later</c> and <c>earlier</c> pass over it.</summary>
    None,

    /// <summary>The last day on which the record must be kept.</summary>
    Day,

    /// <summary>Facts are missing. Whatever contains it is unknown too, because what is missing may be later.</summary>
    Unknown,
}

/// <param name="Missing">The anchors that are not known; empty unless <see cref="OutcomeKind.Unknown"/>.</param>
public readonly record struct Outcome(OutcomeKind Kind, DateOnly Day, AnchorSet Missing)
{
    public static Outcome None => default;

    public static Outcome Of(DateOnly day) => new(OutcomeKind.Day, day, default);

    public static Outcome Unknown(Anchor anchor) => new(OutcomeKind.Unknown, default, AnchorSet.Of(anchor));

    public static Outcome Unknown(AnchorSet missing) => new(OutcomeKind.Unknown, default, missing);
}

/// <summary>What differs by jurisdiction. Data: the catalogue's parameters.</summary>
/// <param name="Majority">Age at which one comes of age.</param>
/// <param name="Missing">Where a period ends that would end on a missing day.</param>
public sealed record RuleParameters(int Majority, MissingDay Missing)
{
    public static RuleParameters Default { get; } = new(18, MissingDay.Forward);
}

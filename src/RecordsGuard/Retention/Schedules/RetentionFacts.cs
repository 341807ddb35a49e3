using System.Runtime.CompilerServices;

namespace RecordsGuard.Retention.Schedules;

/// <summary>
/// What is known about one client and one record: the days of anchors, and the client's age. A value: copied, never
/// shared, nothing on the heap. What is not said is not known.
/// </summary>
public struct RetentionFacts : IEquatable<RetentionFacts>
{
    private Days days;
    private DateOnly birth;
    private BirthKnown known;

    /// <summary>Not the birth, but the day on which the client was 18: enough for every rule about ages.</summary>
    public static RetentionFacts OfEighteenth(DateOnly eighteenth) => new() { birth = eighteenth, known = BirthKnown.Eighteenth };

    public static RetentionFacts OfBorn(DateOnly born) => default(RetentionFacts).WithBorn(born);

    /// <summary>An adult so old at the last service that no rule about ages can matter.</summary>
    public static RetentionFacts OfAdult() => default(RetentionFacts).AsAdult();

    /// <summary>The day of birth, if that is what is known.</summary>
    public readonly DateOnly? Born => known == BirthKnown.Born ? birth : null;

    public readonly RetentionFacts WithBorn(DateOnly born) => this with { birth = born, known = BirthKnown.Born };

    public readonly RetentionFacts AsAdult() => this with { known = BirthKnown.Adult };

    /// <summary>Null takes a day back.</summary>
    public void Set(Anchor anchor, DateOnly? day) => days[(int)anchor] = day is { } known ? known.DayNumber + 1 : 0;

    /// <summary>Exactly this anchor, or null.</summary>
    public readonly DateOnly? Exactly(Anchor anchor) => days[(int)anchor] is var number and > 0 ? DateOnly.FromDayNumber(number - 1) : null;

    /// <summary>
    /// This anchor's day, or the latest of those that stand in for it. Who comes back after the end of care has not ended
    /// it: the last service then stands for that end, too.
    /// </summary>
    /// <param name="by">Which one it is.</param>
    public readonly DateOnly? Find(Anchor anchor, out Anchor by)
    {
        by = anchor;
        var found = days[(int)anchor];
        if (found > 0 && found < days[(int)Anchor.LastService] && anchor is (Anchor.Termination or Anchor.Discharge or Anchor.LastContact))
        {
            (found, by) = (days[(int)Anchor.LastService], Anchor.LastService);
        }

        if (found == 0)
        {
            foreach (var other in Anchors.StandInsOf(anchor))
            {
                if (days[(int)other] > found)
                {
                    (found, by) = (days[(int)other], other);
                }
            }
        }

        return found > 0 ? DateOnly.FromDayNumber(found - 1) : null;
    }

    /// <summary>
    /// The birthday on which the client is that old, whether or not they lived to see it. Born on a 29 February: 1 March
    /// in common years.
    /// </summary>
    internal readonly Outcome Birthday(int years) => known switch
    {
        BirthKnown.Born => Outcome.Of(Calendar.AddMonths(birth, years * 12L, MissingDay.Forward)),
        BirthKnown.Eighteenth => Outcome.Of(Calendar.AddMonths(birth, (years - 18) * 12L, MissingDay.Forward)),
        BirthKnown.Adult => Outcome.None,
        _ => Outcome.Unknown(Anchor.Born),
    };

    public readonly bool Equals(RetentionFacts other) =>
        ((ReadOnlySpan<int>)days).SequenceEqual(other.days) && birth == other.birth && known == other.known;

    public override readonly bool Equals(object? obj) => obj is RetentionFacts other && Equals(other);

    public override readonly int GetHashCode() => HashCode.Combine(birth, known, days[0]);

    public static bool operator ==(RetentionFacts left, RetentionFacts right) => left.Equals(right);

    public static bool operator !=(RetentionFacts left, RetentionFacts right) => !left.Equals(right);

    private enum BirthKnown : byte
    {
        No,
        Born,
        Eighteenth,
        Adult,
    }

    /// <summary>One for each anchor: its day number and one, or 0.</summary>
    [InlineArray(17)]
    private struct Days
    {
        private int first;
    }
}

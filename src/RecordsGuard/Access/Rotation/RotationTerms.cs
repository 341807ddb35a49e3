using RecordsGuard.Envelopes;

namespace RecordsGuard.Access.Rotation;

/// <summary>How patiently and how fast keys are rotated.</summary>
/// <param name="Settle">
/// Longer than an upload may hold on to a version (<see cref="PublicKeys.MaxAge"/>), and than a read takes from its row
/// to the vault: only after so long is an old version in nobody's hands.
/// </param>
/// <param name="CallsPerSecond">Calls of the vault for all rotations of this process together; two a slip.</param>
/// <param name="MaxKeyAge">A version in use for longer is rotated by the timer.</param>
public sealed record RotationTerms(TimeSpan Settle, double CallsPerSecond, TimeSpan MaxKeyAge)
{
    /// <summary>Practices that the timer has under rotation at once: readers need the vault too.</summary>
    public const int AtOnce = 2;

    /// <summary>Slips a message re-wraps before it hands over to the next: a minute or two of work.</summary>
    public int SlipsPerMessage { get; init; } = 500;

    /// <summary>
    /// For how long somebody may act on the versions that a practice's row named: the rest of <see cref="Settle"/> is
    /// for a commit under way and for clocks that differ.
    /// </summary>
    public TimeSpan Hold => Settle * 0.75;

    /// <summary>The cache of public keys, and five minutes for a commit under way and for clocks that differ.</summary>
    public static readonly TimeSpan DefaultSettle = PublicKeys.MaxAge + TimeSpan.FromMinutes(5);
}

/// <summary>Spreads calls of the vault evenly over time.</summary>
internal sealed class Pace(double callsPerSecond, TimeProvider time)
{
    private readonly Lock gate = new();
    private DateTimeOffset free;

    /// <summary>Returns when it is the turn of so many calls.</summary>
    public Task TakeAsync(int calls, CancellationToken cancel)
    {
        var now = time.GetUtcNow();
        DateTimeOffset start;
        lock (gate)
        {
            start = free > now ? free : now;
            free = start + TimeSpan.FromSeconds(calls / callsPerSecond);
        }

        return start > now ? Task.Delay(start - now, time, cancel) : Task.CompletedTask;
    }
}

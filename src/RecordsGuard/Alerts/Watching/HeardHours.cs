using System.Numerics;

namespace RecordsGuard.Alerts.Watching;

/// <summary>
/// In which hours of the last five weeks a log had lines, and so in which hours of the week it always has some. Hours are
/// counted from 1970 in UTC.
/// </summary>
/// <param name="First">The first hour in which it was ever heard.</param>
/// <param name="Last">The newest.</param>
/// <param name="Bits">Base64 of a little-endian number: bit n says whether it was heard n hours before the newest.</param>
internal sealed record HeardHours(long First, long Last, string Bits)
{
    private const int Week = 7 * 24;
    private const int Weeks = 4;
    private const int Kept = (Weeks + 1) * Week;

    private BigInteger? number;

    private BigInteger Number => number ??= new(Convert.FromBase64String(Bits), isUnsigned: true);

    public static long HourOf(DateTimeOffset time) => time.ToUnixTimeSeconds() / 3600;

    public static DateTimeOffset TimeOf(long hour) => DateTimeOffset.FromUnixTimeSeconds(hour * 3600);

    public static HeardHours Begin(long hour) => new(hour, hour, Convert.ToBase64String([1]));

    /// <summary>The same object if that was known, or is so long ago that nobody asks.</summary>
    public HeardHours With(long hour)
    {
        if (Was(hour) || hour <= Last - Kept)
        {
            return this;
        }

        var last = Math.Max(Last, hour);
        var bits = last - Last >= Kept ? BigInteger.Zero : Number << (int)(last - Last);
        bits = (bits | (BigInteger.One << (int)(last - hour))) & ((BigInteger.One << Kept) - 1);
        return new(Math.Min(First, hour), last, Convert.ToBase64String(bits.ToByteArray(isUnsigned: true)));
    }

    public bool Was(long hour) =>
        hour <= Last && hour > Last - Kept && !((Number >> (int)(Last - hour)) & BigInteger.One).IsZero;

    /// <summary>Whether it always speaks in this hour of the week: in all of the last weeks but one, and in two at least.</summary>
    public bool Expects(long hour)
    {
        var (known, heard) = (0, 0);
        for (var before = hour - Week; before >= hour - (Weeks * Week) && before >= First; before -= Week)
        {
            known++;
            heard += Was(before) ? 1 : 0;
        }

        return heard >= Math.Max(2, known - 1);
    }

    /// <summary>Whether it speaks all week, day and night, nearly: a machine's rhythm.</summary>
    public bool IsRoundTheClock(long hour) => Enumerable.Range(0, Week).Count(h => Expects(hour - h)) >= Week * 9 / 10;
}

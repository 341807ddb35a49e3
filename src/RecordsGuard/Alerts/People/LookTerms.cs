namespace RecordsGuard.Alerts.People;

/// <summary>
/// When looking at somebody's file wants an explanation, and how much of it is much. Each has a setting
/// <c>RecordsGuard__Alerts__Snooping__…</c> and a line in docs/detections.md.
/// </summary>
public sealed record LookTerms
{
    /// <summary>The last service is so long ago: an assignment alone explains no look any more.</summary>
    public int ExClientDays { get; init; } = 365;

    /// <summary>The last service is no longer ago: the client comes and goes, and whoever keeps the file works with it.</summary>
    public int SeenLatelyDays { get; init; } = 30;

    /// <summary>When the practice works, in its own zone, Monday to Friday.</summary>
    public TimeOnly OpenFrom { get; init; } = new(7, 0);

    public TimeOnly OpenUntil { get; init; } = new(20, 0);

    /// <summary>Whether Saturdays and Sundays are days like others.</summary>
    public bool OpenOnWeekends { get; init; }

    /// <summary>More clients on a day than so many times the person's own median day is unusual.</summary>
    public double VolumeFactor { get; init; } = 3;

    /// <summary>So few are never unusual.</summary>
    public int VolumeLeast { get; init; } = 15;

    /// <summary>The same for somebody of whom fewer than <see cref="VolumeDays"/> days are known.</summary>
    public int VolumeNew { get; init; } = 40;

    public int VolumeDays { get; init; } = 5;

    /// <summary>So many points of looks without explanation, at different clients, within <see cref="SerialDays"/>.</summary>
    public int SerialPoints { get; init; } = 10;

    public int SerialDays { get; init; } = 30;

    /// <summary>A search that finds no more clients looked for them, and did not browse.</summary>
    public int Sought { get; init; } = 5;

    /// <param name="local">In the practice's zone.</param>
    public bool IsOpen(DateTime local) =>
        (OpenOnWeekends || local.DayOfWeek is not (DayOfWeek.Saturday or DayOfWeek.Sunday))
        && TimeOnly.FromDateTime(local) is var hour && hour >= OpenFrom && hour < OpenUntil;
}

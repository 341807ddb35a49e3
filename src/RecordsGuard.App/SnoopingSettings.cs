using System.ComponentModel.DataAnnotations;
using System.Globalization;
using RecordsGuard.Alerts.People;

namespace RecordsGuard.App;

/// <summary>The thresholds of docs/detections.md, "People".</summary>
public sealed class SnoopingSettings
{
    /// <summary>The last service is so long ago: an assignment alone explains no look any more. Default 365.</summary>
    [Range(30, 3650)]
    public int ExClientDays { get; set; } = 365;

    /// <summary>The last service is no longer ago: care goes on. Default 30.</summary>
    [Range(1, 365)]
    public int SeenLatelyDays { get; set; } = 30;

    /// <summary>When the practice works, in its own zone, Monday to Friday. Default 07:00-20:00.</summary>
    [RegularExpression("([01][0-9]|2[0-3]):[0-5][0-9]-([01][0-9]|2[0-3]):[0-5][0-9]")]
    public string OpenHours { get; set; } = "07:00-20:00";

    /// <summary>Whether Saturdays and Sundays are days like others. Default false.</summary>
    public bool OpenOnWeekends { get; set; }

    /// <summary>More clients on a day than so many times the person's own median day is unusual. Default 3.</summary>
    [Range(1.5, 20)]
    public double VolumeFactor { get; set; } = 3;

    /// <summary>So few are never unusual. Default 15.</summary>
    [Range(5, 200)]
    public int VolumeLeast { get; set; } = 15;

    /// <summary>The same for somebody of whom fewer than five days are known. Default 40.</summary>
    [Range(5, 200)]
    public int VolumeNew { get; set; } = 40;

    /// <summary>So many points of looks without explanation, at different clients, within 30 days. Default 10.</summary>
    [Range(2, 100)]
    public int SerialPoints { get; set; } = 10;

    internal LookTerms Terms() => new()
    {
        ExClientDays = ExClientDays,
        SeenLatelyDays = SeenLatelyDays,
        OpenFrom = TimeOnly.ParseExact(OpenHours[..5], "HH:mm", CultureInfo.InvariantCulture),
        OpenUntil = TimeOnly.ParseExact(OpenHours[6..], "HH:mm", CultureInfo.InvariantCulture),
        OpenOnWeekends = OpenOnWeekends,
        VolumeFactor = VolumeFactor,
        VolumeLeast = VolumeLeast,
        VolumeNew = VolumeNew,
        SerialPoints = SerialPoints,
    };
}

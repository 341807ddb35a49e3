using RecordsGuard.Records;

namespace RecordsGuard.Retention.Intake;

/// <summary>
/// What the inbox has security staff told: ids and words of ours, nothing of a file. It is told before the file goes,
/// so that a crash tells it again and never leaves it untold.
/// </summary>
/// <param name="Practice"><see cref="PracticeId.None"/> if the file is of no practice.</param>
/// <param name="Evidence">An audit entry, or null.</param>
public sealed record InboxNotice(PracticeId Practice, string Detection, string Because, string FirstAction, string? Evidence);

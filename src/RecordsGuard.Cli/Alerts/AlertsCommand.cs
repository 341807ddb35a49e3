using System.CommandLine;

namespace RecordsGuard.Cli;

/// <summary>What the commands of <c>recordsguard alerts</c> have in common: their exit codes.</summary>
internal static class AlertsCommand
{
    public const int Quiet = 0;

    public const int Alerts = 1;

    /// <summary>The command, its policy or a file was not understood; nothing is known.</summary>
    public const int Usage = 2;

    public static Command Create() => new(
        "alerts", "Looks for what should not have happened. Exit codes: 0 no alerts, 1 alerts, 2 not understood or not readable.")
    {
        AlertsEvaluateCommand.Create(),
    };
}

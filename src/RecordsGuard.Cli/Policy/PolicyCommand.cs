using System.CommandLine;
using RecordsGuard.Access.Policy;

namespace RecordsGuard.Cli;

/// <summary>
/// <c>recordsguard policy check|explain|diff</c>: what an access policy says, offline. Exit codes: 0 done; 1 the policy
/// is wrong; 2 the question is, or a file cannot be read.
/// </summary>
internal static class PolicyCommand
{
    public const int Wrong = 1;
    public const int Unusable = 2;

    public static Command Create() => new("policy", "The access policy: who may do what, with which records, and why.")
    {
        PolicyCheckCommand.Create(), PolicyExplainCommand.Create(), PolicyDiffCommand.Create(),
    };

    /// <summary>Null once the reason stands on stderr, with the exit code.</summary>
    /// <param name="path">Null: the policy that is shipped.</param>
    public static async Task<(AccessPolicy? Policy, int Code)> OpenAsync(string? path, CancellationToken cancel)
    {
        if (path is null)
        {
            return (AccessPolicy.Default, 0);
        }

        try
        {
            var reading = PolicyFile.Read(await File.ReadAllBytesAsync(path, cancel));
            foreach (var complaint in reading.Complaints)
            {
                await Console.Error.WriteLineAsync($"{path}: {complaint}");
            }

            return (reading.Policy, reading.Policy is null ? Wrong : 0);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            await Console.Error.WriteLineAsync($"{path} cannot be read: {e.Message}");
            return (null, Unusable);
        }
    }
}

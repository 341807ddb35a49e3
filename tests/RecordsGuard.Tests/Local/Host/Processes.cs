using System.Diagnostics;

namespace RecordsGuard.Tests.Local.Host;

internal static class Processes
{
    public static bool Alive(int pid)
    {
        try
        {
            using var process = Process.GetProcessById(pid);
            return !process.HasExited && !IsZombie(pid);
        }
        catch (ArgumentException)
        {
            return false;
        }
    }

    public static async Task UntilAsync(Func<bool> condition)
    {
        for (var tries = 0; !condition(); tries++)
        {
            Assert.True(tries < 400, "It did not come about within ten seconds.");
            await Task.Delay(25, TestContext.Current.CancellationToken);
        }
    }

    private static bool IsZombie(int pid)
    {
        var stat = $"/proc/{pid}/stat";
        return File.Exists(stat) && File.ReadAllText(stat).Split(") ").Last().StartsWith('Z');
    }
}

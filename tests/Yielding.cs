using System.Diagnostics;
using System.Runtime.CompilerServices;

namespace RecordsGuard.Tests;

/// <summary>
/// `dotnet test` runs the end-to-end tests beside these. They take longest and mostly wait for answers, so they go first and
/// these take what they leave: all end sooner, and no wait over there runs out because of a model's ten thousand lives here.
/// </summary>
internal static class Yielding
{
    [ModuleInitializer]
    internal static void Yield()
    {
        using var process = Process.GetCurrentProcess();
        process.PriorityClass = ProcessPriorityClass.BelowNormal;
    }
}

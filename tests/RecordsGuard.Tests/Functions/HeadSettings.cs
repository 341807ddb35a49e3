using RecordsGuard.Local;
using RecordsGuard.Local.SignIn;

namespace RecordsGuard.Tests.Functions;

/// <summary>Settings with which the app starts; nothing answers at any of their addresses.</summary>
internal static class HeadSettings
{
    public static IReadOnlyDictionary<string, string> Environment { get; } =
        new LocalEndpoints(LocalPorts.From(0), new DirectoryInfo("nowhere"), "")
            .AppSettings(LocalApp.Of(LocalIdentities.App), new(), TimeProvider.System)
            .Where(s => s.Value.Length > 0)
            .ToDictionary();

    public static IEnumerable<string> Arguments =>
        Environment.Select(s => $"--{s.Key.Replace("__", ":", StringComparison.Ordinal)}={s.Value}");
}

using RecordsGuard.App;
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

    public static IEnumerable<string> Arguments => ToArguments(Environment);

    /// <summary>An app of these duties is told what they need and nothing else.</summary>
    public static IReadOnlyDictionary<string, string> Of(Duties duties)
    {
        var others = SettingsValidation.Endpoints(new())
            .Append((Of: Reach.Webhook, Key: "Alerts:Webhook", Uri: null))
            .Where(e => !duties.Reaches(e.Of))
            .Select(e => $"{Settings.Section}:{e.Key}".Replace(":", "__", StringComparison.Ordinal));
        return Environment.Where(s => !others.Contains(s.Key))
            .Append(new("RecordsGuard__Duties", duties.ToString()))
            .GroupBy(s => s.Key)
            .ToDictionary(g => g.Key, g => g.Last().Value);
    }

    public static IEnumerable<string> ArgumentsOf(Duties duties) => ToArguments(Of(duties));

    private static IEnumerable<string> ToArguments(IReadOnlyDictionary<string, string> settings) =>
        settings.Select(s => $"--{s.Key.Replace("__", ":", StringComparison.Ordinal)}={s.Value}");
}

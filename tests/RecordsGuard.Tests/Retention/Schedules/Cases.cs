using RecordsGuard.Cli;
using RecordsGuard.Retention.Schedules;

namespace RecordsGuard.Tests.Retention.Schedules;

/// <summary>Cases, asked as the command asks them: from a file.</summary>
internal static class Cases
{
    public static async Task<RetentionExplanation> ExplainAsync(string json, string asOf = "2026-03-02", Catalogue? catalogue = null)
    {
        var file = Path.Combine(Directory.CreateTempSubdirectory("rg-case-").FullName, "case.json");
        try
        {
            await File.WriteAllTextAsync(file, json);
            var read = await CaseFile.ReadAsync(new(file), catalogue ?? Catalogue.Shipped, CancellationToken.None);
            return RetentionExplanation.Of(read, Day(asOf), Catalogue.Shipped.Version);
        }
        finally
        {
            Directory.Delete(Path.GetDirectoryName(file)!, recursive: true);
        }
    }

    public static async Task<string> RefusalAsync(string json) =>
        (await Assert.ThrowsAsync<FormatException>(() => ExplainAsync(json))).Message;

    /// <summary>One client, and rules by name.</summary>
    public static Task<RetentionExplanation> NamedAsync(string rules, string client, string record, string jurisdiction = "") => ExplainAsync($$"""
        {"practice": { {{(jurisdiction.Length == 0 ? "" : $"\"jurisdiction\":\"{jurisdiction}\",")}} "rules": [{{string.Join(',', rules.Split(' ').Select(r => $"\"{r}\""))}}]},
         "clients": [{{client}}], "record": {"class": "client-record", {{record}} } }
        """);

    /// <summary>One client, and the rules that hold where the practice is.</summary>
    public static Task<RetentionExplanation> AtAsync(
        string jurisdiction, string profession, string client, string anchors, string recordClass = "client-record") => ExplainAsync($$"""
        {"practice": {"jurisdiction": "{{jurisdiction}}", "profession": "{{profession}}"},
         "clients": [{{client}}], "record": {"class": "{{recordClass}}", "created": "2010-01-01", "anchors": { {{anchors}} } } }
        """);

    public static DateOnly Day(string day) => DateOnly.ParseExact(day, "yyyy-MM-dd");
}

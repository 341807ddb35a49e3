using System.Text.Json;

namespace RecordsGuard.Tests.Infra;

internal sealed record LifecycleRule(JsonElement Json)
{
    public IEnumerable<string?> Prefixes =>
        Json.GetProperty("definition").GetProperty("filters").GetProperty("prefixMatch").EnumerateArray().Select(p => p.GetString());

    public int Days(string of, string since) =>
        Json.GetProperty("definition").GetProperty("actions").GetProperty(of).GetProperty("delete").GetProperty(since).GetInt32();
}

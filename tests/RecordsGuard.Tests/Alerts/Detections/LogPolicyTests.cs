using System.Text;
using RecordsGuard.Alerts.Detections;

namespace RecordsGuard.Tests.Alerts.Detections;

public sealed class LogPolicyTests
{
    [Theory]
    [InlineData("", "No policy")]
    [InlineData("null", "empty policy")]
    [InlineData("""{"version":2,"identities":[]}""", "\"version\": 1")]
    [InlineData("""{"version":1}""", "identities")]
    [InlineData("""{"version":1,"identities":[],"netwroks":[]}""", "netwroks")]
    [InlineData("""{"version":1,"identities":[{"name":"a","may":[]}]}""", "objectId")]
    [InlineData("""{"version":1,"identities":[{"name":"a","objectId":"o","tokenHash":"0123456789abcdef0123456789abcdef","may":[]}]}""", "one of them")]
    [InlineData("""{"version":1,"identities":[{"name":"a","tokenHash":"AB","may":[]}]}""", "no hash")]
    [InlineData("""{"version":1,"networks":["10.0.0.0/33"],"identities":[]}""", "10.0.0.0/33")]
    [InlineData("""{"version":1,"identities":[{"name":"a","objectId":"o","may":[]},{"name":"b","objectId":"O","may":[]}]}""", "twice")]
    public void What_is_no_policy_is_refused_with_the_reason(string json, string reason) =>
        Assert.Contains(reason, Assert.Throws<FormatException>(() => LogPolicy.Parse(json)).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData("abc", "ABC", true)]
    [InlineData("abc", "abcd", false)]
    [InlineData("a*", "a", true)]
    [InlineData("a*c", "abc", true)]
    [InlineData("a*c", "abcb", false)]
    [InlineData("a*b*c", "axbxbxc", true)]
    [InlineData("a*ab", "ab", false)]
    [InlineData("*/keys/*-content/*", "kv/keys/demo-content/1", true)]
    [InlineData("*/keys/*-content/*", "kv/keys/demo-contents/1", false)]
    [InlineData("*", "", true)]
    public void A_star_stands_for_any_run_of_characters(string pattern, string text, bool matches) =>
        Assert.Equal(matches, Glob.Of(pattern).Matches(Encoding.UTF8.GetBytes(text)));

    [Fact]
    public async Task A_signature_may_be_named_by_its_hash()
    {
        var hash = new string('B', 64);
        var policy = LogPolicy.Parse($$"""
            {"version":1,"identities":[{"name":"partner","tokenHash":"{{hash}}","may":[{"operations":["PutBlob"],"resources":["stinbox/*"]}]}]}
            """);
        string Line(string operation) => Evaluated.Blob(operation, 201, path: "/stinbox/inbox/x", identity: "SAS", token: $"key1(CC),SasSignature({hash})");
        Assert.Empty((await Evaluated.RunAsync(policy, Line("PutBlob"), null)).Alerts);
        Assert.Equal(["beyond-duty"], (await Evaluated.RunAsync(policy, Line("GetBlob"), null)).Ids);
    }
}

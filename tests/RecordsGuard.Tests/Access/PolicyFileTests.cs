using System.Text;
using System.Text.Json.Nodes;
using RecordsGuard.Access;
using RecordsGuard.Access.Policy;
using RecordsGuard.Records;
using RecordsGuard.Tests.Envelopes;

namespace RecordsGuard.Tests.Access;

/// <summary>A policy file is taken whole or not at all, and what is wrong with it is said where it stands.</summary>
public sealed class PolicyFileTests
{
    [Fact]
    public void The_shipped_policy_is_valid_and_is_the_default()
    {
        var reading = PolicyFile.Read(PolicyFile.ShippedBytes());
        Assert.Empty(reading.Complaints);
        Assert.Equal(AccessPolicy.Default.Rules.Count, reading.Policy!.Rules.Count);
        Assert.Equal(["(gains none)", "(loses none)"], Compared(AccessPolicy.Default, reading.Policy));
    }

    [Theory]
    [InlineData("\"roles\": [\"front-desk\"]", "\"roles\": [\"front-dask\"]", "rules[0].roles[0]", "front-dask")]
    [InlineData("\"register-client\", \"search", "\"register-client\", \"register-client\", \"search", "rules[0].operations[1]", "twice")]
    [InlineData("\"purposes\": [\"TREAT\", \"HOPERAT\"]", "\"purposes\": [\"TREAT\", \"CURIOSITY\"]", "rules[2].purposes[1]", "CURIOSITY")]
    [InlineData("\"relationships\": [\"own-upload\"], \"purposes\": \"any\"", "\"relationships\": [], \"purposes\": \"any\"", "rules[1].relationships", "at least one")]
    [InlineData("\"id\": \"front-desk-checks-own-upload\"", "\"id\": \"front-desk-takes-in\"", "rules[1].id", "earlier rule")]
    [InlineData("\"id\": \"front-desk-takes-in\"", "\"id\": \"Front Desk\"", "rules[0].id", "small letters")]
    [InlineData("\"effect\": \"allow\",", "\"effect\": \"permit\",", "rules[0].effect", "allow-and-alert")]
    [InlineData("\"effect\": \"allow\",", "\"efect\": \"allow\",", "rules[0].efect", "none of")]
    [InlineData("\"ownUploadMinutes\": 15", "\"ownUploadMinutes\": 1440", "terms.ownUploadMinutes", "from 1 to 60")]
    [InlineData("\"ownUploadMinutes\": 15", "\"ownUploadMinutes\": \"15\"", "terms.ownUploadMinutes", "whole number")]
    [InlineData("\"breakGlassMinutes\": 60,", "", "terms", "breakGlassMinutes")]
    [InlineData("recordsguard-access-policy-1", "recordsguard-access-policy-9", "format", "recordsguard-access-policy-1")]
    [InlineData("\"version\": \"2026-03-01\"", "\"version\": \"march 1st\"", "version", "hyphens")]
    [InlineData("\"title\":", "\"title\": \"a\", \"title\":", "title", "twice")]
    public void A_mistake_is_named_with_its_place(string right, string wrong, string path, string why)
    {
        var complaints = Complaints(Replaced(right, wrong));
        var complaint = Assert.Single(complaints, c => c.Path == path);
        Assert.Contains(why, complaint.Why, StringComparison.OrdinalIgnoreCase);
        Assert.True(complaint.Line > 1, "The line is the first one.");
    }

    [Theory]
    [InlineData("security-watches", "operations", "[\"see-alerts\", \"read-content\"]", "security never has read-content")]
    [InlineData("auditor-verifies", "operations", "[\"read-log\", \"export-record\"]", "auditor never has export-record")]
    [InlineData("owner-administers", "operations", "[\"rotate-keys\", \"break-glass\"]", "owner never has break-glass")]
    [InlineData("treating-clinician-reads", "relationships", "\"any\"", "every chart")]
    [InlineData("treating-clinician-reads", "purposes", "\"any\"", "purpose of use")]
    [InlineData("treating-clinician-reads", "relationships", "[\"assigned\", \"break-glass\"]", "broken glass always alerts")]
    [InlineData("emergency", "effect", "\"allow\"", "always alerts")]
    [InlineData("emergency", "secondPerson", "\"no\"", "second person")]
    [InlineData("hold-released-by-two", "secondPerson", "\"after\"", "releases a hold of their own alone")]
    [InlineData("custodian-answers-orders", "effect", "\"allow\"", "always alerts")]
    [InlineData("custodian-answers-orders", "secondPerson", "\"after\"", "second person before")]
    [InlineData("custodian-answers-orders", "relationships", "\"any\"", "relationship")]
    public void What_no_policy_may_say_is_refused(string rule, string field, string value, string why)
    {
        var policy = Parsed();
        policy["rules"]!.AsArray().Single(r => (string)r!["id"]! == rule)![field] = JsonNode.Parse(value);
        var complaints = Complaints(policy.ToJsonString());
        Assert.Contains(complaints, c => c.Why.Contains(why, StringComparison.Ordinal) && c.Why.Contains(rule, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("review-break-glass")]
    [InlineData("approve-disclosure")]
    [InlineData("release-hold")]
    [InlineData("handle-alerts")]
    public void What_somebody_must_be_able_to_do_cannot_be_taken_from_everybody(string operation)
    {
        var policy = Parsed();
        foreach (var rule in policy["rules"]!.AsArray())
        {
            var operations = rule!["operations"]!.AsArray();
            operations.Where(o => (string)o! == operation).ToList().ForEach(o => operations.Remove(o));
        }

        foreach (var empty in policy["rules"]!.AsArray().Where(r => r!["operations"]!.AsArray().Count == 0).ToList())
        {
            policy["rules"]!.AsArray().Remove(empty);
        }

        Assert.Contains(Complaints(policy.ToJsonString()), c => c.Path == "rules");
    }

    [Fact]
    public void A_file_cut_anywhere_or_with_any_byte_changed_is_refused_or_means_what_it_says_and_never_throws()
    {
        var bytes = PolicyFile.ShippedBytes();
        for (var length = 0; length < bytes.Length - 1; length += 61)
        {
            Assert.Null(PolicyFile.Read(bytes.AsMemory(0, length)).Policy);
        }

        for (var i = 0; i < bytes.Length; i += 37)
        {
            foreach (var other in (byte[])[0, (byte)'"', (byte)'}', 0xFF, (byte)(bytes[i] ^ 1)])
            {
                var changed = bytes.ToArray();
                changed[i] = other;
                var reading = PolicyFile.Read(changed);
                Assert.Equal(reading.Policy is null, reading.Complaints.Count > 0);
            }
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("{} {}")]
    [InlineData("// a comment\n{}")]
    [InlineData("{\"rules\": 7, \"terms\": []}")]
    [InlineData("\uFEFF{\"format\": 1}")]
    public void What_is_no_policy_at_all_is_refused_with_a_sentence(string text)
    {
        var reading = PolicyFile.Read(Encoding.UTF8.GetBytes(text));
        Assert.Null(reading.Policy);
        Assert.All(reading.Complaints, c => Assert.EndsWith(".", c.Why, StringComparison.Ordinal));
    }

    [Fact]
    public void The_schema_knows_the_words_that_the_reader_knows()
    {
        var folder = Path.Combine(Path.GetDirectoryName(Vectors.Folder("access"))!, "../../src/RecordsGuard/Access/Policy");
        var rule = JsonNode.Parse(File.ReadAllText(Path.Combine(folder, "access-policy.schema.json")))!["$defs"]!["rule"]!["properties"]!;
        Assert.Equal(Roles.All, Enumerated(rule["roles"]!));
        Assert.Equal(Enum.GetValues<Operation>().Select(o => o.Word()), Enumerated(rule["operations"]!));
        Assert.Equal(RecordClass.All, Enumerated(rule["classes"]!["anyOf"]![1]!));
        Assert.Equal(Enum.GetValues<Relationship>().Select(r => r.Word()), Enumerated(rule["relationships"]!["anyOf"]![1]!));
        Assert.Equal(Purposes.Known, Enumerated(rule["purposes"]!["anyOf"]![1]!));
    }

    [Fact]
    public void A_difference_says_who_gains_and_who_loses_what()
    {
        var policy = Parsed();
        var rules = policy["rules"]!.AsArray();
        rules.Remove(rules.Single(r => (string)r!["id"]! == "supervisor-reads"));
        rules.Single(r => (string)r!["id"]! == "treating-clinician-bills")!["relationships"]!.AsArray().Add("covering");
        var fresh = PolicyFile.Read(Encoding.UTF8.GetBytes(policy.ToJsonString())).Policy!;
        var (gains, loses) = PolicyTable.Compare(AccessPolicy.Default, fresh);
        Assert.Equal(["clinician | read-content | covering | billing | HPAYMT | refuse -> allow"], gains);
        Assert.Equal(
            [
                "clinician | read-content | supervisor | client-record recording test-data correspondence consent | TREAT TRAIN | allow -> refuse",
                "clinician | read-content | supervisor | client-record recording test-data correspondence consent | ETREAT | allow -> allow-and-alert, second person after",
                "clinician | read-content | supervisor | billing | TREAT ETREAT TRAIN | allow -> refuse",
            ],
            loses);
    }

    private static IReadOnlyList<string> Compared(AccessPolicy old, AccessPolicy fresh)
    {
        var (gains, loses) = PolicyTable.Compare(old, fresh);
        return [gains.Count == 0 ? "(gains none)" : gains[0], loses.Count == 0 ? "(loses none)" : loses[0]];
    }

    private static IEnumerable<string> Enumerated(JsonNode list) => list["items"]!["enum"]!.AsArray().Select(w => (string)w!);

    private static IReadOnlyList<PolicyComplaint> Complaints(string json)
    {
        var reading = PolicyFile.Read(Encoding.UTF8.GetBytes(json));
        Assert.Null(reading.Policy);
        return reading.Complaints;
    }

    private static JsonNode Parsed() => JsonNode.Parse(PolicyFile.ShippedBytes())!;

    private static string Replaced(string right, string wrong)
    {
        var text = Encoding.UTF8.GetString(PolicyFile.ShippedBytes());
        var at = text.IndexOf(right, StringComparison.Ordinal);
        Assert.True(at >= 0, $"{right} is not in the shipped policy.");
        return string.Concat(text.AsSpan(0, at), wrong, text.AsSpan(at + right.Length));
    }
}

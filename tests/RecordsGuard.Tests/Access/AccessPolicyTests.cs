using CsCheck;
using RecordsGuard.Access;
using RecordsGuard.Tests.Envelopes;

namespace RecordsGuard.Tests.Access;

/// <summary>The policy, all of it: a change of it is a change of a file that a custodian can read.</summary>
public sealed class AccessPolicyTests
{
    private static readonly string[] AllRoles =
        [Roles.FrontDesk, Roles.Clinician, Roles.Custodian, Roles.Security, Roles.Auditor, Roles.Owner];

    private static readonly Gen<AccessQuestion> Questions = Gen.Select(
        Gen.Enum<Operation>(), Gen.Bool, Gen.Bool, Gen.OneOf([.. AllRoles, "janitor", "", "Custodian"]).Array[0, 4],
        Gen.Bool, Gen.Bool, Gen.OneOf<string?>([.. Purposes.Known, null, "", "NONE"]),
        (operation, ours, suspended, roles, related, own, purpose) =>
            new AccessQuestion(operation, ours, suspended, roles, related, own, purpose));

    [Fact]
    public void The_policy_is_the_table_in_policy_txt()
    {
        var file = Path.Combine(Vectors.Folder("access"), "policy.txt");
        var table = Table();
        if (Environment.GetEnvironmentVariable("WRITE_VECTORS") == "1")
        {
            Directory.CreateDirectory(Path.GetDirectoryName(file)!);
            File.WriteAllText(file, table);
        }

        Assert.Equal(File.ReadAllText(file), table);
    }

    [Fact]
    public void What_no_rule_names_is_refused() => Questions.Sample(
        q =>
        {
            var named = AccessPolicy.Rules.Any(r =>
                r.Operation == q.Operation && q.Roles.Contains(r.Role) && (!r.Relationship || q.Related) && (!r.OwnUpload || q.OwnUpload)
                && (r.Purposes.Count == 0 || r.Purposes.Contains(q.Purpose)));
            Assert.Equal(named && q.OfThisPractice && !q.Suspended, Allows(q));
        },
        iter: 5_000);

    [Fact]
    public void Knowing_less_never_allows_more() => Questions.Sample(
        q =>
        {
            if (!Allows(q))
            {
                Assert.False(Allows(q with { Related = false }));
                Assert.False(Allows(q with { OwnUpload = false }));
                Assert.False(Allows(q with { OfThisPractice = false }));
                Assert.False(Allows(q with { Suspended = true }));
                Assert.All(q.Roles, role => Assert.False(Allows(q with { Roles = [.. q.Roles.Except([role])] })));
            }
        },
        iter: 5_000);

    [Fact]
    public void Several_roles_allow_what_one_of_them_allows_and_nothing_more() => Questions.Sample(
        q => Assert.Equal(q.Roles.Any(role => Allows(q with { Roles = [role] })), Allows(q)), iter: 5_000);

    [Fact]
    public void A_role_that_the_house_does_not_know_allows_nothing() =>
        Assert.All(Enum.GetValues<Operation>(), operation => Assert.All(["janitor", "", "Custodian", "custodian ", "*"], role =>
            Assert.False(Allows(new(operation, true, false, [role], true, true, Purposes.Treatment)))));

    [Fact]
    public void Nobody_reads_content_by_role_alone() =>
        Assert.All(AllRoles, role => Assert.All(Purposes.Known, purpose =>
            Assert.False(Allows(new(Operation.ReadContent, true, false, [role], Related: false, OwnUpload: false, purpose)))));

    [Fact]
    public void Every_operation_has_a_word_of_its_own_that_the_log_takes()
    {
        var words = Enum.GetValues<Operation>().Select(o => o.Word()).ToList();
        Assert.Equal(words.Count, words.Distinct().Count());
        Assert.All(words, w => Assert.Matches("^[a-z]+(-[a-z]+)*$", w));
        Assert.Equal("read-content", Operation.ReadContent.Word());
        Assert.Equal("upload", Operation.Upload.Word());
    }

    private static bool Allows(AccessQuestion q) => AccessPolicy.Decide(q) is not Decision.Refuse;

    private static string Table()
    {
        var lines = new List<string> { "# role | operation | relationship | purposes -> decision. Everything that is not here is refused: Role." };
        foreach (var role in AllRoles)
        {
            foreach (var operation in Enum.GetValues<Operation>())
            {
                var byTerms = new[] { ("none", false, false), ("own-upload", false, true), ("assigned", true, false) }
                    .SelectMany(t => Purposes.Known.Append("(none)")
                        .GroupBy(p => Words(new(operation, true, false, [role], t.Item2, t.Item3, p == "(none)" ? null : p)))
                        .Select(g => (Terms: t.Item1, Line: $"{(g.Count() > Purposes.Known.Count ? "any" : string.Join(' ', g))} -> {g.Key}")))
                    .Where(l => !l.Line.EndsWith("refused: Role", StringComparison.Ordinal))
                    .GroupBy(l => l.Line, l => l.Terms);
                lines.AddRange(byTerms.Select(g => $"{role} | {operation.Word()} | {(g.Count() == 3 ? "any" : string.Join(", ", g))} | {g.Key}"));
            }
        }

        return string.Join('\n', lines) + "\n";
    }

    private static string Words(AccessQuestion q) =>
        AccessPolicy.Decide(q) is Decision.Refuse refuse ? $"refused: {refuse.Because}" : "allowed";
}

using CsCheck;
using RecordsGuard.Access;
using RecordsGuard.Access.Policy;
using RecordsGuard.Records;
using RecordsGuard.Tests.Envelopes;

namespace RecordsGuard.Tests.Access;

/// <summary>The policy, all of it: a change of it is a change of a file that a custodian can read.</summary>
public sealed class AccessPolicyTests
{
    private static readonly Gen<AccessQuestion> Questions = Gen.Select(
        Gen.Enum<Operation>(), Gen.Bool, Gen.Int[0, 9].Select(n => n == 0), Gen.OneOf([.. Roles.All, "janitor", "", "Custodian"]).Array[0, 3],
        Gen.Enum<Relationship>().Array[0, 2], Gen.OneOf<string?>([.. RecordClass.All, null]),
        Gen.OneOf<string?>([.. Purposes.Known, null, "", "NONE"]),
        (operation, ours, suspended, roles, relationships, recordClass, purpose) =>
            new AccessQuestion(operation, ours, suspended, roles, relationships, recordClass, purpose))
        .SelectMany(q => Gen.Bool.Select(own => q with { OwnDoing = own }));

    /// <summary>Any rules at all, sensible or not: what holds of the decision holds whatever a practice writes.</summary>
    private static readonly Gen<AccessRule> AnyRule = Gen.Select(
        Gen.Enum<Effect>(), Gen.OneOf([.. Roles.All]).Array[1, 2], Gen.Enum<Operation>().Array[1, 8],
        Maybe(Gen.OneOf([.. RecordClass.All]).Array[1, 4]), Maybe(Gen.Enum<Relationship>().Array[1, 3]),
        Maybe(Gen.OneOf([.. Purposes.Known]).Array[1, 4]), Gen.Enum<SecondPerson>(),
        (effect, roles, operations, classes, relationships, purposes, second) => new AccessRule(
            "r", effect, roles, operations, classes, relationships, purposes, second, "because it is so", null));

    private static readonly Gen<AccessPolicy> Policies = AnyRule.Array[0, 25].Select(rules =>
        Of([.. rules.Select((r, i) => r with { Id = $"r{i}" })]));

    [Fact]
    public void The_policy_is_the_table_in_policy_txt()
    {
        var file = Path.Combine(Vectors.Folder("access"), "policy.txt");
        var table = string.Join('\n', PolicyTable.Of(AccessPolicy.Default).Prepend(
            "# role | operation | relationship | class | purpose | decision (rule). Whatever is not here is refused: nothing allows it.")) + "\n";
        if (Environment.GetEnvironmentVariable("WRITE_VECTORS") == "1")
        {
            Directory.CreateDirectory(Path.GetDirectoryName(file)!);
            File.WriteAllText(file, table);
        }

        Assert.Equal(File.ReadAllText(file), table);
    }

    [Fact]
    public void Nothing_outside_the_policy_is_allowed() => Gen.Select(Policies, Questions).Sample(
        (policy, q) =>
        {
            var named = q.Roles.Any(role =>
                policy.Rules.Any(r => r.Effect != Effect.Refuse && Speaks(r, role, q))
                && !policy.Rules.Any(r => r.Effect == Effect.Refuse && Speaks(r, role, q)));
            Assert.Equal(named && q.OfThisPractice && !q.Suspended, Strength(policy, q) > 0);
        },
        iter: 5_000);

    [Fact]
    public void Without_a_rule_nothing_is_allowed_to_anybody() =>
        Questions.Sample(q => Assert.Equal(0, Strength(Of([]), q)), iter: 2_000);

    [Fact]
    public void Removing_a_grant_never_allows_more() => Gen.Select(Policies, Questions, Gen.Int[0, 100]).Sample(
        (policy, q, n) =>
        {
            var grants = policy.Rules.Where(r => r.Effect != Effect.Refuse).ToList();
            if (grants.Count > 0)
            {
                Assert.True(Strength(Without(policy, grants[n % grants.Count]), q) <= Strength(policy, q));
            }
        },
        iter: 5_000);

    [Fact]
    public void Adding_a_refusing_rule_never_allows_more_and_refuses_its_own_role() => Gen.Select(Policies, Questions, AnyRule).Sample(
        (policy, q, rule) =>
        {
            var more = Of([rule with { Effect = Effect.Refuse, Id = "new" }, .. policy.Rules]);
            Assert.True(Strength(more, q) <= Strength(policy, q));
            foreach (var role in q.Roles.Where(role => Speaks(rule with { Effect = Effect.Refuse }, role, q)))
            {
                Assert.Equal(0, Strength(more, q with { Roles = [role] }));
            }
        },
        iter: 5_000);

    [Fact]
    public void Being_less_never_allows_more() => Gen.Select(Policies.Select(GrantsOnly), Questions).Sample(
        (policy, q) =>
        {
            var now = Strength(policy, q);
            Assert.True(Strength(policy, q with { OfThisPractice = false }) == 0 && Strength(policy, q with { Suspended = true }) == 0);
            Assert.All(q.Relationships, r => Assert.True(Strength(policy, q with { Relationships = [.. q.Relationships.Except([r])] }) <= now));
            Assert.All(q.Roles, r => Assert.True(Strength(policy, q with { Roles = [.. q.Roles.Except([r])] }) <= now));
        },
        iter: 5_000);

    [Fact]
    public void Several_roles_allow_what_one_of_them_allows_and_nothing_more() => Gen.Select(Policies, Questions).Sample(
        (policy, q) => Assert.Equal(q.Roles.Select(role => Strength(policy, q with { Roles = [role] })).DefaultIfEmpty(0).Max(), Strength(policy, q)),
        iter: 5_000);

    [Fact]
    public void A_stranger_to_the_client_hears_the_same_whatever_the_class_of_the_record_is_and_whether_there_is_one() =>
        Gen.Select(Policies, Questions).Sample(
            (policy, q) =>
            {
                var stranger = q with { Relationships = [] };
                if (policy.Decide(stranger) is Decision.Refuse { Because: <= RefusalReason.NoRelationship } refused)
                {
                    Assert.All(RecordClass.All.Append(null), c =>
                    {
                        if (policy.Decide(stranger with { Class = c }) is Decision.Refuse { Because: <= RefusalReason.NoRelationship } other)
                        {
                            Assert.Equal(refused, other);
                        }
                        else
                        {
                            Assert.Fail("For another class the answer is another one.");
                        }
                    });
                }
            },
            iter: 5_000);

    [Fact]
    public void A_role_that_the_house_does_not_know_allows_nothing() =>
        Assert.All(Enum.GetValues<Operation>(), operation => Assert.All(["janitor", "", "Custodian", "custodian ", "*", "any"], role =>
            Assert.Equal(0, Strength(AccessPolicy.Default, new(
                operation, true, false, [role], Enum.GetValues<Relationship>(), "client-record", Purposes.Treatment)))));

    [Fact]
    public void Nobody_reads_content_by_role_alone() =>
        Assert.All(Roles.All, role => Assert.All(Purposes.Known.Append(null), purpose => Assert.All(RecordClass.All.Append(null), c =>
            Assert.Equal(0, Strength(AccessPolicy.Default, new(Operation.ReadContent, true, false, [role], [], c, purpose))))));

    [Fact]
    public void Every_refusal_says_what_is_missing_and_what_one_may_lawfully_do() => Questions.Sample(
        q =>
        {
            if (AccessPolicy.Default.Decide(q) is Decision.Refuse refuse)
            {
                Assert.NotEmpty(refuse.Missing);
                Assert.True(refuse.Instead.Length > 20, refuse.Instead);
            }
        },
        iter: 5_000);

    [Fact]
    public void Every_operation_has_a_word_of_its_own_that_the_log_takes()
    {
        var words = Enum.GetValues<Operation>().Select(o => o.Word()).ToList();
        Assert.Equal(words.Count, words.Distinct().Count());
        Assert.All(words, w => Assert.Matches("^[a-z]+(-[a-z]+)*$", w));
        Assert.Equal("read-content", Operation.ReadContent.Word());
        Assert.Equal("upload", Operation.Upload.Word());
    }

    private static Gen<T[]?> Maybe<T>(Gen<T[]> list) => Gen.Select(Gen.Bool, list, (any, some) => any ? null : some);

    private static AccessPolicy Of(IReadOnlyList<AccessRule> rules) => new("1", "t", AccessPolicy.Default.Terms, rules);

    private static AccessPolicy Without(AccessPolicy policy, AccessRule rule) => Of([.. policy.Rules.Except([rule])]);

    private static AccessPolicy GrantsOnly(AccessPolicy policy) => Of([.. policy.Rules.Where(r => r.Effect != Effect.Refuse)]);

    /// <summary>Written out, not asked of the rule itself.</summary>
    private static bool Speaks(AccessRule r, string role, AccessQuestion q) =>
        r.Roles.Contains(role) && r.Operations.Contains(q.Operation)
        && (r.Relationships is null || r.Relationships.Intersect(q.Relationships).Any())
        && (r.Classes is null || (q.Class is null ? r.Effect != Effect.Refuse : r.Classes.Contains(q.Class)))
        && (r.Purposes is null || (q.Purpose is not null && r.Purposes.Contains(q.Purpose)))
        && !(q.OwnDoing && r is { Effect: not Effect.Refuse, SecondPerson: SecondPerson.Before });

    private static int Strength(AccessPolicy policy, AccessQuestion q) => policy.Decide(q) switch
    {
        Decision.Allow { Rule: { Effect: Effect.Allow } rule } => rule.Strength,
        Decision.AllowAndAlert { Rule: { Effect: Effect.AllowAndAlert } rule } => rule.Strength,
        Decision.Refuse => 0,
        var other => throw new InvalidOperationException($"{other} says one thing and its rule another."),
    };
}

using RecordsGuard.Access;
using RecordsGuard.Access.Notices;
using RecordsGuard.Access.Policy;
using RecordsGuard.Tests.Retention;

namespace RecordsGuard.Tests.Access;

/// <summary>The notice says what the policy does, so that most people understand it.</summary>
public sealed class NoticeTests
{
    private static readonly CancellationToken None = CancellationToken.None;

    [Theory]
    [InlineData("US-CA", "must act")]
    [InlineData("US-TX", "lets us tell")]
    [InlineData("US-AR", "ask a lawyer")]
    [InlineData("DE", "ask a lawyer")]
    public void It_is_in_plain_words_and_says_what_the_law_of_the_place_says(string jurisdiction, string says)
    {
        var notice = Of(AccessPolicy.Default, jurisdiction);
        Assert.True(notice.Ease >= ReadingEase.Plain, $"{notice.Ease} is hard to read.");
        Assert.Contains(says, notice.ToString(), StringComparison.Ordinal);
        Assert.Contains($"Reading ease {notice.Ease}", notice.ToString(), StringComparison.Ordinal);
        Assert.Contains("Seven years.", notice.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void It_promises_what_the_policy_does_and_changes_with_it()
    {
        var policy = AccessPolicy.Default;
        var notes = new AccessRule(
            "supervised-notes", Effect.Allow, [Roles.Clinician], [Operation.ReadContent], ["psychotherapy-notes"], [Relationship.Supervisor],
            [Purposes.Treatment], SecondPerson.No, "because we have it so", null);
        var open = With(policy, [.. policy.Rules.Where(r => r.Id != "psychotherapy-notes-apart"), notes]);
        var shut = With(policy, [.. policy.Rules.Where(r => r.Id != "emergency-reading")]);
        Assert.Contains("for that person alone", Of(policy).ToString(), StringComparison.Ordinal);
        Assert.Contains("Some of these may also read the notes", Of(open).ToString(), StringComparison.Ordinal);
        Assert.Contains("for 60 minutes", Of(policy).ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain("for 60 minutes", Of(shut).ToString(), StringComparison.Ordinal);
        Assert.Equal(Of(policy).Version, Of(policy).Version);
        Assert.NotEqual(Of(policy).Version, Of(shut).Version);
        Assert.True(GivenNotices.IsVersion(Of(policy).Version));
        var (gone, fresh) = ConfidentialityNotice.Changes(Of(policy).ToString(), Of(open).ToString());
        Assert.Contains("alone", Assert.Single(gone), StringComparison.Ordinal);
        Assert.Contains("Some of these", Assert.Single(fresh), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("The cat sat on the mat.", 116.1)]
    [InlineData("Notwithstanding aforementioned confidentiality provisions, disclosures necessitated by statutory obligations remain permissible.", -100)]
    [InlineData("", 100)]
    public void Reading_ease_is_fleschs(string text, double ease) =>
        Assert.True(ease < 0 ? ReadingEase.Of(text) < 0 : Math.Abs(ReadingEase.Of(text) - ease) < 0.1, $"{ReadingEase.Of(text)}");

    [Fact]
    public async Task Who_was_given_which_version_is_kept_with_the_receipt()
    {
        var practice = await PracticeUnderTest.OpenAsync();
        var (client, other) = (await practice.RegisterAsync(), await practice.RegisterAsync());
        var notices = new GivenNotices(practice.Rows, practice.App.Audit, practice.Time);
        var receipt = await practice.UploadAsync(client);
        await notices.GiveAsync(practice.Custodian, practice.Id, client, "2026-03-01-0123abcd", null, None);
        practice.Advance(1);
        await notices.GiveAsync(practice.Custodian, practice.Id, client, "2026-04-01-0123abcd", receipt, None);
        var found = await notices.OfAsync(practice.Custodian, practice.Id, client, None);
        Assert.Equal([("2026-04-01-0123abcd", receipt.ToString()), ("2026-03-01-0123abcd", null)], found.Select(n => (n.Version, n.Receipt)));
        Assert.Empty(await notices.OfAsync(practice.Custodian, practice.Id, other, None));
    }

    [Theory]
    [InlineData("Sam Rivera was told")]
    [InlineData("")]
    [InlineData("2026-03-01")]
    public void A_version_is_no_free_text(string text) => Assert.False(GivenNotices.IsVersion(text));

    private static ConfidentialityNotice Of(AccessPolicy policy, string jurisdiction = "US-CA") =>
        ConfidentialityNotice.Of(policy, jurisdiction, ["Seven years."]);

    private static AccessPolicy With(AccessPolicy policy, IReadOnlyList<AccessRule> rules) => new(policy.Version, policy.Title, policy.Terms, rules);
}

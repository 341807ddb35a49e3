using RecordsGuard.Access;
using RecordsGuard.Access.Policy;
using RecordsGuard.Cli;
using RecordsGuard.Records;

namespace RecordsGuard.Tests.Cli;

/// <summary>Questions to the shipped policy in people's words, and what anybody would expect to hear.</summary>
public sealed class PolicyWordsTests
{
    [Theory]
    [InlineData("security assigned read client-record TREAT", "refuse", "security-never-content")]
    [InlineData("security none list client-record none", "refuse", "security-never-content")]
    [InlineData("security none see-alerts client-record none", "allow", "security-watches")]
    [InlineData("security none break-glass client-record BTG", "refuse", "security-never-content")]
    [InlineData("security none read client-record BTG", "refuse", "security-never-content")]
    [InlineData("clinician assigned read client-record TREAT", "allow", "treating-clinician-reads")]
    [InlineData("Clinician ASSIGNED read_content client_record treatment", "allow", "treating-clinician-reads")]
    [InlineData("clinician covering ReadContent client-record TREAT", "allow", "treating-clinician-reads")]
    [InlineData("clinician supervisor read client-record TREAT", "allow", "supervisor-reads")]
    [InlineData("clinician none read client-record TREAT", "refuse", "default-deny")]
    [InlineData("clinician none read client-record BTG", "allow-and-alert", "emergency-reading")]
    [InlineData("clinician none read client-record emergency", "allow-and-alert", "emergency-reading")]
    [InlineData("clinician none break-glass client-record break-glass", "allow-and-alert", "emergency")]
    [InlineData("clinician none read psychotherapy-notes BTG", "refuse", "psychotherapy-notes-apart")]
    [InlineData("clinician none upload client-record TREAT", "refuse", "default-deny")]
    [InlineData("clinician assigned upload recording TREAT", "allow", "clinician-works-in-chart")]
    [InlineData("clinician assigned read psychotherapy-notes TREAT", "allow", "own-psychotherapy-notes")]
    [InlineData("clinician supervisor read psychotherapy-notes TREAT", "refuse", "psychotherapy-notes-apart")]
    [InlineData("clinician covering read psychotherapy-notes TREAT", "refuse", "psychotherapy-notes-apart")]
    [InlineData("clinician assigned read client-record HPAYMT", "refuse", "default-deny")]
    [InlineData("clinician assigned read client-record HMARKT", null, null)]
    [InlineData("clinician assigned place-hold client-record none", "refuse", "default-deny")]
    [InlineData("clinician assigned purge client-record none", "refuse", "default-deny")]
    [InlineData("clinician assigned disclose client-record THREAT", "allow-and-alert", "harm-or-abuse-told-by-clinician")]
    [InlineData("clinician none disclose client-record THREAT", "refuse", "default-deny")]
    [InlineData("front-desk none read client-record TREAT", "refuse", "default-deny")]
    [InlineData("front-desk none read client-record BTG", "refuse", "default-deny")]
    [InlineData("front-desk none upload client-record TREAT", "allow", "front-desk-takes-in")]
    [InlineData("front-desk own-upload read client-record TREAT", "allow", "front-desk-rereads-own-upload")]
    [InlineData("front-desk none list client-record none", "refuse", "default-deny")]
    [InlineData("custodian none read client-record TREAT", "refuse", "default-deny")]
    [InlineData("custodian custodian-task read client-record HLEGAL", "allow", "custodian-task-reads")]
    [InlineData("custodian custodian-task read client-record PATRQT", "allow", "custodian-task-reads")]
    [InlineData("custodian custodian-task read client-record TREAT", "refuse", "default-deny")]
    [InlineData("custodian custodian-task read psychotherapy-notes HLEGAL", "refuse", "custodian-no-psychotherapy-notes")]
    [InlineData("custodian custodian-task disclose client-record court-order", "allow-and-alert", "custodian-answers-orders")]
    [InlineData("custodian none hold client-record none", "allow", "custodian-keeps")]
    [InlineData("custodian none release-hold client-record none", "allow", "hold-released-by-two")]
    [InlineData("custodian none approve client-record none", "allow", "custodian-keeps")]
    [InlineData("auditor none read client-record TREAT", "refuse", "auditor-never-content")]
    [InlineData("auditor none read-log client-record none", "allow", "auditor-verifies")]
    [InlineData("owner none read client-record TREAT", "refuse", "administrator-never-content")]
    [InlineData("administrator assigned read client-record TREAT", "refuse", "administrator-never-content")]
    [InlineData("owner none rotate-keys client-record none", "allow", "owner-administers")]
    [InlineData("janitor none read client-record TREAT", null, null)]
    [InlineData("clinician friend read client-record TREAT", null, null)]
    [InlineData("clinician assigned fly client-record TREAT", null, null)]
    [InlineData("clinician assigned read diary TREAT", null, null)]
    public void The_obvious_question_has_the_obvious_answer(string question, string? decision, string? rule)
    {
        var words = Ask(question);
        Assert.Equal(decision is null, words.Complaints.Count > 0);
        if (words.Question is { } asked)
        {
            var said = ExplainedQuestion.Of(AccessPolicy.Default, asked);
            Assert.Equal((decision, rule), (said.Decision, said.Rule));
            Assert.NotEmpty(said.Because);
            Assert.Equal(said.Decision == "refuse", said.Instead is not null);
        }
    }

    [Fact]
    public void An_unknown_word_is_answered_with_the_words_that_are_known()
    {
        var complaints = Ask("janitor friend fly diary curiosity").Complaints;
        Assert.Equal(5, complaints.Count);
        Assert.Contains(complaints, c => c.Contains("--role \"janitor\"", StringComparison.Ordinal) && c.Contains("front-desk", StringComparison.Ordinal));
        Assert.Contains(complaints, c => c.Contains("psychotherapy-notes", StringComparison.Ordinal));
        Assert.Contains(complaints, c => c.Contains("TREAT (treatment)", StringComparison.Ordinal));
    }

    [Fact]
    public void Every_word_of_the_house_means_itself()
    {
        Assert.All(Roles.All, w => Assert.Equal(w, Ask($"{w} none read client-record none").Question!.Roles[0]));
        Assert.All(Enum.GetValues<Operation>(), o => Assert.Equal(o, Ask($"owner none {o.Word()} client-record none").Question!.Operation));
        Assert.All(RecordClass.All, w => Assert.Equal(w, Ask($"owner none read {w} none").Question!.Class));
        Assert.All(Enum.GetValues<Relationship>(), r => Assert.Equal([r], Ask($"owner {r.Word()} read client-record none").Question!.Relationships));
        Assert.All(Purposes.Known, p => Assert.Equal(p, Ask($"owner none read client-record {p}").Question!.Purpose));
    }

    [Fact]
    public void An_emergency_says_that_it_takes_a_grant_and_four_eyes_that_they_are_two_people()
    {
        Assert.Contains("break-glass grant", Needs("clinician none read client-record BTG"), StringComparison.Ordinal);
        Assert.Contains("two people", Needs("custodian none release-hold client-record none"), StringComparison.Ordinal);
    }

    private static string Needs(string question) => Assert.Single(ExplainedQuestion.Of(AccessPolicy.Default, Ask(question).Question!).Needs);

    private static PolicyWords Ask(string question) =>
        question.Split(' ') is [var role, var relationship, var operation, var recordClass, var purpose]
            ? new(role, relationship, operation, recordClass, purpose)
            : throw new ArgumentException("Five words.");
}

using RecordsGuard.Access.Disclosures;

namespace RecordsGuard.Tests.Access.Disclosures;

/// <summary>The shipped legal facts: cited, marked, and never decided by what nobody read.</summary>
public sealed class LegalFactsTests
{
    [Theory]
    [InlineData("US-CA", "must")]
    [InlineData("US-FL", "must")] // a statute of 2019, where an older survey says may
    [InlineData("US-NY", "must")]
    [InlineData("US-TX", "may")]
    [InlineData("US-AR", "none")]
    [InlineData("US-PA", "must")]
    [InlineData("US-ZZ", "may")] // HIPAA alone
    [InlineData("DE", "none")]
    public void The_force_of_a_duty_to_protect_is_the_jurisdictions(string jurisdiction, string force) =>
        Assert.Equal(force, LegalFacts.For(jurisdiction, "risk-of-harm").Force);

    [Theory]
    [InlineData("US-CA", "child", 36)]
    [InlineData("US-CA", "adult", 48)]
    [InlineData("US-TX", "child", 24)]
    [InlineData("US-NY", "child", 48)]
    [InlineData("US-WA", "child", null)]
    public void A_report_has_the_clock_of_its_jurisdiction(string jurisdiction, string of, int? hours) =>
        Assert.Equal(hours, LegalFacts.For(jurisdiction, "abuse-or-neglect", of).ClockHours);

    [Fact]
    public void What_nobody_read_decides_nothing()
    {
        var ground = LegalFacts.For("US-WA", "abuse-or-neglect", "child");
        Assert.Contains(ground.Facts, f => !f.IsVerified && f.Force == "may");
        Assert.All(LegalFacts.All.Where(f => !f.IsVerified), f => Assert.DoesNotContain(
            LegalFacts.All.Where(o => o.IsVerified), o => o.Id == f.Id));
        Assert.Equal("none", LegalFacts.For("US", "accounting-of-nothing").Force);
    }

    [Fact]
    public void Every_fact_has_its_citation_and_what_was_read_has_its_source()
    {
        Assert.Equal(LegalFacts.All.Count, LegalFacts.All.Select(f => f.Id).Distinct().Count());
        Assert.All(LegalFacts.All, f =>
        {
            Assert.NotEmpty(f.Citation);
            Assert.NotEmpty(f.InWords);
            Assert.True(f.Status is "read" or "unverified", f.Id);
            Assert.True(f.Force is "must" or "may" or "none", f.Id);
            Assert.True(!f.IsVerified || f.Source is not null, $"{f.Id} was read nowhere.");
        });
    }
}

using RecordsGuard.EndToEnd.Tests.Stack;

namespace RecordsGuard.EndToEnd.Tests.MainJob;

/// <summary>Whoever is outside gets one and the same answer, whether or not there is such a client.</summary>
public abstract class RefusalTests(StackFixture shared)
{
    private const string NoClient = "c-00000000000000000000000000000000";
    private const string NoRecord = "r-00000000000000000000000000000000";

    private readonly RunningStack stack = shared.Stack;

    [Theory]
    [InlineData("clinician-2")]
    [InlineData("clinician-x")]
    [InlineData("imposter-custodian")]
    [InlineData("security-1")]
    [InlineData("auditor-1")]
    [InlineData("owner-1")]
    [InlineData("custodian-1")]
    public async Task Reading_content_outside_the_roles_is_refused_alike_for_what_exists_and_what_does_not(string person)
    {
        var chart = await Chart.NewAsync(stack);
        var record = await chart.RecordAsync();
        var who = await stack.PersonAsync(person);
        var answers = new List<string>();
        foreach (var path in (string[])
            [$"{chart.Records}/{record}", $"{chart.Records}/{NoRecord}", $"{(chart with { Client = NoClient }).Records}/{record}"])
        {
            var answer = (await who.GetAsync($"{path}/content", ("Purpose-Of-Use", "TREAT"))).IsProblem(403, "refused");
            answers.Add(answer.WithoutAudit() + string.Join('|', answer.Headers.Select(h => h.Key).Order(StringComparer.Ordinal)));
        }

        Assert.Single(answers.Distinct());
    }

    [Theory]
    [InlineData("clinician-2")]
    [InlineData("clinician-x")]
    [InlineData("security-1")]
    [InlineData("front-desk-1")]
    public async Task Listing_and_uploading_are_refused_alike_too(string person)
    {
        var chart = await Chart.NewAsync(stack);
        var who = await stack.PersonAsync(person);
        var none = chart with { Client = NoClient };

        Assert.Equal(
            (await who.GetAsync(none.Records)).IsProblem(403, "refused").WithoutAudit(),
            (await who.GetAsync(chart.Records)).IsProblem(403, "refused").WithoutAudit());
        if (person != "front-desk-1")
        {
            Assert.Equal(
                (await none.UploadAsync(new(Files.Pdf), person)).IsProblem(403, "refused").WithoutAudit(),
                (await chart.UploadAsync(new(Files.Pdf), person)).IsProblem(403, "refused").WithoutAudit());
        }
    }

    [Fact]
    public async Task Front_desk_may_not_read_what_somebody_else_uploaded()
    {
        var chart = await Chart.NewAsync(stack);
        var record = await chart.RecordAsync("clinician-1");

        (await chart.ReadAsync(record, "front-desk-1")).IsProblem(403, "refused");
        (await chart.ReadAsync(record)).Is(200);
    }

    [Fact]
    public async Task A_clinician_reads_for_treatment_and_for_nothing_else()
    {
        var chart = await Chart.NewAsync(stack);
        var record = await chart.RecordAsync();
        var clinician = await stack.PersonAsync("clinician-1");

        (await clinician.GetAsync($"{chart.Records}/{record}/content", ("Purpose-Of-Use", "HPAYMT"))).IsProblem(403, "refused");
        (await clinician.GetAsync($"{chart.Records}/{record}/content", ("Purpose-Of-Use", "CURIOSITY"))).IsProblem(400, "purpose");
        (await clinician.GetAsync($"{chart.Records}/{record}/content")).IsProblem(400, "purpose");
    }

    [Theory]
    [InlineData("front-desk-1")]
    [InlineData("clinician-1")]
    [InlineData("security-1")]
    [InlineData("imposter-custodian")]
    public async Task Holds_dispositions_and_timers_are_the_custodians(string person)
    {
        var chart = await Chart.NewAsync(stack);
        var who = await stack.PersonAsync(person);

        (await who.PostAsync($"{chart.Path}/holds", """{"matter":"m","reason":"r"}""")).IsProblem(403, "refused");
        (await who.GetAsync("/api/practices/demo/dispositions")).IsProblem(403, "refused");
        (await who.PostAsync("/api/practices/demo/dispositions/approve", $$"""{"clients":["{{chart.Client}}"]}""")).IsProblem(403, "refused");
        if (person != "imposter-custodian")
        {
            (await who.PostAsync("/api/admin/run/NightlySweep")).IsProblem(403, "refused");
        }
    }
}

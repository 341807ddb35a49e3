using RecordsGuard.Records;
using RecordsGuard.Retention;
using RecordsGuard.Retention.Schedules;

namespace RecordsGuard.Tests.Retention;

/// <summary>Facts that arrive late or were wrong, alone and at the same moment as something else.</summary>
public sealed class ClientCorrectionTests
{
    private static readonly CancellationToken None = CancellationToken.None;
    private static readonly ClientPatch Nothing = new(null, null, null, null, null, null);

    [Fact]
    public async Task A_last_service_that_arrives_late_lists_what_becomes_due()
    {
        var practice = await PracticeUnderTest.OpenAsync();
        var client = await RegisterUnknownAsync(practice);
        var record = await practice.UploadAsync(client);
        Assert.Empty(practice.DueRows);
        await CorrectAsync(practice, client, Nothing with { LastService = new(2024, 5, 6) });
        var due = Assert.Single(practice.DueRows);
        Assert.StartsWith("2031-05-07|", due.Partition, StringComparison.Ordinal);
        Assert.EndsWith(record.ToString(), due.Key, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_has_been_due_for_long_is_listed_today_because_past_days_are_swept()
    {
        var practice = await PracticeUnderTest.OpenAsync();
        var client = await RegisterUnknownAsync(practice);
        await practice.UploadAsync(client);
        await CorrectAsync(practice, client, Nothing with { LastService = PracticeUnderTest.LongAgo });
        Assert.StartsWith("2026-03-02|", Assert.Single(practice.DueRows).Partition, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task An_upload_and_a_correction_at_once_leave_no_record_unlisted(bool uploadInTheMiddle)
    {
        var practice = await PracticeUnderTest.OpenAsync();
        var client = await RegisterUnknownAsync(practice);
        if (uploadInTheMiddle)
        {
            practice.Hook.Interpose(c => c.StartsWith("Commit Clients", StringComparison.Ordinal), () => practice.UploadAsync(client));
            await CorrectAsync(practice, client, Nothing with { LastService = new(2024, 5, 6) });
        }
        else
        {
            practice.Hook.Interpose(
                c => c.StartsWith("Commit Clients", StringComparison.Ordinal) && c.Contains(Keys.Records, StringComparison.Ordinal),
                () => CorrectAsync(practice, client, Nothing with { LastService = new(2024, 5, 6) }));
            await practice.UploadAsync(client);
        }

        Assert.StartsWith("2031-05-07|", Assert.Single(practice.DueRows).Partition, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Commit Clients", true)]
    [InlineData("Commit Clients", false)]
    [InlineData("Read Directory", true)]
    [InlineData("Read Directory", false)]
    [InlineData("List Clients", true)]
    [InlineData("List Clients", false)]
    [InlineData("Commit Directory", false)]
    public async Task Of_two_corrections_at_once_the_dates_are_computed_from_both(string before, bool birthInside)
    {
        var practice = await PracticeUnderTest.OpenAsync();
        var client = await practice.RegisterAsync(lastService: new(2024, 5, 6), born: new(1990, 1, 1));
        var birth = Nothing with { BirthDate = new(2012, 2, 3) };
        var service = Nothing with { LastService = new(2025, 6, 7) };
        practice.Hook.Interpose(
            c => c.StartsWith(before, StringComparison.Ordinal), () => CorrectAsync(practice, client, birthInside ? birth : service));
        await CorrectAsync(practice, client, birthInside ? service : birth);
        var facts = practice.Rows.All(Table.Clients).Single(r => r.Key == Keys.Client).As<ClientFacts>();
        Assert.Equal((new DateOnly(2025, 6, 7), new DateOnly(2030, 2, 3)), (facts.LastService, facts.Eighteenth));
    }

    [Fact]
    public async Task The_18th_birthday_comes_back_when_the_last_service_turns_out_to_have_been_earlier()
    {
        var practice = await PracticeUnderTest.OpenAsync();
        var client = await practice.RegisterAsync(lastService: new(2024, 5, 6), born: new(1990, 1, 1));
        Assert.Null(practice.Rows.All(Table.Clients).Single(r => r.Key == Keys.Client).As<ClientFacts>().Eighteenth);
        var answer = await CorrectAsync(practice, client, Nothing with { LastService = new(2016, 5, 6) });
        Assert.Equal(new DateOnly(2008, 1, 1), Assert.IsType<CorrectionAnswer.Corrected>(answer).Facts.Eighteenth);
    }

    [Fact]
    public async Task A_correction_that_changes_nothing_bumps_nothing()
    {
        var practice = await PracticeUnderTest.OpenAsync();
        var client = await practice.RegisterAsync();
        var before = practice.Rows.All(Table.Clients);
        await CorrectAsync(practice, client, Nothing with { LastService = PracticeUnderTest.LongAgo, Jurisdiction = "US-CA" });
        Assert.Equal(before, practice.Rows.All(Table.Clients));
    }

    [Fact]
    public async Task A_new_name_is_found_and_the_old_one_is_not()
    {
        var practice = await PracticeUnderTest.OpenAsync();
        var client = await practice.RegisterAsync();
        await CorrectAsync(practice, client, Nothing with { Name = "Ada King" });
        Assert.True(await FindsAsync(practice, "king"));
        Assert.False(await FindsAsync(practice, "lovelace"));
        Assert.True(await FindsAsync(practice, "chart-7"));
    }

    [Fact]
    public async Task There_is_nothing_to_correct_of_a_client_that_is_not_there()
    {
        var practice = await PracticeUnderTest.OpenAsync();
        Assert.IsType<CorrectionAnswer.NoSuchClient>(await CorrectAsync(practice, ClientId.New(), Nothing with { Name = "Nobody" }));
        Assert.Empty(practice.Rows.All(Table.Directory));
    }

    private static async Task<bool> FindsAsync(PracticeUnderTest practice, string text)
    {
        await foreach (var _ in practice.App.Clients.SearchAsync(practice.Custodian, practice.Id, text, null, None))
        {
            return true;
        }

        return false;
    }

    private static Task<CorrectionAnswer> CorrectAsync(PracticeUnderTest practice, ClientId client, ClientPatch patch) =>
        practice.App.Correction.CorrectAsync(practice.Custodian, practice.Id, client, patch, None);

    private static Task<ClientId> RegisterUnknownAsync(PracticeUnderTest practice) => practice.App.Clients.RegisterAsync(
        practice.Custodian, practice.Id, new("Ada Lovelace", "chart-7", new(1980, 12, 10), "US-CA", "psychologist", null, []), None);

    [Fact]
    public async Task A_death_and_other_events_come_late_are_taken_back_and_each_moves_the_date()
    {
        var practice = await PracticeUnderTest.OpenAsync();
        var client = await practice.RegisterAsync(lastService: new(2024, 5, 6));
        await CorrectAsync(practice, client, Nothing with { Jurisdiction = "US-CT" });
        var record = await practice.UploadAsync(client);
        async Task<DateOnly?> From() => practice.Rows.All(Table.Clients).Single(r => r.Key == Keys.Client).As<ClientFacts>() is var facts
            && RetentionSchedule.Shipped.Evaluate(facts, "client-record", PracticeUnderTest.Start) is RetentionAnswer.Until until
            && await practice.App.Sweep.RunAsync(null, None) is not null ? until.MayDestroyFrom : null;
        Assert.Equal(new(2031, 5, 7), await From());
        await CorrectAsync(practice, client, Nothing with { Events = new Dictionary<Anchor, DateOnly?> { [Anchor.Death] = new(2024, 8, 1) } });
        Assert.Equal(new(2027, 8, 2), await From());
        Assert.Contains(practice.DueRows, r => r.Partition.StartsWith("2027-08-02", StringComparison.Ordinal) && r.Key.EndsWith(record.ToString(), StringComparison.Ordinal));
        await CorrectAsync(practice, client, Nothing with { Events = new Dictionary<Anchor, DateOnly?> { [Anchor.Death] = null } });
        Assert.Equal(new(2031, 5, 7), await From());
        await CorrectAsync(practice, client, Nothing with { Jurisdiction = "US-FL" });
        Assert.Null(await From()); // counts from the completion of planned services, too
        await CorrectAsync(practice, client, Nothing with { Events = new Dictionary<Anchor, DateOnly?> { [Anchor.CompletionOfPlannedServices] = new(2024, 6, 1) } });
        Assert.Equal(new(2031, 6, 2), await From());
        var before = practice.Rows.All(Table.Clients);
        await CorrectAsync(practice, client, Nothing with { Events = new Dictionary<Anchor, DateOnly?> { [Anchor.CompletionOfPlannedServices] = new(2024, 6, 1), [Anchor.Death] = null } });
        Assert.Equal(before, practice.Rows.All(Table.Clients));
    }

    [Fact]
    public async Task An_event_before_the_birth_is_refused_and_nothing_changes()
    {
        var practice = await PracticeUnderTest.OpenAsync();
        var client = await practice.RegisterAsync();
        var before = practice.Rows.All(Table.Clients);
        Assert.IsType<CorrectionAnswer.ServiceBeforeBirth>(await CorrectAsync(
            practice, client, Nothing with { Name = "New", Events = new Dictionary<Anchor, DateOnly?> { [Anchor.Death] = new(1970, 1, 1) } }));
        Assert.Equal(before, practice.Rows.All(Table.Clients));
    }
}

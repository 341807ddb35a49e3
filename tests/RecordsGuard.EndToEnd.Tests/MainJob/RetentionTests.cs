using System.Text.Json;
using RecordsGuard.EndToEnd.Tests.Stack;

namespace RecordsGuard.EndToEnd.Tests.MainJob;

/// <summary>Hold, sweep, review, approval; and the dates that decide, corrected.</summary>
public abstract class RetentionTests(StackFixture shared)
{
    private const string LongAgo = "2010-03-15";

    private readonly RunningStack stack = shared.Stack;

    [Fact]
    public async Task A_held_record_is_not_approved_and_a_released_one_waits_thirty_days_readable()
    {
        var chart = await Chart.NewAsync(stack, LongAgo);
        var record = await chart.RecordAsync();
        var custodian = await stack.PersonAsync("custodian-1");
        var hold = (await custodian.PostAsync($"{chart.Path}/holds", """{"matter":"Doe v. Roe 24-17","reason":"letter of counsel"}""")).Is(201).Id;

        await stack.SweepAsync();
        var held = Assert.Single(await chart.DueAsync() ?? []);
        var refused = (await chart.ApproveAsync()).Is(200).Json;

        Assert.Equal("held", held.GetProperty("state").GetString());
        Assert.Equal([hold], held.GetProperty("holds").EnumerateArray().Select(h => h.GetString()));
        Assert.Empty(refused.GetProperty("approved").EnumerateArray());
        var because = Assert.Single(refused.GetProperty("notApproved").EnumerateArray());
        Assert.Equal(record, because.GetProperty("record").GetString());
        Assert.Contains("hold", because.GetProperty("because").GetString(), StringComparison.Ordinal);

        // Whoever placed it may not release it alone.
        (await custodian.PostAsync($"{chart.Path}/holds/{hold}/release")).IsProblem(403, "refused");
        (await (await stack.PersonAsync("custodian-2")).PostAsync($"{chart.Path}/holds/{hold}/release")).Is(200);
        Assert.Equal("needs-approval", Assert.Single(await chart.DueAsync() ?? []).GetProperty("state").GetString());
        var approved = (await chart.ApproveAsync()).Is(200).Json;
        Assert.Equal([record], approved.GetProperty("approved").EnumerateArray().Select(r => r.GetString()));
        var purgeFrom = DateOnly.Parse(approved.GetProperty("purgeFrom").GetString()!);
        Assert.InRange(purgeFrom.DayNumber - DateOnly.FromDateTime(DateTime.UtcNow).DayNumber, 29, 30);

        // A purge message that comes too early is a hint that the choke point does not follow.
        await stack.Stores.SendAsync("purge", $"demo {chart.Client} {record} {purgeFrom:yyyy-MM-dd}");
        await Until.TrueAsync(() => stack.Stores.IsEmptyAsync("purge"), "the purge message is done");
        await stack.SweepAsync();
        Assert.Equal("waiting", Assert.Single(await chart.DueAsync() ?? []).GetProperty("state").GetString());
        (await chart.ReadAsync(record)).Is(200);
    }

    [Fact]
    public async Task A_hold_placed_after_the_approval_wins()
    {
        var chart = await Chart.NewAsync(stack, LongAgo);
        await chart.RecordAsync();
        await stack.SweepAsync();
        Assert.Single((await chart.ApproveAsync()).Is(200).Json.GetProperty("approved").EnumerateArray());
        var custodian = await stack.PersonAsync("custodian-1");

        var hold = (await custodian.PostAsync($"{chart.Path}/holds", """{"matter":"m","reason":"r"}""")).Is(201).Id;
        Assert.Equal("held", Assert.Single(await chart.DueAsync() ?? []).GetProperty("state").GetString());

        // Once released, somebody must look again: the approval was given before the hold.
        var other = await stack.PersonAsync("custodian-2");
        (await other.PostAsync($"{chart.Path}/holds/{hold}/release")).Is(200);
        (await other.PostAsync($"{chart.Path}/holds/{hold}/release")).Is(200);
        Assert.Equal("needs-approval", Assert.Single(await chart.DueAsync() ?? []).GetProperty("state").GetString());
    }

    [Fact]
    public async Task A_hold_on_a_class_of_the_whole_practice_is_in_force_when_it_is_answered_201()
    {
        var chart = await Chart.NewAsync(stack, LongAgo);
        var consent = (await chart.UploadAsync(new(Files.Text) { RecordClass = "consent", ContentType = "text/plain" })).Is(201).Id;
        var note = await chart.RecordAsync();
        var custodian = await stack.PersonAsync("custodian-1");
        const string Holds = "/api/practices/demo/holds";
        (await custodian.PostAsync(Holds, """{"matter":"m"}""")).IsProblem(400, "bad-hold");
        (await custodian.PostAsync(Holds, """{"matter":"m","reason":"r","class":"gossip"}""")).IsProblem(400, "bad-hold");

        var hold = (await custodian.PostAsync(Holds, """{"matter":"Roe class action","reason":"letter of counsel","class":"consent"}""")).Is(201).Id;

        var listed = (await custodian.GetAsync(Holds)).Is(200).Json.GetProperty("holds").EnumerateArray().Single(h => h.GetProperty("id").GetString() == hold);
        Assert.True(listed.GetProperty("inForce").GetBoolean());
        Assert.Equal("Roe class action", listed.GetProperty("matter").GetString());
        await stack.SweepAsync();
        var approved = (await chart.ApproveAsync()).Is(200).Json;
        Assert.Equal([note], approved.GetProperty("approved").EnumerateArray().Select(r => r.GetString()));
        Assert.Equal(consent, Assert.Single(approved.GetProperty("notApproved").EnumerateArray()).GetProperty("record").GetString());
        var withdrawn = (await custodian.PostAsync("/api/practices/demo/dispositions/withdraw", $$"""{"clients":["{{chart.Client}}"]}""")).Is(200).Json;
        Assert.Equal([note], withdrawn.GetProperty("withdrawn").EnumerateArray().Select(r => r.GetString()));

        (await custodian.PostAsync($"{Holds}/{hold}/settle")).Is(201);
        (await custodian.PostAsync($"{Holds}/{hold}/release")).IsProblem(403, "refused"); // who placed it does not release it
        var other = await stack.PersonAsync("custodian-2");
        (await other.PostAsync($"{Holds}/{hold}/release")).Is(200);
        (await other.PostAsync($"{Holds}/h-{new string('0', 32)}/release")).IsProblem(404, "no-such-hold");
        Assert.All(await chart.DueAsync() ?? [], r => Assert.Equal("needs-approval", r.GetProperty("state").GetString()));
    }

    [Fact]
    public async Task The_words_of_a_hold_lie_nowhere_in_clear()
    {
        var chart = await Chart.NewAsync(stack);
        var custodian = await stack.PersonAsync("custodian-1");
        var hold = (await custodian.PostAsync($"{chart.Path}/holds", """{"matter":"Smith subpoena","reason":"counsel called"}""")).Is(201);

        var row = await stack.Stores.RowAsync(Records.Table.Clients, $"demo|{chart.Client}", $"hold|{hold.Id}");

        Assert.NotNull(row);
        Assert.DoesNotContain("Smith", JsonSerializer.Serialize(row), StringComparison.Ordinal);
        Assert.DoesNotContain("counsel", JsonSerializer.Serialize(row), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"lastService":"2019-02-28"}""", "2026-03-01")]
    [InlineData("""{"birthDate":"2004-01-31"}""", "2029-02-01")]
    [InlineData("""{"birthDate":"2008-02-29","lastService":"2020-01-01"}""", "2033-03-02")]
    [InlineData("""{"profession":"nobody's"}""", null)]
    [InlineData("""{"jurisdiction":"US-CT","events":{"death":"2019-08-08"}}""", "2022-08-09")]
    [InlineData("""{"jurisdiction":"US-FL"}""", null)] // counts from the completion of planned services, too
    [InlineData("""{"jurisdiction":"US-FL","events":{"completion_of_planned_services":"2018-05-01"}}""", "2025-05-02")]
    public async Task A_corrected_fact_moves_the_day_from_which_a_record_may_be_destroyed(string patch, string? from)
    {
        var chart = await Chart.NewAsync(stack, "2018-03-15");
        await chart.RecordAsync();
        var custodian = await stack.PersonAsync("custodian-1");
        Assert.Equal("2025-03-16", From(Assert.Single(await chart.ListAsync())));

        (await custodian.PatchAsync(chart.Path, patch)).Is(200);

        var record = Assert.Single(await chart.ListAsync());
        Assert.Equal(from, From(record));
        Assert.Equal(from is null ? "keep" : "until", record.GetProperty("retention").GetProperty("decision").GetString());
    }

    [Fact]
    public async Task A_correction_after_the_approval_takes_the_record_off_the_list()
    {
        var chart = await Chart.NewAsync(stack, LongAgo);
        await chart.RecordAsync();
        await stack.SweepAsync();
        Assert.Single((await chart.ApproveAsync()).Is(200).Json.GetProperty("approved").EnumerateArray());

        var frontDesk = await stack.PersonAsync("front-desk-1");
        (await frontDesk.PatchAsync(chart.Path, $$"""{"lastService":"{{DateTime.UtcNow.AddYears(-2):yyyy-MM-dd}}"}""")).Is(200);

        Assert.Null(await chart.DueAsync());
    }

    private static string? From(JsonElement record) =>
        record.TryGetProperty("mayDestroyFrom", out var from) ? from.GetString() : null;
}

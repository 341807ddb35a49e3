using RecordsGuard.Records;
using RecordsGuard.Retention;

namespace RecordsGuard.Tests.Retention;

/// <summary>New rules: every record is listed by them, once.</summary>
public sealed class RelistingTests
{
    private static readonly CancellationToken None = CancellationToken.None;

    [Fact]
    public async Task A_new_version_of_the_rules_lists_what_had_no_date_before()
    {
        var practice = await PracticeUnderTest.OpenAsync();
        var client = await practice.RegisterAsync(lastService: new(2024, 5, 6));
        var record = await practice.UploadAsync(client);
        await practice.ReceiveAsync(client, recordClass: "billing"); // has no date under these rules either
        await ForgetAsync(practice);
        Assert.Equal(1, await New(practice, "2027-01-01").RunAsync(None));
        var due = Assert.Single(practice.DueRows);
        Assert.StartsWith("2031-05-07|", due.Partition, StringComparison.Ordinal);
        Assert.EndsWith(record.ToString(), due.Key, StringComparison.Ordinal);

        Assert.Equal(0, await New(practice, "2027-01-01").RunAsync(None)); // once
        Assert.Equal(1, await New(practice, "2027-02-01").RunAsync(None)); // and again for other rules
        Assert.Single(practice.DueRows);
    }

    [Fact]
    public async Task What_nobody_can_read_keeps_no_other_from_being_listed()
    {
        var practice = await PracticeUnderTest.OpenAsync();
        ClientId[] clients = [await practice.RegisterAsync(), await practice.RegisterAsync()];
        foreach (var client in clients)
        {
            await practice.UploadAsync(client);
        }

        await ForgetAsync(practice);
        var row = practice.Rows.All(Table.Clients).First(r => r.Key == Keys.Client);
        await practice.Rows.CommitAsync(Table.Clients, row.Partition, [new RowChange.Replace(row.Next("{}"))], None);
        Assert.Equal(1, await New(practice, "2027-01-01").RunAsync(None));
    }

    [Fact]
    public async Task A_crash_repeats_only_the_last_thousand_clients()
    {
        var practice = await PracticeUnderTest.OpenAsync();
        var like = await practice.RegisterAsync();
        await practice.UploadAsync(like);
        var rows = practice.Rows.All(Table.Clients).Where(r => r.Kind is RowKinds.Client or RowKinds.Record).ToList();
        for (var i = 0; i < Relisting.ClientsAtOnce + 200; i++)
        {
            var partition = Keys.Partition(practice.Id, ClientId.New());
            await practice.Rows.CommitAsync(
                Table.Clients, partition, [.. rows.Select(r => new RowChange.Insert(r with { Partition = partition, ETag = "" }))], None);
        }

        await ForgetAsync(practice);
        practice.Faults.Arm(new(Relisting.ClientsAtOnce + 100, RecordsGuard.Fakes.FaultKind.KillBefore));
        var due = new DueIndex(practice.Faults.Wrap(practice.Hook));
        await Assert.ThrowsAnyAsync<Exception>(() =>
            new Relisting(practice.Faults.Wrap(practice.Hook), due, "2027-01-01", practice.Time).RunAsync(None));
        practice.Restart();
        Assert.InRange(await New(practice, "2027-01-01").RunAsync(None), 150, 250);
        Assert.Equal(Relisting.ClientsAtOnce + 201, practice.DueRows.Count);
    }

    private static Relisting New(PracticeUnderTest practice, string version) =>
        new(practice.Rows, new(practice.Rows), version, practice.Time);

    private static async Task ForgetAsync(PracticeUnderTest practice)
    {
        foreach (var row in practice.Rows.All(Table.RetentionDue))
        {
            await practice.Rows.CommitAsync(Table.RetentionDue, row.Partition, [new RowChange.Remove(row)], None);
        }
    }
}

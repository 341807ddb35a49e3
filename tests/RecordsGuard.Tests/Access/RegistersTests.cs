using RecordsGuard.Access;
using RecordsGuard.Audit;
using RecordsGuard.Records;
using RecordsGuard.Tests.Retention;

namespace RecordsGuard.Tests.Access;

/// <summary>Practices, people and clients as they are taken in and found again.</summary>
public sealed class RegistersTests
{
    private static readonly CancellationToken None = CancellationToken.None;

    [Fact]
    public async Task No_row_log_entry_or_message_holds_a_clients_name_chart_number_or_birth_date()
    {
        var practice = await PracticeUnderTest.OpenAsync();
        var client = await practice.RegisterAsync();
        await practice.UploadAsync(client);
        await practice.App.Holds.PlaceAsync(practice.Custodian, practice.Id, client, new("Lovelace v. Babbage", "Ada sues", null), None);
        var stored = Enum.GetValues<Table>().SelectMany(practice.Rows.All).Select(r => $"{r.Partition} {r.Key} {r.Body}")
            .Concat(practice.Log.All.Select(e => System.Text.Encoding.Latin1.GetString(e.Bytes.Span)))
            .Concat(WorkQueues.All.SelectMany(practice.Queue.Messages).Select(m => m.Text));
        Assert.All(stored, text => Assert.All(
            ["Lovelace", "Babbage", "chart-7", "1980-12-10", "notes.txt", "what was said"],
            secret => Assert.DoesNotContain(secret, text, StringComparison.OrdinalIgnoreCase)));
    }

    [Fact]
    public async Task A_search_costs_one_unwrap_and_one_entry_and_shows_a_clinician_only_their_own()
    {
        var practice = await PracticeUnderTest.OpenAsync();
        var mine = await practice.RegisterAsync(clinicians: PracticeUnderTest.Person(2));
        await practice.RegisterAsync();
        var unwraps = practice.Vault.Calls.Count(c => c.Operation == "unwrap");
        var entries = practice.Log.All.Count;
        var found = await SearchAsync(practice, "lovel", PracticeUnderTest.Person(2));
        Assert.Equal(mine, Assert.Single(found).Id);
        Assert.Equal(unwraps + 1, practice.Vault.Calls.Count(c => c.Operation == "unwrap"));
        Assert.Equal(entries + 1, practice.Log.All.Count);
        Assert.Equal(2, (await SearchAsync(practice, "CHART-7", null)).Count);
        Assert.Empty(await SearchAsync(practice, "Babbage", null));
    }

    [Fact]
    public async Task A_registration_that_stops_before_its_last_row_leaves_nobody_to_be_found()
    {
        var practice = await PracticeUnderTest.OpenAsync();
        practice.Hook.Interpose(c => c.StartsWith("Commit Directory", StringComparison.Ordinal), () => throw new StoreUnavailableException("Down."));
        await Assert.ThrowsAsync<StoreUnavailableException>(() => practice.RegisterAsync(clinicians: PracticeUnderTest.Person(2)));
        Assert.Empty(await SearchAsync(practice, "", null));
    }

    [Fact]
    public async Task A_name_that_two_people_bear_means_nobody()
    {
        var practice = await PracticeUnderTest.OpenAsync();
        await practice.App.Practices.AddPersonAsync(practice.Id, PracticeUnderTest.Person(1), "clinician-1", None);
        Assert.Equal(PracticeUnderTest.Person(1), await practice.App.Lookup.FindPersonAsync(practice.Id, "Clinician-1", None));
        await practice.App.Practices.AddPersonAsync(practice.Id, PracticeUnderTest.Person(2), "clinician-1", None);
        Assert.Null(await practice.App.Lookup.FindPersonAsync(practice.Id, "clinician-1", None));
        Assert.Equal(
            PracticeUnderTest.Person(2),
            await practice.App.Lookup.FindPersonAsync(practice.Id, PracticeUnderTest.Person(2).ToString(), None));
    }

    [Fact]
    public async Task Nobody_takes_another_persons_place_by_bearing_their_id_as_a_name()
    {
        var practice = await PracticeUnderTest.OpenAsync();
        await practice.App.Practices.AddPersonAsync(practice.Id, PracticeUnderTest.Person(1), PracticeUnderTest.Person(2).ToString(), None);
        await practice.App.Practices.AddPersonAsync(practice.Id, PracticeUnderTest.Person(2), "clinician-2", None);
        Assert.Equal(
            PracticeUnderTest.Person(2),
            await practice.App.Lookup.FindPersonAsync(practice.Id, PracticeUnderTest.Person(2).ToString(), None));
    }

    [Fact]
    public async Task Adding_a_practice_twice_keeps_its_row_and_its_index_key()
    {
        var practice = await PracticeUnderTest.OpenAsync();
        var before = practice.Rows.All(Table.Practices);
        await practice.App.Practices.AddAsync(practice.Id, Guid.NewGuid(), "Europe/Berlin", 1, 1, null, None);
        Assert.Equal(before, practice.Rows.All(Table.Practices).Where(r => before.Any(b => b.Partition == r.Partition)));
        Assert.Equal([practice.Id], await practice.App.Lookup.OfTenantAsync(practice.Tenant, None));
    }

    [Fact]
    public async Task With_the_log_down_nobody_is_listed()
    {
        var practice = await PracticeUnderTest.OpenAsync();
        await practice.RegisterAsync();
        practice.Log.Down = true;
        var unwraps = practice.Vault.Calls.Count;
        await Assert.ThrowsAsync<AuditUnavailableException>(() => SearchAsync(practice, "", null));
        Assert.Equal(unwraps, practice.Vault.Calls.Count);
    }

    private static async Task<List<ListedClient>> SearchAsync(PracticeUnderTest practice, string text, Guid? related)
    {
        var found = new List<ListedClient>();
        await foreach (var client in practice.App.Clients.SearchAsync(practice.Custodian, practice.Id, text, related, None))
        {
            found.Add(client);
        }

        return found;
    }
}

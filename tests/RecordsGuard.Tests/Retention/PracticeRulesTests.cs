using RecordsGuard.Fakes;
using RecordsGuard.Records;
using RecordsGuard.Retention;
using RecordsGuard.Retention.Schedules;

namespace RecordsGuard.Tests.Retention;

/// <summary>A practice's own rules: in force for every decision, bumping whoever decided under the old ones.</summary>
public sealed class PracticeRulesTests
{
    private const string LongerRule =
        """{"id":"OURS","jurisdiction":"US-CA","binds":"us","professions":["psychologist"],"classes":["client-record"],"keep":"last_service+20y","citation":"our insurer"}""";

    private const string ShorterRule =
        """{"id":"OURS","jurisdiction":"US-CA","binds":"us","professions":["psychologist"],"classes":["client-record"],"keep":"last_service+3y","citation":"us","replaces":["CA-PSY-2919"]}""";

    private static readonly CancellationToken None = CancellationToken.None;

    private static readonly string Longer = Rules(LongerRule);

    [Fact]
    public async Task A_longer_rule_of_the_practice_keeps_what_was_due_and_voids_its_approval()
    {
        var (practice, client, record) = await DueAsync();
        await practice.ApproveAsync(client);
        var put = Assert.IsType<RulesAnswer.Put>(await PutAsync(practice, Longer));
        Assert.True(put.Settled);
        Assert.EndsWith("+1", put.Version, StringComparison.Ordinal);
        var notYet = Assert.IsType<Disposition.NotYet>(await practice.PurgeAsync(client, record));
        Assert.Equal((new DateOnly(2030, 3, 16), "OURS"), (notYet.Schedule.MayDestroyFrom, notYet.Schedule.Rule.Id));

        await PutAsync(practice, Rules("", version: "2"));
        Assert.Equal([record], (await practice.ApproveAsync(client)).Approved); // approved anew, or it would wait already
    }

    [Fact]
    public async Task A_purge_that_read_the_rows_before_the_rules_were_put_loses_its_commit()
    {
        var (practice, client, record) = await DueAsync(waitingDays: 0);
        await practice.ApproveAsync(client);
        practice.Hook.Interpose(
            c => c.StartsWith("Commit Clients", StringComparison.Ordinal), async () => await PutAsync(practice, Longer));
        Assert.IsType<Disposition.NotYet>(await practice.PurgeAsync(client, record));
        Assert.Equal(RowKinds.Record, practice.Record(client, record)!.Kind);
    }

    [Fact]
    public async Task A_policy_that_shortens_a_statute_is_refused_with_a_sentence_and_nothing_changes()
    {
        var practice = await PracticeUnderTest.OpenAsync();
        Assert.Contains(
            "it shortens CA-PSY-2919", Assert.Single(Assert.IsType<RulesAnswer.Refused>(await PutAsync(practice, Rules(ShorterRule))).Faults),
            StringComparison.Ordinal);
        foreach (var bad in new[]
        {
            "{", "[]", Rules(LongerRule.Replace("+20y", "+20q", StringComparison.Ordinal)),
            Rules(LongerRule.Replace("US-CA", "Atlantis", StringComparison.Ordinal)),
            Rules("", adopts: """{"rule":"US-CO-0","by":"","reason":""}"""), Rules("", adopts: """{"rule":"nowhere","by":"A","reason":"b"}"""),
            Rules("", parameters: """{"id":"P","jurisdiction":"US-CA","citation":"us","majority":15}"""),
            Rules("", parameters: """{"id":"P","jurisdiction":"US-CA","citation":"us","leapDay":"back"}"""),
            new string(' ', PracticeRules.MaxLength + 1),
        })
        {
            Assert.All(Assert.IsType<RulesAnswer.Refused>(await PutAsync(practice, bad)).Faults, f => Assert.Contains(' ', f));
        }

        Assert.Null(await practice.App.Rules.ShowAsync(practice.Id, None));
        Assert.Empty(practice.Queue.Messages(WorkQueues.Settle));
    }

    [Fact]
    public async Task An_unverified_rule_counts_once_the_practice_adopts_it_with_a_name_and_a_reason()
    {
        var unverified = Catalogue.Shipped.Rules.First(r => r is { Unverified: true, Keep: not null, SupersededBy: null });
        var profession = unverified.Professions[0] == "*" ? "psychologist" : unverified.Professions[0];
        var adopted = RulesInForce.Read(
            Rules("", adopts: $$"""{"rule":"{{unverified.Id}}","by":"Dr. A.","reason":"Read in the code itself."}"""), out var faults);
        Assert.Empty(faults);
        var facts = RetentionFacts.OfBorn(new(1970, 1, 1));
        foreach (var anchor in Enum.GetValues<Anchor>().Where(a => a is not (Anchor.Death or Anchor.Born)))
        {
            facts.Set(anchor, new(2015, 1, 1));
        }

        var recordClass = unverified.Classes[0] == "*" ? "client-record" : unverified.Classes[0];
        ConsideredRule Part(Catalogue of) => of.For(unverified.Jurisdiction, profession, recordClass).Consider(facts).Single(r => r.Rule.Id == unverified.Id);
        Assert.False(Part(Catalogue.Shipped).Applies);
        Assert.True(Part(adopted!).Applies);
        var practice = await PracticeUnderTest.OpenAsync();
        Assert.IsType<RulesAnswer.Put>(await PutAsync(
            practice, Rules("", adopts: $$"""{"rule":"{{unverified.Id}}","by":"Dr. A.","reason":"Read in the code itself."}""")));
    }

    [Fact]
    public async Task Rules_that_a_newer_catalogue_contradicts_keep_everything_until_somebody_mends_them()
    {
        var (practice, client, record) = await DueAsync();
        await PutAsync(practice, Longer);
        var row = practice.Rows.All(Table.Practices).Single(r => r.Key == Keys.RetentionRules);
        var broken = row.As<RetentionRulesFacts>() with { Rules = Rules(ShorterRule) };
        await practice.Rows.CommitAsync(Table.Practices, row.Partition, [new RowChange.Replace(row.Next(RowBody.Write(broken)))], None);
        Assert.Contains("it shortens", Assert.IsType<Disposition.Retain>((await practice.ApproveAsync(client)).NotApproved[record]).Because, StringComparison.Ordinal);
        Assert.Single((await practice.App.Rules.ShowAsync(practice.Id, None))!.Faults);
    }

    [Fact]
    public async Task Simulating_shows_what_would_change_and_changes_nothing()
    {
        var (practice, client, record) = await DueAsync();
        var before = practice.Rows.All(Table.Clients).Concat(practice.Rows.All(Table.Practices)).ToList();
        var (simulated, faults) = await practice.App.Rules.SimulateAsync(practice.Id, Longer, "", None);
        Assert.Empty(faults);
        Assert.Equal(
            new(client, record, "client-record", "later", false, new(2017, 3, 16), new(2030, 3, 16), "CA-PSY-2919", "OURS"),
            Assert.Single(simulated!.Records));
        await PutAsync(practice, Longer);
        var back = (await practice.App.Rules.SimulateAsync(practice.Id, Rules(""), "", None)).Simulated!;
        Assert.Equal(("sooner", true), (Assert.Single(back.Records).Change, back.Records[0].DueNow));
        Assert.Equal(1, (await practice.App.Rules.SimulateAsync(practice.Id, Longer, "", None)).Simulated!.Same);
        var then = (await practice.App.Rules.SimulateAsync(practice.Id, Rules(""), "", None, asOf: new(2017, 3, 15))).Simulated!;
        Assert.False(Assert.Single(then.Records).DueNow);
        Assert.Null((await practice.App.Rules.SimulateAsync(practice.Id, "{", "", None)).Simulated);
        Assert.Equal(before.Count + 1, practice.Rows.All(Table.Clients).Count + practice.Rows.All(Table.Practices).Count);
    }

    /// <summary>What got a date, or an earlier one, is looked at that day, whatever call a crash came at: the message goes on.</summary>
    [Theory]
    [InlineData(FaultKind.KillBefore)]
    [InlineData(FaultKind.KillAfter)]
    public async Task Once_written_new_rules_are_settled_whatever_becomes_of_the_caller(FaultKind kind)
    {
        var (template, _, _) = await DueAsync();
        for (var at = 1; ; at++)
        {
            var practice = await template.CopyAsync();
            var crashed = false;
            practice.Faults.Arm(new(at, kind));
            try
            {
                await PutAsync(practice, Longer);
            }
            catch (ProcessKilledException)
            {
                crashed = true;
            }

            practice.Restart();
            practice.Time.Advance(TimeSpan.FromMinutes(6));
            while (practice.Queue.Take(WorkQueues.Settle) is { } message)
            {
                await practice.App.Settling.RunAsync(message, None);
            }

            if (await practice.App.Rules.ShowAsync(practice.Id, None) is { } rules)
            {
                Assert.True(rules.Settled, $"call {at}");
                Assert.True(practice.Rows.All(Table.Clients).Single(r => r.Key == Keys.Client).Version > 1);
                Assert.Contains(practice.DueRows, r => r.Partition.StartsWith("2030-03-16", StringComparison.Ordinal));
            }

            if (!crashed)
            {
                Promises.AssertKept(practice);
                Assert.True(at > 8);
                return;
            }
        }
    }

    [Fact]
    public async Task A_message_that_is_none_becomes_poison()
    {
        var practice = await PracticeUnderTest.OpenAsync();
        await Assert.ThrowsAsync<FormatException>(() => practice.App.Settling.RunAsync("what is this", None));
        await practice.App.Settling.RunAsync($"demo {Keys.RetentionRules}", None); // never written: nothing to do
    }

    private static string Rules(string rule, string version = "1", string adopts = "", string parameters = "") =>
        $$"""{"format":"recordsguard-retention-catalogue-1","version":"{{version}}","parameters":[{{parameters}}],"rules":[{{rule}}],"adopts":[{{adopts}}]}""";

    private static async Task<(PracticeUnderTest Practice, ClientId Client, RecordId Record)> DueAsync(int waitingDays = 30)
    {
        var practice = await PracticeUnderTest.OpenAsync(waitingDays);
        var client = await practice.RegisterAsync();
        return (practice, client, await practice.UploadAsync(client));
    }

    private static Task<RulesAnswer> PutAsync(PracticeUnderTest practice, string rules) =>
        practice.App.Rules.PutAsync(practice.Custodian, practice.Id, rules, None);
}

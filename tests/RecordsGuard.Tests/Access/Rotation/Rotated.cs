using RecordsGuard.Envelopes;
using RecordsGuard.Records;
using RecordsGuard.Tests.Retention;

namespace RecordsGuard.Tests.Access.Rotation;

/// <summary>What is true of a practice when a rotation is over.</summary>
internal static class Rotated
{
    public static KekFacts Keks(PracticeUnderTest practice) =>
        practice.Rows.All(Table.Practices).Single(r => r.Partition == "demo" && r.Key == Keys.Keks).As<KekFacts>();

    public static async Task RotateAsync(PracticeUnderTest practice)
    {
        await practice.App.Rotation.RequestAsync(practice.Custodian, practice.Id, CancellationToken.None);
        Assert.Empty(await practice.DrainRotationsAsync());
    }

    /// <summary>No slip names another version than the one in use, no other is enabled, and every record opens.</summary>
    /// <param name="before">The versions in use before.</param>
    public static async Task AssertAsync(PracticeUnderTest practice, KekFacts before)
    {
        var keks = Keks(practice);
        Assert.Equal(RotationStep.InUse, keks.Step);
        Assert.NotEqual(before.Content, keks.Content);
        Assert.NotEqual(before.Index, keks.Index);
        Assert.Equal([keks.Content], await EnabledAsync(practice, PublicKeys.ContentKekOf(practice.Id)));
        Assert.Equal([keks.Index], await EnabledAsync(practice, IndexKeys.KekOf(practice.Id)));
        var own = practice.Rows.All(Table.Practices).Single(r => r.Partition == "demo" && r.Key == Keys.Practice);
        Assert.Equal(keks.Index, KeySlip.Parse(own.As<PracticeFacts>().IndexKey).Kek.Version);
        foreach (var row in practice.Rows.All(Table.Clients).Where(r => r.Kind == RowKinds.Record))
        {
            Assert.Equal(keks.Content, KeySlip.Parse(row.As<RecordFacts>().Slip).Kek.Version);
            var client = ClientId.Parse(row.Partition.Split('|')[1]);
            Assert.Equal("what was said", await practice.ReadAsync(client, RecordId.Parse(row.Key[Keys.Records.Length..])));
        }
    }

    private static async Task<IEnumerable<string>> EnabledAsync(PracticeUnderTest practice, string key) =>
        (await practice.Vault.ListVersionsAsync(key, CancellationToken.None)).Where(v => v.Enabled).Select(v => v.Id.Version);
}

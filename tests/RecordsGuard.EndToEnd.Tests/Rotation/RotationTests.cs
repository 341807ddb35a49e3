using System.Net;
using System.Security.Cryptography;
using RecordsGuard.EndToEnd.Tests.Crashes;
using RecordsGuard.Envelopes;
using RecordsGuard.Records;

namespace RecordsGuard.EndToEnd.Tests.Rotation;

/// <summary>Rotations on the whole stack, with seconds in place of the minutes that caches have to run out.</summary>
public sealed class RotationTests : IDisposable
{
    private const string Path = "/api/practices/demo/keys";

    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("recordsguard-rotation-");
    private readonly byte[] content = RandomNumberGenerator.GetBytes(100);

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public void Dispose() => folder.Delete(recursive: true);

    [Fact]
    public async Task Keys_are_rotated_by_the_tool_while_people_upload_and_read()
    {
        await using var stack = await StartAsync(settle: 8); // longer than a read stalls on a busy machine
        var client = await stack.RegisterAsync("2024-03-15");
        var records = new List<string>();
        for (var i = 0; i < 5; i++)
        {
            records.Add(await UploadedAsync(stack, client));
        }

        var owner = await stack.Local.Http.GetStringAsync("/.local/token?person=owner-1", Stop);
        var before = await KeksAsync(stack);
        var rotating = Tool.RunAsync(stack.Local.Http.BaseAddress, owner, "keys", "rotate", "--practice", "demo");
        while (!rotating.IsCompleted)
        {
            records.Add(await UploadedAsync(stack, client));
            await ReadAsync(stack, client, records[Random.Shared.Next(records.Count)]);
        }

        Assert.Contains("Rotated", (await rotating).Exits(0).Output, StringComparison.Ordinal);
        await CheckAsync(stack, client, records, before);
    }

    /// <summary>
    /// As a client does. With seconds in place of minutes, an upload has one to commit, which a busy machine may miss: 503,
    /// nothing lost, try again. That nobody meets that who has minutes is KeyRotationTests'.
    /// </summary>
    private async Task<string> UploadedAsync(StackUnderTest stack, string client)
    {
        for (var key = Guid.NewGuid().ToString(); ;)
        {
            using var answer = await stack.UploadAsync(client, content, key);
            if (answer.StatusCode != HttpStatusCode.ServiceUnavailable)
            {
                return (await StackUnderTest.JsonAsync(answer)).GetProperty("id").GetString()!;
            }
        }
    }

    [Fact]
    public async Task Killed_in_the_middle_of_a_rotation_it_goes_on_and_ends()
    {
        await using var stack = await StartAsync(settle: 4);
        var client = await stack.RegisterAsync("2024-03-15");
        var records = new List<string> { await UploadedAsync(stack, client), await UploadedAsync(stack, client) };
        await RotateAsync(stack, 0);
        await stack.ArmAsync(0);
        await RotateAsync(stack, 0);
        var points = (await stack.DisarmAsync()).Count;
        Assert.True(points > 80, $"A rotation has {points} points only.");

        // A few of them: every port call is in the fault matrix of the fakes.
        for (var at = points / 10; at < points; at += points / 5)
        {
            var before = await KeksAsync(stack);
            await RotateAsync(stack, at);
            await CheckAsync(stack, client, records, before);
        }
    }

    private async Task<StackUnderTest> StartAsync(int settle) => await StackUnderTest.StartAsync(
        folder.CreateSubdirectory("data"), AppFolder.Copy(folder.CreateSubdirectory("app")),
        new Dictionary<string, string> { ["RecordsGuard__Rotation__Settle"] = $"00:00:{settle:00}", ["RecordsGuard__Rotation__CallsPerSecond"] = "1000" });

    /// <summary>As the owner does it: asks until it is answered, then watches until other keys are in use and nothing is left to do.</summary>
    private static async Task RotateAsync(StackUnderTest stack, int killAt)
    {
        var before = await KeksAsync(stack);
        var restarts = await stack.RestartsAsync();
        if (killAt > 0)
        {
            await stack.ArmAsync(killAt);
        }

        await stack.UntilAsync("the rotation is asked for", async () =>
        {
            try
            {
                using var answer = await stack.PostAsync("owner-1", $"{Path}/rotate", new { });
                return answer.IsSuccessStatusCode;
            }
            catch (HttpRequestException)
            {
                return false;
            }
        });
        await stack.UntilAsync("the rotation is over", async () =>
            await KeksAsync(stack) is { Step: RotationStep.InUse } keks && keks.Content != before.Content);
        if (killAt > 0)
        {
            Assert.Equal(killAt, (await stack.DisarmAsync()).Count);
            Assert.True(await stack.RestartsAsync() > restarts, "The app was killed.");
        }
    }

    private async Task CheckAsync(StackUnderTest stack, string client, List<string> records, KekFacts before)
    {
        var keks = await KeksAsync(stack);
        Assert.Equal(RotationStep.InUse, keks.Step);
        Assert.NotEqual(before.Content, keks.Content);
        var rows = (await stack.Storage.ClientAsync(client)).Where(r => r.Kind == RowKinds.Record).ToList();
        Assert.Equal(records.Order(), rows.Select(r => r.Key[Keys.Records.Length..]).Order());
        Assert.All(rows, r => Assert.Equal(keks.Content, KeySlip.Parse(r.As<RecordFacts>().Slip).Kek.Version));
        foreach (var row in rows)
        {
            Assert.True(await stack.Storage.AnnouncedAsync(row), "the log named the row before it was there");
        }

        var owner = await VaultOwner.SignInAsync(stack.Local.Http);
        Assert.Equal([keks.Content], await owner.EnabledAsync("demo-content"));
        Assert.Equal([keks.Index], await owner.EnabledAsync("demo-index"));
        foreach (var record in records)
        {
            await ReadAsync(stack, client, record);
        }
    }

    private async Task ReadAsync(StackUnderTest stack, string client, string record)
    {
        using var read = await stack.ReadAsync("clinician-1", client, record);
        Assert.Equal(200, (int)read.StatusCode);
        Assert.Equal(content, await read.Content.ReadAsByteArrayAsync(Stop));
    }

    private static async Task<KekFacts> KeksAsync(StackUnderTest stack) =>
        (await stack.Storage.RowAsync(Table.Practices, "demo", Keys.Keks))!.As<KekFacts>();
}

using System.Security.Cryptography;
using RecordsGuard.Envelopes;
using RecordsGuard.Records;

namespace RecordsGuard.EndToEnd.Tests.Crashes;

/// <summary>An upload of three segments. Whatever happened to it, repeated under its key it is one record, whole.</summary>
internal sealed class UploadRun(StackUnderTest stack) : CrashRun(stack)
{
    private readonly byte[] content = RandomNumberGenerator.GetBytes(5 * 512 * 1024);
    private readonly string key = Guid.NewGuid().ToString();
    private string client = "";
    private string other = "";
    private string? answered;

    public override async Task PrepareAsync()
    {
        client = await Stack.RegisterAsync("2024-03-15");
        other = await Stack.UploadedAsync(client, [1, 2, 3]);
    }

    public override async Task ActAsync(Func<Task<bool>> died) => answered = await LegAsync("upload", UploadAsync);

    public override async Task FinishAsync()
    {
        string? record = null;
        await Stack.UntilAsync("the repeated upload is answered 201", async () => (record = await UploadAsync()) is not null);

        Assert.Equal(answered ?? record, record);
        var rows = (await Storage.ClientAsync(client)).Where(r => r.Kind == RowKinds.Record).ToList();
        Assert.Equal(new[] { Keys.Records + other, Keys.Records + record }.Order(), rows.Select(r => r.Key).Order());
        await ReadsAsWrittenAsync(record!);
        Assert.NotEmpty(await Storage.DueAsync(client, record!));
        Assert.True((await Storage.Blobs(Container.Slips).GetBlobClient($"demo/{client}/{record}").ExistsAsync()).Value, "the slip's backup");
        Assert.True(await Storage.AnnouncedAsync(rows.Single(r => r.Key == Keys.Records + record)), "the log named the row before it was there");
    }

    private async Task<string?> UploadAsync() =>
        (await StackUnderTest.TryJsonAsync(() => Stack.UploadAsync(client, content, key)))?.GetProperty("id").GetString();

    private async Task ReadsAsWrittenAsync(string record)
    {
        using var read = await Stack.ReadAsync("clinician-1", client, record);
        var got = await read.Content.ReadAsByteArrayAsync();
        Assert.True(content.AsSpan().SequenceEqual(got), "read back as uploaded");
    }
}

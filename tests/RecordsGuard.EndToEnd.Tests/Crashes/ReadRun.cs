using System.Security.Cryptography;
using RecordsGuard.Audit;

namespace RecordsGuard.EndToEnd.Tests.Crashes;

/// <summary>A read of two segments by the assigned clinician. No byte of it comes before the log says so.</summary>
internal sealed class ReadRun(StackUnderTest stack) : CrashRun(stack)
{
    private readonly byte[] content = RandomNumberGenerator.GetBytes(3 * 512 * 1024);
    private string client = "";
    private string record = "";

    public override async Task PrepareAsync()
    {
        client = await Stack.RegisterAsync("2024-03-15");
        record = await Stack.UploadedAsync(client, content);
    }

    public override Task ActAsync(Func<Task<bool>> died) => LegAsync("read", ReadAsync);

    public override Task FinishAsync() => Stack.UntilAsync("the repeated read is whole", ReadAsync);

    /// <summary>True if the whole content came. At the first byte the log is looked at, before anything else.</summary>
    private async Task<bool> ReadAsync()
    {
        using var answer = await StackUnderTest.TryAsync(() => Stack.ReadAsync("clinician-1", client, record));
        if (answer is not { IsSuccessStatusCode: true })
        {
            var problem = answer is null ? [] : await answer.Content.ReadAsByteArrayAsync();
            Assert.True(problem.Length < 2048, "a refusal or a failure is short");
            return false;
        }

        var got = new byte[content.Length];
        var length = 0;
        try
        {
            await using var body = await answer.Content.ReadAsStreamAsync();
            length = await body.ReadAsync(got.AsMemory(0, 1));
            var entries = await Storage.AuditAsync();
            Assert.True(
                length == 0 || entries.Exists(e => e.Event.Kind == AuditKind.Read && e.Event.Record == record),
                "A byte was answered and no entry of the log says so.");
            length += await body.ReadAtLeastAsync(got.AsMemory(length), got.Length - length, throwOnEndOfStream: false);
        }
        catch (Exception e) when (e is HttpRequestException or IOException)
        {
            // Cut off: what came so far must still be the record's.
        }

        Assert.True(content.AsSpan(0, length).SequenceEqual(got.AsSpan(0, length)), "What came is not the record.");
        return length == content.Length;
    }
}

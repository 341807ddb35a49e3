using RecordsGuard.EndToEnd.Tests.MainJob;
using RecordsGuard.EndToEnd.Tests.Stack;

namespace RecordsGuard.EndToEnd.Tests.Functions;

/// <summary>kill -9 of the app in the middle of things. (The third crash ends the host, so there is one here.)</summary>
[Collection(nameof(Alone))]
public sealed class KillTests(SharedStack shared)
{
    private readonly RunningStack stack = shared.Stack;

    [Fact]
    public async Task Killed_in_the_middle_of_an_upload_and_a_download_it_comes_back_and_both_can_be_repeated()
    {
        var chart = await Chart.NewAsync(stack);
        var large = Files.Binary(32 * Files.MiB);
        var record = (await chart.UploadAsync(new(large))).Is(201).Id;
        var before = await stack.Stores.TracesAsync(chart.Client);
        var halfSent = new TaskCompletionSource();
        var killed = new TaskCompletionSource();
        var upload = new Upload(Files.Binary(6 * Files.MiB)) { IdempotencyKey = "after-the-kill" };

        var uploading = OutcomeAsync(() => chart.UploadAsync(upload with
        {
            Write = async to =>
            {
                await to.WriteAsync(upload.Content.AsMemory(0, 5 * Files.MiB));
                await to.FlushAsync();
                halfSent.SetResult();
                await killed.Task;
                await to.WriteAsync(upload.Content.AsMemory(5 * Files.MiB));
            },
        }));
        var clinician = await stack.PersonAsync("clinician-1");
        using var downloading = await clinician.BeginAsync(
            HttpMethod.Get, $"{chart.Records}/{record}/content", null, ("Purpose-Of-Use", "TREAT"));
        await halfSent.Task;
        await stack.KillAppAsync();
        killed.SetResult();

        Assert.NotEqual(201, await uploading);
        await Assert.ThrowsAnyAsync<Exception>(() => downloading.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken));
        Assert.Equal(before, await stack.Stores.TracesAsync(chart.Client));

        var repeated = (await chart.UploadAsync(upload)).Is(201).Id;
        Assert.Equal(upload.Content, (await chart.ReadAsync(repeated)).Is(200).Body);
        Assert.Equal(large, (await chart.ReadAsync(record)).Is(200).Body);
        Assert.Equal(2, (await chart.ListAsync()).Count);
    }

    /// <summary>The status; 0 if there was no answer.</summary>
    private static async Task<int> OutcomeAsync(Func<Task<Answer>> request)
    {
        try
        {
            return (await request()).Status;
        }
        catch (HttpRequestException)
        {
            return 0;
        }
    }
}

using System.Globalization;
using System.Text.Json;
using RecordsGuard.EndToEnd.Tests.Stack;

namespace RecordsGuard.EndToEnd.Tests.MainJob;

/// <summary>
/// The app's resident memory while a record goes through it, as the kernel keeps its peak. 96 MiB is what one request may
/// bring; <c>RecordsGuard.Benchmarks -- memory</c> does the same with 10 GiB.
/// </summary>
[Collection(nameof(Alone))]
public sealed class MemoryTests(SharedStack shared)
{
    private const int Length = 96 * Files.MiB;
    private const int Bound = 64;

    [Fact]
    public async Task A_record_goes_in_and_out_in_64_MiB_above_what_the_app_has_idle()
    {
        var chart = await Chart.NewAsync(shared.Stack);
        (await chart.ReadAsync(await chart.RecordAsync())).Is(200);
        using var app = JsonDocument.Parse(await shared.Stack.Http.GetStringAsync("/.local/app", TestContext.Current.CancellationToken));
        var pid = app.RootElement.GetProperty("pid").GetInt32();
        var block = Files.Binary(Files.MiB);
        var record = "";

        await WithinBoundAsync(pid, async () => record = (await chart.UploadAsync(new([])
        {
            Write = async body =>
            {
                for (var sent = 0; sent < Length; sent += block.Length)
                {
                    await body.WriteAsync(block);
                }
            },
        })).Is(201).Id);
        await WithinBoundAsync(pid, async () => Assert.Equal(Length, (await chart.ReadAsync(record)).Is(200).Body.Length));
    }

    private static async Task WithinBoundAsync(int pid, Func<Task> transfer)
    {
        var idle = Status(pid, "VmRSS");
        await File.WriteAllTextAsync($"/proc/{pid}/clear_refs", "5"); // the peak starts again at what is resident now
        await transfer();
        var above = Status(pid, "VmHWM") - idle;
        Assert.True(above <= Bound, $"{above} MiB above idle.");
    }

    /// <summary>In MiB.</summary>
    private static int Status(int pid, string name) => File.ReadLines($"/proc/{pid}/status")
        .Where(l => l.StartsWith(name, StringComparison.Ordinal))
        .Select(l => int.Parse(l.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture) / 1024)
        .Single();
}

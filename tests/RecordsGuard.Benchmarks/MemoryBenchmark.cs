using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography;

namespace RecordsGuard.Benchmarks;

/// <summary>
/// Design §12, third row: a real stream of 10 GiB through the whole app to Azurite on
/// disk and back, and the peak of its resident memory (VmHWM, which the kernel keeps) above what it had idle. At the app's
/// own port: the host takes 100 MiB a request.
/// </summary>
internal static class MemoryBenchmark
{
    private const double MiB = 1024 * 1024;
    private const int Goal = 64;

    public static async Task RunAsync(long length)
    {
        await using var stack = await Stack.StartAsync();
        using var records = await RecordsOverHttp.OpenAsync(stack, stack.App, await stack.RegisterAsync());
        var block = RandomNumberGenerator.GetBytes(1 << 20);
        var small = await records.UploadAsync(new Content(block, 1000));
        await records.DownloadAsync(small, Stream.Null);

        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"one record of {length / MiB:F0} MiB; goal: at most {Goal} MiB above idle"));
        Console.WriteLine();
        Console.WriteLine($"{"memory of the app's process",-46}{"MiB/s",8}{"idle",8}{"peak",8}{"above",8}");
        var record = "";
        await MeasureAsync("upload", async () => record = await records.UploadAsync(new Content(block, length)));
        await MeasureAsync("download", () => records.DownloadAsync(record, Stream.Null));

        async Task MeasureAsync(string what, Func<Task> transfer)
        {
            var idle = Status("VmRSS");
            await File.WriteAllTextAsync($"/proc/{stack.AppId}/clear_refs", "5"); // the peak starts again at what is resident now
            var start = Stopwatch.GetTimestamp();
            await transfer();
            var seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
            var peak = Status("VmHWM");
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture, $"{what,-46}{length / MiB / seconds,8:F0}{idle,8:F0}{peak,8:F0}{peak - idle,8:F0}"));
        }

        double Status(string name) => File.ReadLines($"/proc/{stack.AppId}/status")
            .Where(l => l.StartsWith(name, StringComparison.Ordinal))
            .Select(l => double.Parse(l.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture) / 1024)
            .Single();
    }
}

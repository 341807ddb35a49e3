using System.Net;
using System.Text;

namespace RecordsGuard.EndToEnd.Tests.Local;

/// <summary>From the command to the last process gone.</summary>
public sealed class LocalLifeTests : IDisposable
{
    private readonly DirectoryInfo data = Directory.CreateTempSubdirectory("recordsguard-life-");

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public void Dispose() => data.Delete(recursive: true);

    [Fact]
    public async Task Killed_with_9_it_leaves_no_process_behind()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Processes are looked up in /proc.");
        await SeededFolder.FillAsync(data);
        await using var local = await LocalProcess.StartAsync(data);
        var app = (await local.GetAsync("/.local/app")).GetProperty("pid").GetInt32();
        var all = local.Descendants();
        Assert.Contains(app, all);
        Assert.True(all.Count >= 3, "the app, its leash and Azurite");

        await local.KillAsync();

        await GoneAsync(all);
    }

    [Fact]
    public async Task Asked_to_stop_it_stops_all_it_started_and_its_data_folder_serves_the_next_start()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Processes are looked up in /proc.");
        await using (var first = await LocalProcess.StartAsync(data))
        {
            var all = first.Descendants();
            await first.TerminateAsync();
            Assert.Equal(0, first.ExitCode);
            await GoneAsync(all);
        }

        await using var second = await LocalProcess.StartAsync(data);
        var services = await second.GetAsync("/.local/services");
        Assert.Equal(data.FullName, services.GetProperty("data").GetString());
        Assert.Equal(second.Http.BaseAddress!.OriginalString.TrimEnd('/'), services.GetProperty("host").GetString());
    }

    [Fact]
    public async Task Messages_in_the_queues_reach_the_functions_and_bad_ones_the_poison_queue()
    {
        await SeededFolder.FillAsync(data);
        await using var stack = await RecordsGuard.Local.LocalStack.StartAsync(
            new() { Port = 0, Data = data }, _ => { }, Spectre.Console.AnsiConsole.Console, TimeProvider.System, Stop);
        await using var resources = new RecordsGuard.Local.LocalResources(
            stack.Ports,
            RecordsGuard.Local.LocalCertificates.Load(new(Path.Combine(data.FullName, "certificates"))),
            RecordsGuard.Local.Storage.StorageAccounts.Load(data));
        var reconcile = resources.Queues.GetQueueClient("reconcile");
        var poison = resources.Queues.GetQueueClient("reconcile-poison");

        await reconcile.SendMessageAsync("not base64!", Stop);
        for (var tries = 0; (await poison.GetPropertiesAsync(Stop)).Value.ApproximateMessagesCount == 0; tries++)
        {
            Assert.True(tries < 100, "The message did not become poison within ten seconds.");
            await Task.Delay(100, Stop);
        }

        Assert.Equal("not base64!", (await poison.PeekMessageAsync(Stop)).Value.MessageText);
        Assert.Equal(0, (await reconcile.GetPropertiesAsync(Stop)).Value.ApproximateMessagesCount);
    }

    [Fact]
    public async Task A_function_can_be_run_at_once_and_a_second_stack_in_the_folder_is_refused()
    {
        await SeededFolder.FillAsync(data);
        await using var local = await LocalProcess.StartAsync(data);
        using var nothing = new StringContent("{}", Encoding.UTF8, "application/json");

        using var accepted = await local.Http.PostAsync("/admin/functions/NightlySweep", nothing, Stop);
        var refusal = await Assert.ThrowsAsync<RecordsGuard.Local.LocalFailure>(() => RecordsGuard.Local.LocalStack.StartAsync(
            new() { Port = 0, Data = data }, _ => { }, Spectre.Console.AnsiConsole.Console, TimeProvider.System, Stop));

        Assert.Equal(HttpStatusCode.Accepted, accepted.StatusCode);
        Assert.Contains("in use by another", refusal.Message, StringComparison.Ordinal);
    }

    private static async Task GoneAsync(List<int> pids)
    {
        for (var tries = 0; pids.Exists(p => Directory.Exists($"/proc/{p}") && !Zombie(p)); tries++)
        {
            Assert.True(tries < 400, "A process is still there after twenty seconds.");
            await Task.Delay(50, Stop);
        }
    }

    private static bool Zombie(int pid)
    {
        try
        {
            return File.ReadAllText($"/proc/{pid}/stat").Split(") ").Last().StartsWith('Z');
        }
        catch (IOException)
        {
            return true;
        }
    }
}

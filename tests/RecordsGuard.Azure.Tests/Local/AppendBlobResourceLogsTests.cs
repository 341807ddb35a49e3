using System.Text;
using System.Text.Json;
using Azure.Storage.Blobs;
using Microsoft.Extensions.Time.Testing;
using RecordsGuard.Local.Storage;

namespace RecordsGuard.Azure.Tests.Local;

public sealed class AppendBlobResourceLogsTests(AzuriteFixture azurite)
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Lines_are_appended_whole_to_the_file_of_the_hour_they_arrived_in()
    {
        var time = new FakeTimeProvider(new(2026, 11, 22, 17, 59, 59, TimeSpan.Zero));
        var resource = "/subscriptions/0/" + AzuriteFixture.FreshName("r");
        var category = AzuriteFixture.FreshName("Test");
        var service = azurite.Direct(AzuriteFixture.Logs);
        await using (var logs = new AppendBlobResourceLogs(service, time, Assert.Fail))
        {
            logs.Write(category, resource, Line(1));
            logs.Write(category, resource, Line(2));
            time.Advance(TimeSpan.FromSeconds(1));
            logs.Write(category, resource, Line(3));
            await logs.FlushAsync(Cancelled);
            Assert.Equal("{\"n\":1}\n{\"n\":2}\n", await ReadAsync(17));
            Assert.Equal("{\"n\":3}\n", await ReadAsync(18));

            logs.Write(category, resource, Line(4));
        }

        Assert.Equal("{\"n\":3}\n{\"n\":4}\n", await ReadAsync(18));

        async Task<string> ReadAsync(int hour) =>
            (await service.GetBlobContainerClient("insights-logs-" + category.ToLowerInvariant())
                .GetBlobClient($"resourceId={resource}/y=2026/m=11/d=22/h={hour}/m=00/PT1H.json").DownloadContentAsync(Cancelled)).Value.Content.ToString();
    }

    [Fact]
    public async Task Many_lines_from_many_writers_all_arrive_once()
    {
        var category = AzuriteFixture.FreshName("Many");
        var service = azurite.Direct(AzuriteFixture.Logs);
        await using var logs = new AppendBlobResourceLogs(service, TimeProvider.System, Assert.Fail);
        var padding = new string('x', 1000);
        Parallel.For(0, 8, w =>
        {
            for (var i = 0; i < 1000; i++)
            {
                logs.Write(category, "/r", Encoding.UTF8.GetBytes($$"""{"w":{{w}},"i":{{i}},"p":"{{padding}}"}"""));
            }
        });
        await logs.FlushAsync(Cancelled);

        var seen = new HashSet<(int, int)>();
        var container = service.GetBlobContainerClient("insights-logs-" + category.ToLowerInvariant());
        await foreach (var file in container.GetBlobsAsync(cancellationToken: Cancelled))
        {
            using var reader = new StreamReader(await container.GetBlobClient(file.Name).OpenReadAsync(cancellationToken: Cancelled));
            while (await reader.ReadLineAsync(Cancelled) is { } line)
            {
                var json = JsonElement.Parse(line);
                Assert.True(seen.Add((json.GetProperty("w").GetInt32(), json.GetProperty("i").GetInt32())));
            }
        }

        Assert.Equal(8000, seen.Count);
    }

    [Fact]
    public async Task Lines_wait_while_storage_is_down_and_arrive_when_it_is_back()
    {
        var folder = Directory.CreateTempSubdirectory("recordsguard-azurite-");
        var ports = RecordsGuard.Local.LocalPorts.From(0);
        var options = new BlobClientOptions { Transport = AzuriteConnection.CreateTransport(azurite.Certificates.Server) };
        options.Retry.MaxRetries = 0;
        var service = new BlobServiceClient(new Uri($"https://127.0.0.1:{ports.AzuriteBlob}/rglogs"), azurite.Accounts.Credential(AzuriteFixture.Logs), options);
        var told = new TaskCompletionSource<string>();
        await using (var logs = new AppendBlobResourceLogs(service, TimeProvider.System, s => told.TrySetResult(s)))
        {
            logs.Write("Down", "/r", Line(1));
            Assert.Contains("wait", await told.Task.WaitAsync(TimeSpan.FromSeconds(20), Cancelled), StringComparison.Ordinal);
            await using var storage = await azurite.StartAzuriteAsync(ports, folder);
            await logs.FlushAsync(Cancelled);
            var files = 0;
            await foreach (var file in service.GetBlobContainerClient("insights-logs-down").GetBlobsAsync(cancellationToken: Cancelled))
            {
                files++;
            }

            Assert.Equal(1, files);
        }

        folder.Delete(recursive: true);
    }

    [Fact]
    public async Task What_the_proxy_logs_arrives_and_the_platforms_own_writes_are_not_logged()
    {
        var name = AzuriteFixture.FreshName("arrives");
        await azurite.Blobs(AzuriteFixture.Slips).GetBlobContainerClient(name).CreateAsync(cancellationToken: Cancelled);
        Assert.Single(await azurite.Recorded.WithAsync(name));
        await azurite.FlushResourceLogsAsync(Cancelled);

        var container = azurite.Direct(AzuriteFixture.Logs).GetBlobContainerClient("insights-logs-storagewrite");
        var lines = new StringBuilder();
        await foreach (var file in container.GetBlobsAsync(cancellationToken: Cancelled))
        {
            Assert.StartsWith("resourceId=/subscriptions/", file.Name, StringComparison.Ordinal);
            lines.Append((await container.GetBlobClient(file.Name).DownloadContentAsync(Cancelled)).Value.Content.ToString());
        }

        Assert.Contains($"/rgslips/{name}", lines.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain("insights-logs-", lines.ToString(), StringComparison.Ordinal);
    }

    private static byte[] Line(int n) => Encoding.ASCII.GetBytes($$"""{"n":{{n}}}""");
}

using Azure.Storage.Blobs;
using RecordsGuard.Local;
using RecordsGuard.Local.Storage;

namespace RecordsGuard.Azure.Tests.Local;

public sealed class FaultPointTests(AzuriteFixture azurite)
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Every_request_is_a_point_before_and_after_Azurite_has_acted()
    {
        var faults = new FaultPoints();
        await using var proxy = await StartAsync(faults);
        var blob = await BlobAsync(proxy);

        faults.Arm(0);
        await blob.UploadAsync(new BinaryData("x"), Cancelled);

        var path = blob.Uri.AbsolutePath;
        Assert.Equal([$"before PUT {path}", $"after PUT {path}"], faults.Disarm().Select(p => p.Point));
    }

    [Fact]
    public async Task A_kill_before_leaves_nothing_behind_and_a_kill_after_leaves_the_write_but_no_answer()
    {
        var faults = new FaultPoints { Kill = _ => Task.CompletedTask };
        await using var proxy = await StartAsync(faults);
        var blob = await BlobAsync(proxy);

        faults.Arm(1);
        await Assert.ThrowsAnyAsync<Exception>(() => blob.UploadAsync(new BinaryData("x"), Cancelled));
        faults.Disarm();
        Assert.False(await blob.ExistsAsync(Cancelled));

        faults.Arm(2);
        await Assert.ThrowsAnyAsync<Exception>(() => blob.UploadAsync(new BinaryData("x"), Cancelled));
        faults.Disarm();
        Assert.True(await blob.ExistsAsync(Cancelled));
    }

    [Fact]
    public async Task A_request_that_Azurite_carried_out_is_logged_although_the_app_died_before_the_answer()
    {
        var faults = new FaultPoints { Kill = _ => Task.CompletedTask };
        await using var proxy = await StartAsync(faults);
        var blob = await BlobAsync(proxy);
        var id = Guid.NewGuid().ToString();

        faults.Arm(2);
        using (global::Azure.Core.Pipeline.HttpPipeline.CreateClientRequestIdScope(id))
        {
            await Assert.ThrowsAnyAsync<Exception>(() => blob.UploadAsync(new BinaryData("x"), Cancelled));
        }

        var line = Assert.Single(await azurite.Recorded.OfAsync(id));
        Assert.Equal(201, line.GetProperty("statusCode").GetInt32());
    }

    private async Task<Running> StartAsync(FaultPoints faults)
    {
        var free = LocalPorts.From(0);
        var ports = azurite.Ports with { Blob = free.Blob, Queue = free.Queue, Table = free.Table };
        return new(ports, await StorageProxy.StartAsync(ports, azurite.Certificates, azurite.Accounts, azurite.Recorded, faults, TimeProvider.System, Cancelled));
    }

    private async Task<BlobClient> BlobAsync(Running proxy)
    {
        var service = new BlobServiceClient(new Uri($"https://127.0.0.1:{proxy.Ports.Blob}/rgrecords"), azurite.Credential, azurite.BlobOptions());
        var container = service.GetBlobContainerClient(AzuriteFixture.FreshName("fault"));
        await container.CreateAsync(cancellationToken: Cancelled);
        return container.GetBlobClient("x");
    }

    private sealed record Running(LocalPorts Ports, StorageProxy Proxy) : IAsyncDisposable
    {
        public ValueTask DisposeAsync() => Proxy.DisposeAsync();
    }
}

using RecordsGuard.EndToEnd.Tests.MainJob;
using RecordsGuard.EndToEnd.Tests.Stack;

namespace RecordsGuard.EndToEnd.Tests.BadInput;

/// <summary>One Idempotency-Key, several uploads.</summary>
public sealed class IdempotencyTests(SharedStack shared)
{
    private readonly RunningStack stack = shared.Stack;

    [Fact]
    public async Task Two_uploads_with_one_key_at_once_are_one_record_and_so_is_a_later_one()
    {
        var chart = await Chart.NewAsync(stack);
        var upload = new Upload(Files.Binary(300_000)) { IdempotencyKey = Guid.NewGuid().ToString() };

        var both = await Task.WhenAll(chart.UploadAsync(upload), chart.UploadAsync(upload));
        var later = (await chart.UploadAsync(upload with { Chunked = false })).Is(201);

        var id = Assert.Single(both.Append(later).Select(a => a.Is(201).Id).Distinct());
        Assert.Equal(["true"], later.Headers.GetValues("Idempotency-Replayed"));
        Assert.Equal(id, Assert.Single(await chart.ListAsync()).GetProperty("id").GetString());
        Assert.Equal(upload.Content, (await chart.ReadAsync(id)).Is(200).Body);
    }

    [Fact]
    public async Task Other_content_or_another_class_under_the_same_key_is_422_and_changes_nothing()
    {
        var chart = await Chart.NewAsync(stack, "2024-03-15"); // no sweep of another test lists it
        var upload = new Upload(Files.Text) { IdempotencyKey = "mine" };
        var id = (await chart.UploadAsync(upload)).Is(201).Id;
        var before = await stack.Stores.TracesAsync(chart.Client);

        (await chart.UploadAsync(upload with { Content = Files.Pdf })).IsProblem(422, "idempotency-key");
        (await chart.UploadAsync(upload with { RecordClass = "billing" })).IsProblem(422, "idempotency-key");

        Assert.Equal(before, await stack.Stores.TracesAsync(chart.Client));
        Assert.Equal(Files.Text, (await chart.ReadAsync(id)).Is(200).Body);
    }

    [Fact]
    public async Task A_key_counts_for_its_caller_and_its_client_only()
    {
        var (one, other) = (await Chart.NewAsync(stack), await Chart.NewAsync(stack));
        var upload = new Upload(Files.Text) { IdempotencyKey = "everybody's" };

        var ids = new[]
        {
            (await one.UploadAsync(upload)).Is(201).Id,
            (await one.UploadAsync(upload, "clinician-1")).Is(201).Id,
            (await other.UploadAsync(upload with { Content = Files.Pdf })).Is(201).Id,
        };

        Assert.Equal(3, ids.Distinct().Count());
    }
}

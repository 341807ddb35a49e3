using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Time.Testing;
using RecordsGuard.Audit.Witnessing;
using RecordsGuard.Fakes;

namespace RecordsGuard.Azure.Tests.Contracts;

/// <summary>What every <see cref="IWitnessDoor"/> does.</summary>
public abstract class WitnessDoorContract
{
    private static readonly byte[] Body = Encoding.UTF8.GetBytes("old 0\n\nüß\n");

    protected static CancellationToken Cancel => TestContext.Current.CancellationToken;

    /// <summary>A witness that gives this answer, and what it was sent.</summary>
    protected abstract Task<(IWitnessDoor Door, Uri Witness, Func<byte[]?> Sent)> AnsweringAsync(CosignAnswer answer);

    /// <summary>An address where nobody is.</summary>
    protected abstract (IWitnessDoor Door, Uri Witness) Nobody();

    [Theory]
    [InlineData(200, "text/plain", "\u2014 w AAAA\n")]
    [InlineData(409, "text/x.tlog.size", "17\n")]
    [InlineData(422, "text/plain", "")]
    [InlineData(503, "text/plain", "later\n")]
    public async Task Whatever_a_witness_answers_comes_back_and_what_it_was_sent_arrived_byte_for_byte(int status, string type, string body)
    {
        var (door, witness, sent) = await AnsweringAsync(new(status, type, body));
        Assert.Equal(new(status, type, body), await door.AddAsync(witness, Body, Cancel));
        Assert.Equal(Body, sent());
    }

    [Fact]
    public async Task Nobody_there_is_no_answer()
    {
        var (door, witness) = Nobody();
        Assert.Null(await door.AddAsync(witness, Body, Cancel));
    }

    [Fact]
    public async Task A_cancelled_call_says_so()
    {
        var (door, witness, _) = await AnsweringAsync(new(200, "text/plain", ""));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => door.AddAsync(witness, Body, new(canceled: true)));
    }
}

public sealed class InMemoryWitnessesTests : WitnessDoorContract
{
    private readonly InMemoryWitnesses doors = new();

    protected override Task<(IWitnessDoor Door, Uri Witness, Func<byte[]?> Sent)> AnsweringAsync(CosignAnswer answer)
    {
        byte[]? sent = null;
        var witness = new Uri("https://witness.example/");
        doors.Doors[witness] = (body, _) =>
        {
            sent = body.ToArray();
            return Task.FromResult(answer);
        };
        return Task.FromResult<(IWitnessDoor, Uri, Func<byte[]?>)>((doors, witness, () => sent));
    }

    protected override (IWitnessDoor Door, Uri Witness) Nobody() => (doors, new("https://nobody.example/"));
}

public sealed class WitnessDoorTests : WitnessDoorContract, IAsyncDisposable
{
    private readonly SocketsHttpHandler handler = LoopbackTransport.CreateHandler(extraRootFile: null);
    private readonly FakeTimeProvider time = new();
    private WebApplication? receiver;

    [Fact]
    public async Task A_witness_that_does_not_answer_is_given_five_seconds()
    {
        var reached = new TaskCompletionSource();
        var witness = await ServeAsync(async context =>
        {
            reached.TrySetResult();
            await Task.Delay(Timeout.Infinite, context.RequestAborted);
        });
        var asking = Door().AddAsync(witness, new byte[10], Cancel);
        await reached.Task;
        time.Advance(TimeSpan.FromSeconds(4.9));
        Assert.False(asking.IsCompleted);
        time.Advance(TimeSpan.FromSeconds(0.2));
        Assert.Null(await asking);
    }

    [Fact]
    public async Task An_answer_without_end_is_none_and_no_redirect_is_followed()
    {
        var witness = await ServeAsync(context => context.Response.WriteAsync(new string('x', 70_000)));
        Assert.Null(await Door().AddAsync(witness, new byte[10], Cancel));
        await receiver!.DisposeAsync();
        witness = await ServeAsync(context =>
        {
            context.Response.Redirect("/elsewhere");
            return Task.CompletedTask;
        });
        Assert.Equal(302, (await Door().AddAsync(witness, new byte[10], Cancel))!.Status);
    }

    public async ValueTask DisposeAsync()
    {
        handler.Dispose();
        await (receiver?.DisposeAsync() ?? ValueTask.CompletedTask);
    }

    protected override async Task<(IWitnessDoor Door, Uri Witness, Func<byte[]?> Sent)> AnsweringAsync(CosignAnswer answer)
    {
        byte[]? sent = null;
        var witness = await ServeAsync(async context =>
        {
            using var body = new MemoryStream();
            await context.Request.Body.CopyToAsync(body);
            sent = body.ToArray();
            Assert.Equal(("POST", "/w/add-checkpoint"), (context.Request.Method, context.Request.Path.Value));
            (context.Response.StatusCode, context.Response.ContentType) = (answer.Status, answer.ContentType);
            await context.Response.WriteAsync(answer.Body);
        });
        return (Door(), witness, () => sent);
    }

    protected override (IWitnessDoor Door, Uri Witness) Nobody() => (Door(), new("http://127.0.0.1:1/"));

    private IWitnessDoor Door() => new AzureAdapters(new LocalToken(Guid.Empty), Adapters.Transport(handler), time).Witnesses(handler);

    private async Task<Uri> ServeAsync(RequestDelegate answer)
    {
        var builder = WebApplication.CreateEmptyBuilder(new());
        builder.WebHost.UseKestrelCore();
        receiver = builder.Build();
        receiver.Urls.Add("http://127.0.0.1:0");
        receiver.Run(answer);
        await receiver.StartAsync(Cancel);
        return new($"{receiver.Urls.First()}/w/");
    }
}

using RecordsGuard.EndToEnd.Tests.MainJob;
using RecordsGuard.EndToEnd.Tests.Stack;

namespace RecordsGuard.EndToEnd.Tests.BadInput;

/// <summary>Tokens that are none, or not for here.</summary>
public sealed class TokenTests(SharedStack shared)
{
    private readonly RunningStack stack = shared.Stack;

    [Theory]
    [InlineData("person=custodian-1&expired=true")]
    [InlineData("person=custodian-1&unsigned=true")]
    [InlineData("person=custodian-1&audience=api://another")]
    [InlineData("person=custodian-1&audience=https://storage.azure.com")]
    [InlineData("person=imposter-custodian&expired=true")]
    public async Task An_expired_unsigned_or_foreign_token_is_401_and_says_what_to_do(string query)
    {
        await UnauthorisedAsync(await stack.WithTokenAsync(query));
    }

    [Fact]
    public async Task No_token_and_nonsense_are_401()
    {
        await UnauthorisedAsync(stack.Nobody());
        await UnauthorisedAsync(new SignedIn(stack.Http, "nonsense"));
        await UnauthorisedAsync(new SignedIn(stack.Http, "eyJhbGciOiJub25lIn0.e30."));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_large_upload_without_a_good_token_is_answered_too(bool chunked)
    {
        var chart = await Chart.NewAsync(stack);
        var upload = new Upload(new byte[40 * Files.MiB]) { Chunked = chunked };

        (await stack.Nobody().SendAsync(HttpMethod.Post, chart.Records, upload.Body(), upload.Headers())).IsProblem(401, "sign-in");
    }

    [Fact]
    public async Task A_token_that_was_tampered_with_is_401()
    {
        var parts = (await stack.PersonAsync("front-desk-1")).Token!.Split('.');
        var custodian = (await stack.PersonAsync("custodian-1")).Token!.Split('.');

        await UnauthorisedAsync(new SignedIn(stack.Http, $"{parts[0]}.{custodian[1]}.{parts[2]}"));
    }

    [Fact]
    public async Task A_custodian_of_another_tenant_is_refused_whatever_the_role_and_leaves_nothing_behind()
    {
        var chart = await Chart.NewAsync(stack);
        var before = await stack.Stores.TracesAsync(chart.Client);
        var imposter = await stack.PersonAsync("imposter-custodian");

        (await imposter.PatchAsync(chart.Path, """{"lastService":"1999-01-01"}""")).IsProblem(403, "refused");
        (await imposter.PostAsync($"{chart.Path}/holds", """{"matter":"m","reason":"r"}""")).IsProblem(403, "refused");
        (await chart.UploadAsync(new(Files.Text), "imposter-custodian")).IsProblem(403, "refused");
        (await imposter.GetAsync("/api/practices/demo/clients?q=")).IsProblem(403, "refused");

        Assert.Equal(before, await stack.Stores.TracesAsync(chart.Client));
    }

    private async Task UnauthorisedAsync(SignedIn who)
    {
        var chart = await Chart.NewAsync(stack);
        var before = await stack.Stores.TracesAsync(chart.Client);
        foreach (var answer in new[]
        {
            await who.GetAsync("/api/practices/demo/clients?q="),
            await who.GetAsync("/api/alerts"),
            await who.PatchAsync(chart.Path, """{"lastService":"1999-01-01"}"""),
            await who.SendAsync(HttpMethod.Post, chart.Records, new Upload(Files.Text).Body(), new Upload([]).Headers()),
        })
        {
            answer.IsProblem(401, "sign-in");
            Assert.Equal("Bearer", answer.Headers.WwwAuthenticate.ToString());
        }

        Assert.Equal(before, await stack.Stores.TracesAsync(chart.Client));
    }
}

using RecordsGuard.EndToEnd.Tests.Stack;

namespace RecordsGuard.EndToEnd.Tests.Rotation;

public sealed class WhoRotatesTests(SharedStack shared)
{
    private const string Path = "/api/practices/demo/keys";

    [Theory]
    [InlineData("custodian-1")]
    [InlineData("clinician-1")]
    [InlineData("security-1")]
    [InlineData("auditor-1")]
    public async Task Nobody_but_the_owner_rotates(string person) =>
        (await (await shared.Stack.PersonAsync(person)).PostAsync($"{Path}/rotate")).IsProblem(403, "refused");

    [Fact]
    public async Task Security_staff_may_watch_and_the_tool_says_who_may_not_rotate()
    {
        var security = await shared.Stack.PersonAsync("security-1");
        var custodian = await shared.Stack.PersonAsync("custodian-1");

        Assert.Equal("in-use", (await security.GetAsync($"{Path}/rotation")).Is(200).Json.GetProperty("state").GetString());
        var refused = await Tool.RunAsync(shared.Stack.Http.BaseAddress, custodian.Token, "keys", "rotate", "--practice", "demo");
        Assert.Contains("403", refused.Exits(1).Error, StringComparison.Ordinal);
    }
}

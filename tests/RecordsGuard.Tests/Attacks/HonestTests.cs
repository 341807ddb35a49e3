using System.Security.Cryptography;
using RecordsGuard.Envelopes;

namespace RecordsGuard.Tests.Attacks;

/// <summary>What must open for all that: an empty record, and those that end with their segment.</summary>
public sealed class HonestTests
{
    [Theory]
    [InlineData(0, 0)]
    [InlineData(0, 1)]
    [InlineData(1, -1)]
    [InlineData(1, 0)]
    [InlineData(1, 1)]
    [InlineData(2, 0)]
    [InlineData(3, 0)]
    public async Task It_opens_whole_and_at_its_end(int segments, int more)
    {
        await using var app = await AttackedApp.StartAsync();
        var length = (segments * FloeParameters.Product.PlaintextLength) + more;
        var record = await app.UploadAsync(RandomNumberGenerator.GetBytes(length));
        await app.OpensAsync(record);
        if (length > 0)
        {
            await app.OpensAsync(record, "bytes=-1");
        }
    }
}

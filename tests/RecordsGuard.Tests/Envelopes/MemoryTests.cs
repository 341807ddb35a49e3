using System.Buffers.Text;
using RecordsGuard.Envelopes;

namespace RecordsGuard.Tests.Envelopes;

public sealed class MemoryTests
{
    [Fact]
    public void A_disposed_key_is_zeros()
    {
        var key = DataKey.New();
        var bytes = key.Bytes;
        Assert.NotEqual(-1, bytes.IndexOfAnyExcept((byte)0));
        key.Dispose();
        Assert.Equal(-1, bytes.IndexOfAnyExcept((byte)0));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_released_buffer_is_zeros(bool reuse)
    {
        var buffer = new SegmentBuffer(FloeParameters.Product);
        var bytes = buffer.Memory;
        bytes.Span.Fill(7);
        buffer.Release(reuse);
        Assert.Equal(-1, bytes.Span.IndexOfAnyExcept((byte)0));
        Assert.Throws<ObjectDisposedException>(() => buffer.Memory);
    }

    /// <summary>Its source may still write there: nobody else may get it.</summary>
    [Fact]
    public void The_buffer_of_a_failed_read_is_never_used_again()
    {
        var failed = new SegmentBuffer(FloeParameters.Product);
        var bytes = failed.Memory;
        failed.Release(reuse: false);
        for (var i = 0; i < 40; i++)
            Assert.False(new SegmentBuffer(FloeParameters.Product).Memory.Equals(bytes));
    }

    [Fact]
    public void A_wrapped_index_key_of_another_length_is_refused()
    {
        using var key = IndexKey.New();
        var (practice, client) = (AssociatedDataTests.Example.Practice, AssociatedDataTests.Example.Client);
        var place = CanonicalBytes.Of("recordsguard client index key", practice.ToString(), client.ToString());
        var wrapped = Base64Url.EncodeToString(SealedText.Seal(key.Bytes, new byte[16], place));
        var fault = Assert.Throws<EnvelopeException>(() => key.UnwrapClient(wrapped, practice, client));
        Assert.Equal(EnvelopeFault.BadHeader, fault.Fault);
    }
}

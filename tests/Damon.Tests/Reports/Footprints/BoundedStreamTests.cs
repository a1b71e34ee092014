using Damon.Reports.Footprints;

namespace Damon.Tests.Reports.Footprints;

public sealed class BoundedStreamTests
{
    [Fact]
    public void A_stream_of_unknown_length_is_read_up_to_a_limit()
    {
        byte[] bytes = new byte[100];
        using BoundedStream enough = new(new MemoryStream(bytes), 100);
        using MemoryStream copy = new();
        enough.CopyTo(copy);
        Assert.Equal(100, copy.Length);
        using BoundedStream tooShort = new(new MemoryStream(bytes), 99);
        Assert.Throws<EndOfStreamException>(() => tooShort.CopyTo(Stream.Null, 10));
    }
}

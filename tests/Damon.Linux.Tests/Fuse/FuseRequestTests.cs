using System.Buffers.Binary;
using Damon.Linux.Fuse;

namespace Damon.Linux.Tests.Fuse;

public sealed class FuseRequestTests
{
    [Fact]
    public void Requests_are_taken_apart()
    {
        IReadOnlyList<byte[]> samples = FuseRequestBytes.Samples();
        FuseRequest request = Parsed(samples[0]);
        Assert.Equal((FuseOpcode.Lookup, 1ul, 1ul), (request.Opcode, request.Unique, request.NodeId));
        Assert.Equal(new FuseCaller(4242, 1000, 100), request.Caller);
        Assert.Equal("name"u8, request.Name);

        Assert.Equal(3ul, Parsed(samples[1]).NrLookups);
        request = Parsed(samples[2]);
        Assert.Equal(2, request.NrForgotten);
        Assert.Equal((7ul, 1ul), request.Forgotten(0));
        Assert.Equal((8ul, 2ul), request.Forgotten(1));
        Assert.Equal(0x402u, Parsed(samples[3]).OpenFlags);
        request = Parsed(samples[4]);
        Assert.Equal((11ul, 4096ul, 512u), (request.Handle, request.Offset, request.Size));
        request = Parsed(samples[5]);
        Assert.Equal((11ul, 0ul, 3u), (request.Handle, request.Offset, request.Size));
        Assert.Equal("abc"u8, request.Data);
        Assert.Equal(11ul, Parsed(samples[6]).Handle);
        Assert.Equal(6ul, Parsed(samples[7]).Interrupted);
        request = Parsed(samples[8]);
        Assert.Equal((7u, 45u, 131072u, 0xffffu), (request.Major, request.Minor, request.MaxReadAhead, request.InitializeFlags));
    }

    [Fact]
    public void Requests_that_only_notify_want_no_reply()
    {
        foreach (byte[] sample in FuseRequestBytes.Samples())
        {
            FuseRequest request = Parsed(sample);
            Assert.Equal(request.Opcode is not (FuseOpcode.Forget or FuseOpcode.ForgetSeveral or FuseOpcode.Interrupt), request.WantsReply);
        }
    }

    [Fact]
    public void Every_truncation_is_malformed_or_unanswerable_with_either_length()
    {
        foreach (byte[] sample in FuseRequestBytes.Samples())
        {
            for (int length = 0; length < sample.Length; length++)
            {
                byte[] cut = sample[..length];
                FuseParseResult expected = length < FuseRequest.HeaderSize ? FuseParseResult.Unanswerable : FuseParseResult.Malformed;
                Assert.Equal(expected, FuseRequest.Parse(cut, out _));
                if (length >= FuseRequest.HeaderSize)
                {
                    // What remains when the header agrees; a whole body with something missing behind it may be all right.
                    BinaryPrimitives.WriteUInt32LittleEndian(cut, (uint)length);
                    FuseParseResult result = FuseRequest.Parse(cut, out FuseRequest request);
                    Assert.True(result is FuseParseResult.Malformed || request.Opcode is FuseOpcode.Initialize, $"{request.Opcode} cut to {length}");
                }
            }
        }
    }

    [Fact]
    public void Lengths_and_counts_beyond_the_bytes_are_malformed()
    {
        uint[] absurd = [4, 0x7fff_ffff, 0x8000_0000, 0xffff_fff0, 0xffff_ffff];
        foreach (uint value in absurd)
        {
            byte[] write = FuseRequestBytes.Samples()[5];
            BinaryPrimitives.WriteUInt32LittleEndian(write.AsSpan(FuseRequest.HeaderSize + 16), value);
            Assert.Equal(FuseParseResult.Malformed, FuseRequest.Parse(write, out _));
            byte[] forget = FuseRequestBytes.Samples()[2];
            BinaryPrimitives.WriteUInt32LittleEndian(forget.AsSpan(FuseRequest.HeaderSize), value);
            Assert.Equal(FuseParseResult.Malformed, FuseRequest.Parse(forget, out FuseRequest request));
            Assert.InRange(request.NrForgotten, 0, 2);
            byte[] header = FuseRequestBytes.Samples()[0];
            BinaryPrimitives.WriteUInt32LittleEndian(header, value);
            Assert.Equal(FuseParseResult.Malformed, FuseRequest.Parse(header, out _));
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData("\0")]
    [InlineData("name without an end")]
    public void Names_must_have_an_end_and_a_beginning(string name) =>
        Assert.Equal(
            FuseParseResult.Malformed,
            FuseRequest.Parse(FuseRequestBytes.Of(FuseOpcode.Lookup, 1, 1, System.Text.Encoding.ASCII.GetBytes(name)), out _));

    [Fact]
    public void Names_have_a_limit()
    {
        byte[] name = new byte[FuseRequest.MaxNameLength + 2];
        name.AsSpan(..^1).Fill((byte)'x');
        Assert.Equal(FuseParseResult.Malformed, FuseRequest.Parse(FuseRequestBytes.Of(FuseOpcode.Lookup, 1, 1, name), out _));
        Assert.Equal(FuseParseResult.Ok, FuseRequest.Parse(FuseRequestBytes.Of(FuseOpcode.Lookup, 1, 1, name.AsSpan(1)), out _));
    }

    [Fact]
    public void Random_bytes_do_no_harm()
    {
        Random random = new(11);
        IReadOnlyList<byte[]> samples = FuseRequestBytes.Samples();
        int[] results = new int[3];
        for (int round = 0; round < 300_000; round++)
        {
            byte[] bytes = (byte[])samples[random.Next(samples.Count)].Clone();
            for (int i = random.Next(6); i > 0; i--)
            {
                bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
            }

            if (random.Next(3) == 0)
            {
                bytes = new byte[random.Next(120)];
                random.NextBytes(bytes);
                if (bytes.Length >= 8)
                {
                    BinaryPrimitives.WriteUInt32LittleEndian(bytes, (uint)bytes.Length);
                    BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(4), (uint)random.Next(55));
                }
            }

            FuseParseResult result = FuseRequest.Parse(bytes, out FuseRequest request);
            results[(int)result]++;
            for (int i = 0; i < request.NrForgotten; i++)
            {
                _ = request.Forgotten(i);
            }

            Assert.True(request.Data.Length <= bytes.Length && request.Name.Length <= bytes.Length);
        }

        Assert.All(results, count => Assert.True(count > 1000));
    }

    static FuseRequest Parsed(byte[] bytes)
    {
        Assert.Equal(FuseParseResult.Ok, FuseRequest.Parse(bytes, out FuseRequest request));
        return request;
    }
}

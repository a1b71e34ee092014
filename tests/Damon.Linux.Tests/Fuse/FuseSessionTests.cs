using System.Buffers.Binary;
using Damon.Linux.Fuse;

namespace Damon.Linux.Tests.Fuse;

/// <summary>Requests that no kernel sends. Replies go to /dev/null.</summary>
public sealed class FuseSessionTests : IDisposable
{
    readonly TestDirectory _root = new(1);
    readonly FuseDevice _device = new(File.OpenHandle("/dev/null", FileMode.Open, FileAccess.Write));
    readonly FuseCallQueue _calls;
    readonly FuseSession _session;

    public FuseSessionTests()
    {
        _calls = new FuseCallQueue(_device, 2, null);
        _session = new FuseSession(_device, _calls, _root, new FuseMountOptions());
    }

    [Fact]
    public void Random_requests_do_no_harm()
    {
        TestFile file = _root.AddFile("name");
        byte[][] samples = [.. FuseRequestBytes.Samples()];
        Random random = new(5);
        for (int round = 0; round < 50_000; round++)
        {
            byte[] bytes = (byte[])samples[random.Next(samples.Length)].Clone();

            // Numbers that make sense now and then: nodes, handles, and each request its own unique one.
            BinaryPrimitives.WriteUInt64LittleEndian(bytes.AsSpan(8), (ulong)random.Next(round + 2));
            BinaryPrimitives.WriteUInt64LittleEndian(bytes.AsSpan(16), random.Next(3) switch { 0 => 1, 1 => file.Id, _ => (ulong)random.Next(100) });
            if (bytes.Length >= FuseRequest.HeaderSize + 8 && random.Next(2) == 0)
            {
                BinaryPrimitives.WriteUInt64LittleEndian(bytes.AsSpan(FuseRequest.HeaderSize), (ulong)random.Next(50));
            }

            for (int i = random.Next(4); i > 0; i--)
            {
                bytes[random.Next(4) == 0 ? random.Next(bytes.Length) : random.Next(4, 8)] = (byte)random.Next(60);
            }

            _session.Handle(bytes);
        }

        Assert.True(file.NrReads > 0);
        Assert.True(_session.NrHandles > 0);
        Assert.True(_calls.Close(TimeSpan.FromSeconds(60)));
        Assert.Equal(0, _calls.NrInFlight);
    }

    [Fact]
    public void An_interrupt_may_come_before_its_request_and_after_its_end()
    {
        TestFile file = _root.AddFile("name", "text");
        byte[] interrupt = FuseRequestBytes.Of(FuseOpcode.Interrupt, 8, 0, FuseRequestBytes.Words(5));
        _session.Handle(interrupt);
        _session.Handle(FuseRequestBytes.Of(FuseOpcode.Lookup, 1, 1, "name\0"u8));
        _session.Handle(FuseRequestBytes.Of(FuseOpcode.Open, 2, file.Id, FuseRequestBytes.Words(0)));
        _session.Handle(FuseRequestBytes.Of(FuseOpcode.Read, 5, file.Id, FuseRequestBytes.Words(1, 0, 100, 0, 0)));
        TestMount.Until(() => _calls.NrInFlight == 0, "the read answered");
        _session.Handle(interrupt);
        Assert.Equal(1, file.NrReads);
        _session.Handle(FuseRequestBytes.Of(FuseOpcode.Read, 6, file.Id, FuseRequestBytes.Words(1, 0, 100, 0, 0)));
        TestMount.Until(() => file.NrReads == 2, "the next read");
    }

    [Fact]
    public void Reads_and_writes_allocate_nothing_of_their_own()
    {
        TestFile file = _root.AddFile("name", "text");
        _session.Handle(FuseRequestBytes.Of(FuseOpcode.Lookup, 1, 1, "name\0"u8));
        _session.Handle(FuseRequestBytes.Of(FuseOpcode.Open, 2, file.Id, FuseRequestBytes.Words(0)));
        file.OnWrite = (_, _, _) => { };
        byte[] read = FuseRequestBytes.Of(FuseOpcode.Read, 5, file.Id, FuseRequestBytes.Words(1, 0, 100, 0, 0));
        byte[] write = FuseRequestBytes.Of(FuseOpcode.Write, 6, file.Id, [.. FuseRequestBytes.Words(1, 0, 3, 0, 0), .. "abc"u8]);
        for (int i = 0; i < 1000; i++)
        {
            Exchange();
        }

        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 1000; i++)
        {
            Exchange();
        }

        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 1000);

        void Exchange()
        {
            _session.Handle(read);
            while (_calls.NrInFlight > 0)
            {
                Thread.Yield();
            }

            _session.Handle(write);
            while (_calls.NrInFlight > 0)
            {
                Thread.Yield();
            }
        }
    }

    public void Dispose()
    {
        _calls.Close(TimeSpan.FromSeconds(60));
        _calls.Dispose();
        _device.Dispose();
    }
}

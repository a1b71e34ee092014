using Damo.Workloads;
using Damon.Monitoring;

namespace Damo.Tests.Workloads;

public class AccessLogTests
{
    // Prepared in [100, 110], checked in [200, 210].
    static readonly SamplingWindow s_window = new(100, 110, 200, 210);

    [Theory]
    [InlineData(120, 130, nameof(SweepVerdict.Accessed))]
    [InlineData(110, 200, nameof(SweepVerdict.Accessed))] // bounds belong to the window
    [InlineData(109, 200, nameof(SweepVerdict.Unknown))] // began while pages were being cleared
    [InlineData(110, 201, nameof(SweepVerdict.Unknown))] // ended while pages were being read
    [InlineData(50, 99, nameof(SweepVerdict.NotAccessed))]
    [InlineData(50, 100, nameof(SweepVerdict.Unknown))]
    [InlineData(211, 220, nameof(SweepVerdict.NotAccessed))]
    [InlineData(210, 220, nameof(SweepVerdict.Unknown))]
    [InlineData(50, 300, nameof(SweepVerdict.Unknown))] // longer than the window
    [InlineData(102, 108, nameof(SweepVerdict.Unknown))]
    [InlineData(203, 206, nameof(SweepVerdict.Unknown))]
    public void One_sweep_is_judged_by_where_it_lies(long start, long end, string verdict)
    {
        using LogFixture fixture = new();
        fixture.Sweep(0, start, end);
        Assert.Equal(verdict, fixture.Log.Judge(0, s_window).ToString());
    }

    [Fact]
    public void A_region_never_swept_is_not_accessed()
    {
        using LogFixture fixture = new(nrRegions: 2);
        fixture.Sweep(0, 120, 130);
        Assert.Equal(SweepVerdict.NotAccessed, fixture.Log.Judge(1, s_window));
    }

    [Fact]
    public void A_whole_sweep_counts_even_beside_partial_ones()
    {
        using LogFixture fixture = new();
        fixture.Sweep(0, 90, 105);
        fixture.Sweep(0, 120, 130);
        fixture.Sweep(0, 195, 220);
        fixture.Sweep(0, 300, 310);
        Assert.Equal(SweepVerdict.Accessed, fixture.Log.Judge(0, s_window));
    }

    [Theory]
    [InlineData(150, nameof(SweepVerdict.Unknown))]
    [InlineData(50, nameof(SweepVerdict.Unknown))] // may touch anything since
    [InlineData(211, nameof(SweepVerdict.NotAccessed))]
    public void A_sweep_in_progress_has_no_end(long start, string verdict)
    {
        using LogFixture fixture = new();
        fixture.Writer.Begin(0, start);
        Assert.Equal(verdict, fixture.Log.Judge(0, s_window).ToString());
    }

    [Fact]
    public void The_ring_keeps_what_came_last()
    {
        using LogFixture fixture = new();
        for (int i = 0; i < 100; i++)
        {
            fixture.Sweep(0, i * 10, (i * 10) + 5);
        }

        Assert.Equal(100, fixture.Log.NrSweeps(0));
        Assert.Equal(SweepVerdict.Accessed, fixture.Log.Judge(0, new(985, 988, 996, 998)));
        Assert.Equal(SweepVerdict.NotAccessed, fixture.Log.Judge(0, new(986, 987, 988, 989)));
    }

    [Fact]
    public void Answers_that_the_ring_has_lost_are_unknown()
    {
        using LogFixture fixture = new();
        for (int i = 0; i < 100; i++)
        {
            fixture.Sweep(0, i * 10, (i * 10) + 5);
        }

        // A ring of 8, of which 2 may be in the writer's hands: 940 is the oldest that counts.
        Assert.Equal(SweepVerdict.NotAccessed, fixture.Log.Judge(0, new(946, 947, 948, 949)));
        Assert.Equal(SweepVerdict.Accessed, fixture.Log.Judge(0, new(936, 937, 946, 947)));
        Assert.Equal(SweepVerdict.Unknown, fixture.Log.Judge(0, new(936, 937, 938, 939)));
        Assert.Equal(SweepVerdict.Unknown, fixture.Log.Judge(0, s_window));
    }

    [Fact]
    public void A_ring_not_yet_full_reaches_back_to_the_start()
    {
        using LogFixture fixture = new();
        for (int i = 0; i < 6; i++)
        {
            fixture.Sweep(0, 300 + (i * 10), 305 + (i * 10));
        }

        Assert.Equal(SweepVerdict.NotAccessed, fixture.Log.Judge(0, s_window));
        fixture.Sweep(0, 400, 410);
        Assert.Equal(SweepVerdict.Unknown, fixture.Log.Judge(0, s_window));
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(long.MinValue)]
    [InlineData(long.MaxValue)]
    public void A_broken_count_judges_nothing(long count)
    {
        using LogFixture fixture = new();
        fixture.Write(AccessLogLayout.DescriptorAt(0) + AccessLogLayout.CountOffset, count);
        Assert.NotEqual(SweepVerdict.Accessed, fixture.Log.Judge(0, s_window));
    }

    [Fact]
    public void A_sweep_that_ends_before_it_starts_judges_nothing()
    {
        using LogFixture fixture = new();
        fixture.Sweep(0, 150, 140);
        Assert.Equal(SweepVerdict.Unknown, fixture.Log.Judge(0, s_window));
    }

    [Fact]
    public void The_writer_uses_all_of_the_memory_that_makes_a_power_of_two()
    {
        using SharedMemory memory = SharedMemory.Create("damo-test", AccessLogLayout.Size(1, 64) + 100);
        AccessLogWriter writer = new(memory, [new LoggedRegion(new(4096, 8192), 0)]);
        Assert.False(AccessLog.IsReady(memory));
        writer.SetReady();
        Assert.True(AccessLog.IsReady(memory));
        AccessLog log = new(memory);
        for (int i = 0; i < 62; i++)
        {
            writer.Begin(0, 1000 + i);
            writer.End(0, 1000 + i);
        }

        Assert.Equal(SweepVerdict.NotAccessed, log.Judge(0, s_window));
        Assert.Equal(new AddressRange(4096, 8192), log.Range);
    }

    [Fact]
    public void Memory_too_small_for_the_writer_is_refused()
    {
        using SharedMemory memory = SharedMemory.Create("damo-test", AccessLogLayout.HeaderBytes);
        Assert.Contains(
            "needs",
            Assert.Throws<ArgumentException>(() => new AccessLogWriter(memory, [new LoggedRegion(new(0, 4096), 0)])).Message,
            StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(AccessLogLayout.MagicOffset, 0, "begins with")]
    [InlineData(AccessLogLayout.NrRegionsOffset, 0, "0 regions")]
    [InlineData(AccessLogLayout.NrRegionsOffset, -1, "-1 regions")]
    [InlineData(AccessLogLayout.NrRegionsOffset, 4097, "4097 regions")]
    [InlineData(AccessLogLayout.NrRegionsOffset, 4000, "need")] // more than the memory holds
    [InlineData(AccessLogLayout.RingLengthOffset, 0, "rings of 0")]
    [InlineData(AccessLogLayout.RingLengthOffset, 9, "rings of 9")]
    [InlineData(AccessLogLayout.RingLengthOffset, int.MinValue, "rings of -2147483648")]
    [InlineData(AccessLogLayout.RingLengthOffset, 1 << 20, "need")]
    [InlineData(AccessLogLayout.RingLengthOffset, 1 << 21, "rings of 2097152")]
    public void A_broken_header_is_refused(int offset, int value, string message)
    {
        using LogFixture fixture = new();
        fixture.Write(offset, value);
        Assert.Contains(message, Assert.Throws<InvalidDataException>(() => new AccessLog(fixture.Memory)).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(AccessLogLayout.StartOffset, ulong.MaxValue)] // ends before it starts
    [InlineData(AccessLogLayout.EndOffset, 0UL)]
    [InlineData(AccessLogLayout.StartOffset, 0UL)] // overlaps the one before
    [InlineData(AccessLogLayout.PeriodOffset, unchecked((ulong)-2L))]
    public void A_broken_region_is_refused(int offset, ulong value)
    {
        using LogFixture fixture = new(nrRegions: 2);
        fixture.Write(AccessLogLayout.DescriptorAt(1) + offset, value);
        Assert.Contains("Region 1", Assert.Throws<InvalidDataException>(() => new AccessLog(fixture.Memory)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_truncated_log_is_refused()
    {
        using SharedMemory memory = SharedMemory.Create("damo-test", 100);
        Assert.False(AccessLog.IsReady(memory));
        Assert.Contains("100 bytes", Assert.Throws<InvalidDataException>(() => new AccessLog(memory)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Random_bytes_never_break_the_reader()
    {
        Random random = new(1);
        for (int round = 0; round < 200; round++)
        {
            using LogFixture fixture = new(nrRegions: 3);
            for (int i = 0; i < 40; i++)
            {
                fixture.Write(
                    AccessLogLayout.HeaderBytes + random.NextInt64((fixture.Memory.Length - AccessLogLayout.HeaderBytes) / 8) * 8,
                    random.NextInt64() >> random.Next(64));
            }

            for (int region = 0; region < 3; region++)
            {
                _ = fixture.Log.Judge(region, s_window);
            }
        }
    }

    [Fact]
    public void Another_mapping_of_the_file_sees_the_same()
    {
        using LogFixture fixture = new();
        using SharedMemory other = SharedMemory.Open(fixture.Memory.Path);
        AccessLog log = new(other);
        fixture.Sweep(0, 120, 130);
        fixture.Writer.SetWork(7, 8);
        Assert.Equal(SweepVerdict.Accessed, log.Judge(0, s_window));
        Assert.Equal((7, 8), (log.Operations, log.CpuNs));
    }
}

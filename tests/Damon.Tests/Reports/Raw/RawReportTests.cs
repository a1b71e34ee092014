using System.Text;
using Damon.Monitoring;
using Damon.Numbers;
using Damon.Records;
using Damon.Records.Binary;
using Damon.Reports.Raw;
using Damon.Tests.Records;
using Damon.Tests.Shared;

namespace Damon.Tests.Reports.Raw;

public sealed class RawReportTests
{
    static string Report(RecordBytes bytes, RawReportOptions? options = null)
    {
        using BinaryRecordReader reader = RecordReaders.OpenBinary(new MemoryStream(bytes.ToArray()));
        MemoryStream output = new();
        RawReport report = new(output, options);
        Snapshot snapshot = new();
        while (reader.Read(snapshot))
        {
            report.Add(snapshot);
        }

        report.Flush();
        return Encoding.UTF8.GetString(output.ToArray());
    }

    [Fact]
    public void Raw_prints_two_snapshots_of_one_target_byte_for_byte()
    {
        RecordBytes bytes = new RecordBytes().Header(1)
            .Time(539, 914032967, 1).Pid(4321, 2).Region(0x560a5b39d000, 0x560a5b4de000, 0).Region(0x7f0000000000, 0x7f0000001000, 20)
            .Time(540, 14032968, 1).Pid(4321, 1).Region(0x560a5b39d000, 0x560a5b4de000, 7);
        Assert.Equal(
            "start_time:  539914032967\n" +
            "rel time:                0\n" +
            "nr_tasks:  1\n" +
            "pid:  4321\n" +
            "nr_regions:  2\n" +
            "560a5b39d000-560a5b4de000(   1314816):\t0\n" +
            "7f0000000000-7f0000001000(      4096):\t20\n" +
            "\n" +
            "rel time:        100000001\n" +
            "nr_tasks:  1\n" +
            "pid:  4321\n" +
            "nr_regions:  1\n" +
            "560a5b39d000-560a5b4de000(   1314816):\t7\n" +
            "\n",
            Report(bytes));
    }

    [Fact]
    public void An_empty_line_follows_every_target()
    {
        RecordBytes bytes = new RecordBytes().Header(1)
            .Time(1, 0, 3).Pid(-1, 0).Pid(2, 1).Region(0, 0, 1).Pid(3, 0)
            .Time(2, 0, 0);
        Assert.Equal(
            "start_time:  1000000000\n" +
            "rel time:                0\n" +
            "nr_tasks:  3\n" +
            "pid:  -1\n" +
            "nr_regions:  0\n" +
            "\n" +
            "pid:  2\n" +
            "nr_regions:  1\n" +
            "000000000000-000000000000(         0):\t1\n" +
            "\n" +
            "pid:  3\n" +
            "nr_regions:  0\n" +
            "\n" +
            "rel time:       1000000000\n" +
            "nr_tasks:  0\n",
            Report(bytes));
    }

    [Fact]
    public void A_first_time_of_0_counts_as_unset()
    {
        RecordBytes bytes = new RecordBytes().Header(1).Time(0, 0, 0).Time(0, 0, 0).Time(0, 5, 0).Time(0, 7, 0);
        Assert.Equal(
            "start_time:  0\n" +
            "rel time:                0\n" +
            "nr_tasks:  0\n" +
            "start_time:  0\n" +
            "rel time:                0\n" +
            "nr_tasks:  0\n" +
            "start_time:  5\n" +
            "rel time:                0\n" +
            "nr_tasks:  0\n" +
            "rel time:                2\n" +
            "nr_tasks:  0\n",
            Report(bytes));
    }

    [Fact]
    public void Times_that_go_backwards_are_negative()
    {
        RecordBytes bytes = new RecordBytes().Header(1).Time(5, 0, 0).Time(3, 0, 0);
        Assert.Equal(
            "start_time:  5000000000\n" +
            "rel time:                0\n" +
            "nr_tasks:  0\n" +
            "rel time:      -2000000000\n" +
            "nr_tasks:  0\n",
            Report(bytes));
    }

    [Fact]
    public void Ids_of_version_2_are_unsigned_and_may_be_labelled_target_id()
    {
        RecordBytes bytes = new RecordBytes().Header(2).Time(1, 0, 2).Id(18446623435582458880, 0).Id(42, 0);
        Assert.Equal(
            "start_time:  1000000000\n" +
            "rel time:                0\n" +
            "nr_tasks:  2\n" +
            "target_id:  18446623435582458880\n" +
            "nr_regions:  0\n" +
            "\n" +
            "target_id:  42\n" +
            "nr_regions:  0\n" +
            "\n",
            Report(bytes, new RawReportOptions { TargetIdLabel = true }));
    }

    [Theory]
    [InlineData(0x0, 0xfff, 1, "000000000000-000000000fff(      4095):\t1")]
    [InlineData(0x0, 1234567890, 0, "000000000000-0000499602d2(1234567890):\t0")]
    [InlineData(0x0, 12345678901, 0, "000000000000-0002dfdc1c35(12345678901):\t0")]
    [InlineData(0xfff_ffff_ffff, 0xffff_ffff_ffff, 0, "0fffffffffff-ffffffffffff(263882790666240):\t0")]
    [InlineData(0x1_0000_0000_0000, 0x1_0000_0000_0001, 0, "1000000000000-1000000000001(         1):\t0")]
    [InlineData(0xffff_8880_0000_0000, 0xffff_8880_0000_a000, 99, "ffff888000000000-ffff88800000a000(     40960):\t99")]
    [InlineData(0, ulong.MaxValue, uint.MaxValue, "000000000000-ffffffffffffffff(18446744073709551615):\t4294967295")]
    public void Widths_give_way_to_wider_values(ulong start, ulong end, uint nrAccesses, string line)
    {
        string report = Report(new RecordBytes().Header(1).Time(1, 0, 1).Pid(1, 1).Region(start, end, nrAccesses));
        Assert.Equal(line, report.Split('\n')[5]);
    }

    [Fact]
    public void The_longest_relative_time_fits_its_column()
    {
        string report = Report(new RecordBytes().Header(1).Time(0, 1, 0).Time(9_223_372_035, 999_999_999, 0));
        Assert.Equal("rel time: 9223372035999999998", report.Split('\n')[3]);
    }

    [Fact]
    public void Numbers_agree_with_the_runtime()
    {
        Random random = new(3);
        byte[] own = new byte[40];
        for (int i = 0; i < 100_000; i++)
        {
            ulong value = (ulong)random.NextInt64(long.MinValue, long.MaxValue) >> random.Next(64);
            int width = random.Next(0, 22);
            Assert.Equal($"{value}".PadLeft(width), Encoding.ASCII.GetString(own, 0, AsciiDigits.Decimal(own, value, width)));
            long signed = (long)value;
            Assert.Equal($"{signed}".PadLeft(width), Encoding.ASCII.GetString(own, 0, AsciiDigits.Decimal(own, signed, width)));
            Assert.Equal($"{value:x12}", Encoding.ASCII.GetString(own, 0, AsciiDigits.Hex12(own, value)));
        }

        // What stands behind a number is not its own.
        own.AsSpan().Fill((byte)'.');
        Assert.Equal(5, AsciiDigits.Decimal(own, 71UL, 5));
        Assert.Equal("   71..", Encoding.ASCII.GetString(own, 0, 7));
        own.AsSpan().Fill((byte)'.');
        Assert.Equal(5, AsciiDigits.Decimal(own, -71L, 5));
        Assert.Equal("  -71..", Encoding.ASCII.GetString(own, 0, 7));
        Assert.Equal("-9223372036854775808", Encoding.ASCII.GetString(own, 0, AsciiDigits.Decimal(own, long.MinValue)));
    }

    [Fact]
    public void Agrees_with_a_plain_formatter_and_allocates_nothing_per_line()
    {
        Random random = new(5);
        Snapshot snapshot = new();
        snapshot.Reset(1);
        StringBuilder expected = new("start_time:  1\n");
        expected.Append("rel time:                0\nnr_tasks:  30\n");
        for (int t = 0; t < 30; t++)
        {
            snapshot.AddTarget(t);
            expected.Append($"pid:  {t}\nnr_regions:  200\n");
            for (int r = 0; r < 200; r++)
            {
                ulong start = (ulong)random.NextInt64() >> random.Next(64);
                ulong end = start + (ulong)(random.NextInt64() >> random.Next(63));
                uint accesses = (uint)random.Next() >> random.Next(32);
                snapshot.AddRegion(new SnapshotRegion(start, end, accesses, 0));
                expected.Append($"{start:x12}-{end:x12}({end - start,10}):\t{accesses}\n");
            }

            expected.Append('\n');
        }

        MemoryStream output = new(4_000_000);
        RawReport report = new(output);
        report.Add(snapshot);
        report.Flush();
        Assert.Equal(expected.ToString(), Encoding.UTF8.GetString(output.ToArray()));

        Assert.Equal(0, Allocation.Of(() =>
        {
            output.SetLength(0);
            report.Add(snapshot);
            report.Flush();
        }));
    }
}

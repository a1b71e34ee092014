using Damon.Linux.DamonFs;
using Damon.Linux.Native;
using Damon.Monitoring;

namespace Damon.Linux.Tests.DamonFs;

/// <summary>The file <c>attrs</c>.</summary>
public sealed class AttrsFileTests
{
    public static TheoryData<string, string> Rows()
    {
        TheoryData<string, string> rows = [];
        foreach (DamonFsEra era in DamonFsEra.All)
        {
            foreach (string row in (string[])
            [
                "1 2 3 4 5>1 2 3 4 5",
                "1 2 3 4>EINVAL", // Selftest.
                "1 2 3 5 4>EINVAL",
                ">EINVAL",
                "\n>EINVAL",
                "\0>EINVAL",
                "1 2 3 4 a>EINVAL",
                "a 1 2 3 4 5>EINVAL",
                "1 2 3 4 -5>EINVAL",
                "-1 2 3 4 5>EINVAL",
                "+1 2 3 4 5>EINVAL",
                "0x1 2 3 4 5>EINVAL",
                "1 2 3 4\0 5>EINVAL",
                "1 2 3 2 5>EINVAL",
                "1 2 3 3 3>1 2 3 3 3",
                "1 2 3 4 5 6 seven>1 2 3 4 5",
                " \t\n1\r\n2\v3\f4\n\n5\n>1 2 3 4 5",
                "\u00a01 2 3 4 5>1 2 3 4 5",
                "1 2 3 4 5abc>1 2 3 4 5",
                "0 0 0 3 3>0 0 0 3 3",
                "007 08 009 010 011>7 8 9 10 11",
                "1 2 18446744073709551615 3 18446744073709551615>1 2 18446744073709551615 3 18446744073709551615",
                "1 18446744073709551617 3 18446744073709551620 5>1 1 3 4 5", // Wraps.
            ])
            {
                rows.Add(era.Name, row);
            }

            rows.Add(era.Name, era.Name is "6.7" or "6.8" ? "3 2 1 4 5>EINVAL" : "3 2 1 4 5>3 2 1 4 5");
        }

        return rows;
    }

    [Theory]
    [MemberData(nameof(Rows))]
    public void Writes(string era, string row)
    {
        using TestTree tree = new(era);
        string before = tree.Read("attrs");
        string[] parts = row.Split('>');
        Errno errno = tree.Write("attrs", parts[0]);
        if (parts[1] == "EINVAL")
        {
            Assert.Equal(Errno.EINVAL, errno);
            Assert.Equal(before, tree.Read("attrs"));
        }
        else
        {
            Assert.Equal(Errno.None, errno);
            Assert.Equal(parts[1] + "\n", tree.Read("attrs"));
        }
    }

    [Theory]
    [MemberData(nameof(TestTree.Eras), MemberType = typeof(TestTree))]
    public void Running_comes_after_parsing_and_before_the_ranges(string era)
    {
        using TestTree tree = new(era);
        tree.Set(tree.Targets, "1");
        tree.Start();
        Assert.Equal(Errno.EBUSY, tree.Write("attrs", "1 2 3 4 5"));
        Assert.Equal(Errno.EINVAL, tree.Write("attrs", "1 2 3 4"));
        Assert.Equal(Errno.EBUSY, tree.Write("attrs", "1 2 3 2 5"));
        tree.Stop();
        tree.Set("attrs", "1 2 3 4 5");
    }

    [Theory]
    [InlineData("0 0 0 3 3")]
    [InlineData("1000 1 1 3 100")] // Sampling above aggregation.
    [InlineData("1000 2000 0 18446744073709551615 18446744073709551615")]
    [InlineData("18446744073709551615 1 18446744073709551615 3 3")]
    [InlineData("18446744073709551615 18446744073709551615 18446744073709551615 3 3")]
    [InlineData("1 18446744073709551615 1 3 3")]
    public void The_engine_runs_with_all_attributes_that_the_file_accepts(string attributes)
    {
        using TestTree tree = new("6.1");
        tree.Set("attrs", attributes);
        tree.Set("schemes", "0 18446744073709551615 0 100 0 100 5 0 0 0 0 0 0 0 0 0 0 0\n");
        tree.Set("target_ids", "1 2");
        tree.Start();
        Thread.Sleep(30);
        tree.Stop();
        Assert.Empty(tree.Log);
        Assert.Equal(attributes + "\n", tree.Read("attrs"));
    }

    [Fact]
    public void A_sampling_interval_above_the_aggregation_interval_makes_each_sample_one_of_its_own()
    {
        MonitoringAttributes attributes = new DamonFsAttributes(1000, 10, 0, 3, 3).ToMonitoring();
        Assert.Null(attributes.Check());
        Assert.Equal(1u, attributes.MaxNrAccesses);
    }
}

using Damon.Linux.AccessChecks;
using Damon.Monitoring;

namespace Damon.Linux.Tests.AccessChecks;

public sealed class ClearRefsCheckerTests
{
    static readonly SmapsMapping[] s_mappings =
    [
        new(new AddressRange(0x1000, 0x5000), 0x4000, 0x3000),
        new(new AddressRange(0x8000, 0x10000), 0x8000, 0x1000),
        new(new AddressRange(0x20000, 0x21000), 0x1000, 0x1000),
    ];

    [Fact]
    public void Accessed_bytes_are_those_that_the_kernel_counted_in_the_mappings_monitored()
    {
        Assert.Equal(0x5000UL, ClearRefsChecker.AccessedBytes(s_mappings, [new Region(0, 0x30000)]));
        Assert.Equal(0x4000UL, ClearRefsChecker.AccessedBytes(s_mappings, [new Region(0x1000, 0x2000), new Region(0x2000, 0x9000)]));
        Assert.Equal(0UL, ClearRefsChecker.AccessedBytes(s_mappings, [new Region(0x5000, 0x8000), new Region(0x10000, 0x20000)]));
        Assert.Equal(0UL, ClearRefsChecker.AccessedBytes(s_mappings, []));
    }

    [Fact]
    public void Accessed_bytes_of_a_mapping_are_no_more_than_what_of_it_is_monitored() =>
        Assert.Equal(0x1000UL, ClearRefsChecker.AccessedBytes(s_mappings, [new Region(0x4000, 0x5000)]));
}

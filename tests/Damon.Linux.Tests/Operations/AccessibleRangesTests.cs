using System.Globalization;
using System.Text;
using Damon.Linux.Operations;
using Damon.Linux.Processes;

namespace Damon.Linux.Tests.Operations;

public sealed class AccessibleRangesTests
{
    const ulong MiB = 1 << 20;

    [Theory]
    [InlineData("", "")]
    [InlineData("0-1 ---", "")]
    [InlineData("1-2 rw- 3-4 r--", "1-2 3-4")] // in MiB: a hole of one
    [InlineData("1-2 rw- 2-9 --- 9-10 r-x", "1-2 9-10")]
    [InlineData("1-2 rw- 2-3 r-- 3-4 ---", "1-3")]
    [InlineData("1-2 rw- 2.5-3 rw-", "1-3")] // a small hole stays within
    [InlineData("1-2 rw- 2-2.5 --- 3.25-4 rw-", "1-2 3.25-4")] // what is mapped without access and what is not mapped are one hole
    [InlineData("1-2 rw- 4-5 rw- 8-9 rw- 13-14 rw- 100-101 rw-", "1-9 13-14 100-101")] // the biggest of too many
    [InlineData("1-2 rw- 3-4 rw- 5-6 rw- 7-8 rw- 100-101 rw-", "1-8 100-101")] // not some of the same size
    public void An_address_space_is_cut_at_its_big_holes(string mappings, string expected)
    {
        MappingTable table = new();
        StringBuilder maps = new();
        string[] words = mappings.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        for (int i = 0; i < words.Length; i += 2)
        {
            string[] bounds = words[i].Split('-');
            maps.Append(CultureInfo.InvariantCulture, $"{Bytes(bounds[0]):x}-{Bytes(bounds[1]):x} {words[i + 1]}p 00000000 00:00 0\n");
        }

        table.Parse(Encoding.UTF8.GetBytes(maps.ToString()));
        AccessibleRanges ranges = new();
        for (int again = 0; again < 2; again++)
        {
            string[] found = [.. ranges.Find(table, 4096, mostHoles: 2)
                .ToArray()
                .Select(range => string.Create(CultureInfo.InvariantCulture, $"{(double)range.Start / MiB}-{(double)range.End / MiB}"))];
            Assert.Equal(expected, string.Join(' ', found));
        }
    }

    static ulong Bytes(string mib) => (ulong)(double.Parse(mib, CultureInfo.InvariantCulture) * MiB);
}

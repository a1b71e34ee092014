using CsCheck;
using Damon.Schemes.Replay;

namespace Damon.Tests.Schemes.Replay;

public class RangeMapTests
{
    [Fact]
    public void A_range_map_equals_an_array_of_pages() =>
        Gen.Select(Gen.Int[0, 3], Gen.ULong[0, 50], Gen.ULong[0, 50], Gen.Long[1, 4]).Array[1, 60].Sample(steps =>
        {
            RangeMap map = new();
            long[] pages = new long[50];
            foreach ((int kind, ulong a, ulong b, long value) in steps)
            {
                (ulong start, ulong end) = (Math.Min(a, b), Math.Max(a, b));
                if (start == end)
                {
                    continue;
                }

                if (kind == 0)
                {
                    map.Remove(start, end);
                }
                else if (kind == 1)
                {
                    map.Fill(start, end, value);
                    for (ulong page = start; page < end; page++)
                    {
                        pages[page] = pages[page] == 0 ? value : pages[page];
                    }

                    continue;
                }
                else
                {
                    map.Set(start, end, value);
                }

                pages.AsSpan((int)start..(int)end).Fill(kind == 0 ? 0 : value);
            }

            long[] found = new long[50];
            foreach (RangeMap.Entry entry in map.Within(0, 50))
            {
                Assert.True(entry.Size > 0);
                found.AsSpan((int)entry.Start..(int)entry.End).Fill(entry.Value);
            }

            Assert.Equal(pages, found);
            Assert.Equal(pages.AsSpan(10, 20).ToArray().Sum(), map.Within(10, 30).Sum(entry => entry.Value * (long)entry.Size));
        });
}

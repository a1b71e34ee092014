using Damo.CommandLine;
using Damon.Monitoring;

namespace Damo.Recording;

/// <summary>Reads regions as users write them: <c>start-end start-end ...</c>, decimal, hexadecimal with 0x, or with units.</summary>
static class RegionText
{
    /// <param name="text">What the user wrote.</param>
    /// <param name="what">What it is the value of, for the message.</param>
    /// <exception cref="UserErrorException">A region does not parse, is empty, or they overlap or are not in order.</exception>
    public static IReadOnlyList<AddressRange> Parse(string text, string what = "--regions")
    {
        List<AddressRange> ranges = [];
        foreach (string field in text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries))
        {
            string[] bounds = field.Split('-');
            if (bounds.Length != 2)
            {
                throw UserErrorException.Usage($"{what}: '{field}' is no region; write start-end, for example 4096-8192 or 0x1000-0x2000");
            }

            AddressRange range = new(Quantity.Address(bounds[0], what), Quantity.Address(bounds[1], what));
            if (range.IsEmpty)
            {
                throw UserErrorException.Usage($"{what}: the region '{field}' is empty: its end must be above its start");
            }

            if (ranges.Count > 0 && range.Start < ranges[^1].End)
            {
                throw UserErrorException.Usage($"{what}: the region '{field}' overlaps the one before it, or comes before it; give them in ascending order");
            }

            ranges.Add(range);
        }

        return ranges.Count > 0 ? ranges : throw UserErrorException.Usage($"{what}: no region is given");
    }
}

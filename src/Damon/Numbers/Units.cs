namespace Damon.Numbers;

/// <summary>The units of sizes and times: one table for all that read them, and for what writes sizes.</summary>
/// <remarks>
/// What each reader takes:
/// <list type="table">
/// <listheader><term>Reader</term><description>Input, numbers, units, plain numbers, words</description></listheader>
/// <item><term><see cref="NumberText"/></term><description>Values in JSON records: a sign, decimals, exponents, commas; units as they are written here; chains
/// like
/// <c>1 s 200 ms</c>; a plain number is in the unit of its key; <c>min</c> is 0, <c>max</c> is 2^64 - 1. Too much is cut.</description></item>
/// <item><term><see cref="QuantityText"/></term><description>Scheme files and options: no minus; decimals, exponents, commas; units in any case; chains of
/// times; plain numbers as the caller says; <c>min</c> and <c>max</c>. Too much is cut.</description></item>
/// <item><term><c>Quantity</c> of the command line</term><description>Options: decimals and commas, exactly; units in any case; one number; plain numbers are
/// bytes, and microseconds or seconds; no words. Too much is refused.</description></item>
/// <item><term><c>SimulatedPattern</c></term><description>Simulations: whole numbers with one unit right behind them, units as they are written here, sizes by
/// one letter or hexadecimal; plain numbers are bytes, times need a unit of a microsecond or more; no words. Too much is refused.</description></item>
/// </list>
/// </remarks>
static class Units
{
    /// <summary>Names of sizes, each 1024 times the one before.</summary>
    public static readonly string[] Binary = ["B", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB"];

    static readonly (string Name, ulong Ns)[] s_times =
    [
        ("ns", 1), ("us", 1_000), ("µs", 1_000), ("ms", 1_000_000), ("s", 1_000_000_000), ("sec", 1_000_000_000), ("m", 60_000_000_000),
        ("min", 60_000_000_000),
        ("h", 3_600_000_000_000), ("d", 86_400_000_000_000),
    ];

    static readonly (string Name, ulong Bytes)[] s_sizes = [("B", 1), .. Binary.Skip(1).SelectMany(Spellings)];

    /// <summary>Nanoseconds of a unit of time; 0 for what is none.</summary>
    public static ulong Time(ReadOnlySpan<char> name, bool ignoreCase) => Find(s_times, name, ignoreCase);

    /// <summary>Bytes of a unit of size; 0 for what is none.</summary>
    public static ulong Size(ReadOnlySpan<char> name, bool ignoreCase) => Find(s_sizes, name, ignoreCase);

    static ulong Find((string Name, ulong Factor)[] units, ReadOnlySpan<char> name, bool ignoreCase)
    {
        foreach ((string known, ulong factor) in units)
        {
            if (name.Equals(known, ignoreCase ? StringComparison.OrdinalIgnoreCase : StringComparison.Ordinal))
            {
                return factor;
            }
        }

        return 0;
    }

    static IEnumerable<(string Name, ulong Bytes)> Spellings(string unit, int place)
    {
        ulong bytes = 1UL << ((place + 1) * 10);
        return [(unit[..1], bytes), (unit[..1] + "B", bytes), (unit, bytes)];
    }
}

using Damon.Numbers;

namespace Damon.Schemes.Text;

/// <summary>Reads the ends of the ranges of an access pattern, each in one of several units.</summary>
static class PatternBoundText
{
    /// <summary>One end of a range of access frequencies: percent, or <c>3 samples</c>.</summary>
    public static bool TryAccess(ReadOnlySpan<char> text, out PatternBound bound) =>
        TryCount(text, ["samples", "sample"], out bound)
            || (QuantityText.TryPart(text, 100, out Amount percent) && Bound(percent, PatternUnit.Percent, out bound));

    /// <summary>One end of a range of ages: a time, or <c>3 aggr_intervals</c>.</summary>
    public static bool TryAge(ReadOnlySpan<char> text, out PatternBound bound) =>
        TryCount(text, ["aggr_intervals", "aggr_interval"], out bound)
            || (QuantityText.TryMicroseconds(text, 1, out Amount us) && Bound(us, PatternUnit.Microseconds, out bound));

    /// <summary>A bound of an amount in a unit; what no counter reaches is no limit.</summary>
    static bool Bound(Amount amount, PatternUnit unit, out PatternBound bound)
    {
        bound = amount.IsMax || amount.Value >= ulong.MaxValue ? PatternBound.Max : amount.Value > 0 ? new PatternBound(amount.Value, unit) : PatternBound.Min;
        return true;
    }

    static bool TryCount(ReadOnlySpan<char> text, ReadOnlySpan<string> units, out PatternBound bound)
    {
        ReadOnlySpan<char> trimmed = text.Trim();
        foreach (string unit in units)
        {
            if (trimmed.EndsWith(unit, StringComparison.OrdinalIgnoreCase) && QuantityText.TryNumber(trimmed[..^unit.Length], out Amount count))
            {
                return Bound(count, PatternUnit.Count, out bound);
            }
        }

        bound = default;
        return false;
    }
}

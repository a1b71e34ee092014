using System.Globalization;
using Damon.Schemes;

namespace Damon.Numbers;

/// <summary>Reads numbers with their units as the DAMON tools take them. Never negative; commas between digits are skipped; <c>min</c> is 0.</summary>
static class QuantityText
{
    const int MaxNumberLength = 100;

    static readonly (string Name, ulong Factor)[] s_sizes =
    [
        ("B", 1),
        ("K", 1UL << 10), ("KB", 1UL << 10), ("KiB", 1UL << 10),
        ("M", 1UL << 20), ("MB", 1UL << 20), ("MiB", 1UL << 20),
        ("G", 1UL << 30), ("GB", 1UL << 30), ("GiB", 1UL << 30),
        ("T", 1UL << 40), ("TB", 1UL << 40), ("TiB", 1UL << 40),
        ("P", 1UL << 50), ("PB", 1UL << 50), ("PiB", 1UL << 50),
        ("E", 1UL << 60), ("EB", 1UL << 60), ("EiB", 1UL << 60),
    ];

    // In microseconds; nanoseconds are dealt with apart.
    static readonly (string Name, ulong Factor)[] s_times =
    [
        ("ns", 0), ("us", 1), ("ms", 1_000), ("s", 1_000_000), ("m", 60_000_000), ("h", 3_600_000_000), ("d", 86_400_000_000),
    ];

    /// <summary>A plain number, <c>min</c> or <c>max</c>.</summary>
    public static bool TryNumber(ReadOnlySpan<char> text, out Amount amount)
    {
        ReadOnlySpan<char> rest = text.Trim();
        return TryWord(rest, out amount) || (TryTake(ref rest, out amount) && rest.IsEmpty);
    }

    /// <summary>A whole number, <c>min</c> or <c>max</c>, up to a limit.</summary>
    public static bool TryWhole(ReadOnlySpan<char> text, ulong most, out ulong value)
    {
        value = 0;
        if (!TryNumber(text, out Amount amount) || amount.Whole is not { } whole || whole > most)
        {
            return false;
        }

        value = whole;
        return true;
    }

    /// <summary>A number of bytes: <c>2M</c>, <c>1.5 GiB</c>; all units are powers of 1024. More than fits is 2^64 - 1.</summary>
    /// <param name="text">What was read.</param>
    /// <param name="unitRequired">Whether a plain number is refused.</param>
    /// <param name="bytes">The result.</param>
    public static bool TryBytes(ReadOnlySpan<char> text, bool unitRequired, out ulong bytes)
    {
        bytes = 0;
        ReadOnlySpan<char> rest = text.Trim();
        if (TryWord(rest, out Amount amount))
        {
            bytes = amount.Cut();
            return true;
        }

        if (!TryTake(ref rest, out amount))
        {
            return false;
        }

        rest = rest.TrimStart();
        if (rest.IsEmpty)
        {
            bytes = amount.Cut();
            return !unitRequired;
        }

        foreach ((string name, ulong factor) in s_sizes)
        {
            if (rest.Equals(name, StringComparison.OrdinalIgnoreCase))
            {
                bytes = amount.Times(factor).Cut();
                return true;
            }
        }

        return false;
    }

    /// <summary>As <see cref="TryBytes"/>, or hexadecimal with 0x.</summary>
    public static bool TryAddress(ReadOnlySpan<char> text, out ulong address)
    {
        ReadOnlySpan<char> trimmed = text.Trim();
        return trimmed.StartsWith("0x", StringComparison.OrdinalIgnoreCase)
            ? ulong.TryParse(trimmed[2..], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out address)
            : TryBytes(trimmed, false, out address);
    }

    /// <summary>A time in microseconds: <c>5ms</c>, <c>1 s 200 ms</c>.</summary>
    /// <param name="text">What was read.</param>
    /// <param name="plainUs">Microseconds of the unit that a plain number has; 0 refuses plain numbers.</param>
    /// <param name="us">The result, not yet cut.</param>
    public static bool TryMicroseconds(ReadOnlySpan<char> text, ulong plainUs, out Amount us)
    {
        ReadOnlySpan<char> rest = text.Trim();
        if (TryWord(rest, out us))
        {
            return true;
        }

        us = Amount.Of(0);
        for (int parts = 0; parts == 0 || !rest.IsEmpty; parts++)
        {
            if (!TryTake(ref rest, out Amount number))
            {
                return false;
            }

            rest = rest.TrimStart();
            if (rest.IsEmpty)
            {
                us = number.Times(plainUs);
                return parts == 0 && plainUs > 0 && double.IsFinite(us.Value);
            }

            int length = 0;
            while (length < rest.Length && char.IsAsciiLetter(rest[length]))
            {
                length++;
            }

            if (!TryTimeUnit(rest[..length], number, out Amount part))
            {
                return false;
            }

            us = us.Plus(part);
            rest = rest[length..].TrimStart();
        }

        return double.IsFinite(us.Value);
    }

    /// <summary>A time in milliseconds, cut; a plain number is milliseconds.</summary>
    public static bool TryMilliseconds(ReadOnlySpan<char> text, bool unitRequired, out ulong ms)
    {
        ms = 0;
        if (TryNumber(text, out Amount plain) && (plain.IsMax || !unitRequired))
        {
            ms = plain.Cut();
            return true;
        }

        // Not by way of microseconds, of which there may be too many to be exact.
        ReadOnlySpan<char> trimmed = text.Trim();
        if (trimmed.EndsWith("ms", StringComparison.OrdinalIgnoreCase) && TryNumber(trimmed[..^2], out Amount whole) && !whole.IsMax && char.IsAsciiDigit(trimmed[0]))
        {
            ms = whole.Cut();
            return true;
        }

        if (!TryMicroseconds(text, unitRequired ? 0UL : 1000, out Amount us))
        {
            return false;
        }

        ms = us.Whole is { } exact ? exact / 1000 : new Amount(us.Value / 1000, null).Cut();
        return true;
    }

    /// <summary>A part of something: with <c>%</c> of a hundred, as a plain number already in the unit wanted.</summary>
    /// <param name="text">What was read.</param>
    /// <param name="scale">Units in the whole: 100, 1000 or 10000.</param>
    /// <param name="part">The result, not yet cut.</param>
    public static bool TryPart(ReadOnlySpan<char> text, ulong scale, out Amount part)
    {
        ReadOnlySpan<char> rest = text.Trim();
        if (!rest.EndsWith('%'))
        {
            return TryNumber(rest, out part);
        }

        if (!TryNumber(rest[..^1], out part))
        {
            return false;
        }

        part = part.Times(scale / 100);

        // 0.29 * 100 is a little less than 29.
        const double Close = 1e-6;
        double nearest = Math.Round(part.Value);
        if (part.Whole is null && nearest < ulong.MaxValue && Math.Abs(part.Value - nearest) < Close)
        {
            part = scale == 100 ? part : Amount.Of((ulong)nearest);
        }

        return double.IsFinite(part.Value);
    }

    /// <summary>One end of a range of access frequencies: percent, or <c>3 samples</c>.</summary>
    public static bool TryAccessBound(ReadOnlySpan<char> text, out PatternBound bound) =>
        TryCountBound(text, ["samples", "sample"], out bound) || (TryPart(text, 100, out Amount percent) && Bound(percent, PatternUnit.Percent, out bound));

    /// <summary>One end of a range of ages: a time, or <c>3 aggr_intervals</c>.</summary>
    public static bool TryAgeBound(ReadOnlySpan<char> text, out PatternBound bound) =>
        TryCountBound(text, ["aggr_intervals", "aggr_interval"], out bound) || (TryMicroseconds(text, 1, out Amount us) && Bound(us, PatternUnit.Microseconds, out bound));

    /// <summary>A bound of an amount in a unit; what no counter reaches is no limit.</summary>
    public static bool Bound(Amount amount, PatternUnit unit, out PatternBound bound)
    {
        bound = amount.IsMax || amount.Value >= ulong.MaxValue ? PatternBound.Max : amount.Value > 0 ? new PatternBound(amount.Value, unit) : PatternBound.Min;
        return true;
    }

    /// <summary>yes or no.</summary>
    public static bool TryBool(string text, out bool value)
    {
        string word = text.Trim().ToLowerInvariant();
        value = word is "y" or "yes" or "true";
        return value || word is "n" or "no" or "false";
    }

    static bool TryCountBound(ReadOnlySpan<char> text, ReadOnlySpan<string> units, out PatternBound bound)
    {
        ReadOnlySpan<char> trimmed = text.Trim();
        foreach (string unit in units)
        {
            if (trimmed.EndsWith(unit, StringComparison.OrdinalIgnoreCase) && TryNumber(trimmed[..^unit.Length], out Amount count))
            {
                return Bound(count, PatternUnit.Count, out bound);
            }
        }

        bound = default;
        return false;
    }

    static bool TryTimeUnit(ReadOnlySpan<char> unit, Amount number, out Amount us)
    {
        foreach ((string name, ulong factor) in s_times)
        {
            if (unit.Equals(name, StringComparison.OrdinalIgnoreCase))
            {
                us = factor > 0 ? number.Times(factor)
                    : number.Whole is { } ns && ns % 1000 == 0 ? Amount.Of(ns / 1000)
                    : new Amount(number.Value / 1000, null);
                return true;
            }
        }

        us = default;
        return false;
    }

    static bool TryWord(ReadOnlySpan<char> text, out Amount amount)
    {
        bool isMax = text.Equals("max", StringComparison.OrdinalIgnoreCase);
        amount = isMax ? Amount.Max : Amount.Of(0);
        return isMax || text.Equals("min", StringComparison.OrdinalIgnoreCase);
    }

    /// <summary>Takes the number in front.</summary>
    static bool TryTake(ref ReadOnlySpan<char> rest, out Amount amount)
    {
        amount = default;
        Span<char> number = stackalloc char[MaxNumberLength];
        int length = 0;
        int at = rest.StartsWith('+') ? 1 : 0;
        bool isWhole = true;
        int digits = 0;
        for (; at < rest.Length; at++)
        {
            char c = rest[at];
            bool exponent = c is 'e' or 'E' && digits > 0 && IsExponent(rest[(at + 1)..]);
            if (!char.IsAsciiDigit(c) && c != '.' && !exponent && !(c == ',' && digits > 0))
            {
                break;
            }

            if (c == ',')
            {
                continue;
            }

            if (length + 2 > MaxNumberLength)
            {
                return false;
            }

            number[length++] = c;
            digits += char.IsAsciiDigit(c) ? 1 : 0;
            isWhole &= !exponent && c != '.';
            if (exponent && rest[at + 1] is ('+' or '-'))
            {
                number[length++] = rest[++at];
            }
        }

        if (digits == 0 || !double.TryParse(number[..length], NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent, CultureInfo.InvariantCulture, out double value) || !double.IsFinite(value))
        {
            return false;
        }

        rest = rest[at..];
        ulong? whole = isWhole && ulong.TryParse(number[..length], NumberStyles.None, CultureInfo.InvariantCulture, out ulong exact) ? exact : null;
        amount = new Amount(value, whole ?? (!isWhole && value < (1L << 53) && Math.Truncate(value) == value ? (ulong)value : null));
        return true;
    }

    static bool IsExponent(ReadOnlySpan<char> rest) =>
        !rest.IsEmpty && (char.IsAsciiDigit(rest[0]) || (rest[0] is '+' or '-' && rest.Length > 1 && char.IsAsciiDigit(rest[1])));
}

using System.Globalization;

namespace Damon.Numbers;

/// <summary>Reads numbers with their units as the DAMON tools take them. Never negative; commas between digits are skipped; <c>min</c> is 0.</summary>
static class QuantityText
{
    const int MaxNumberLength = 100;

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

        ulong factor = Units.Size(rest, ignoreCase: true);
        bytes = amount.Times(factor).Cut();
        return factor > 0;
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
            while (length < rest.Length && (char.IsAsciiLetter(rest[length]) || rest[length] == 'µ'))
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
        if (trimmed.EndsWith("ms", StringComparison.OrdinalIgnoreCase)
            && TryNumber(trimmed[..^2], out Amount whole)
            && !whole.IsMax
            && char.IsAsciiDigit(trimmed[0]))
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

    /// <summary>yes or no.</summary>
    public static bool TryBool(string text, out bool value)
    {
        string word = text.Trim().ToLowerInvariant();
        value = word is "y" or "yes" or "true";
        return value || word is "n" or "no" or "false";
    }

    static bool TryTimeUnit(ReadOnlySpan<char> unit, Amount number, out Amount us)
    {
        const ulong NsPerUs = 1000;
        ulong ns = Units.Time(unit, ignoreCase: true);
        us = ns >= NsPerUs ? number.Times(ns / NsPerUs)
            : number.Whole is { } whole && whole % NsPerUs == 0 ? Amount.Of(whole / NsPerUs)
            : new Amount(number.Value / NsPerUs, null);
        return ns > 0;
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

        if (digits == 0
            || !double.TryParse(number[..length], NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent, CultureInfo.InvariantCulture, out double value)
            || !double.IsFinite(value))
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

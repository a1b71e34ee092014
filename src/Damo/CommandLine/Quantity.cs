using System.Globalization;
using Damon.Numbers;

namespace Damo.CommandLine;

/// <summary>Reads times, sizes and addresses as users write them. Plain numbers mean microseconds and bytes.</summary>
static class Quantity
{
    /// <summary>A time in microseconds, such as <c>5000</c>, <c>5ms</c>, <c>0.1s</c>.</summary>
    /// <param name="text">What the user wrote.</param>
    /// <param name="what">What it is the value of, for the message.</param>
    /// <exception cref="UserErrorException">It is no time.</exception>
    public static ulong Microseconds(string text, string what) =>
        Time(text, 1) ?? throw UserErrorException.Usage($"{what}: '{text}' is no time; write microseconds, or a unit like 5ms, 0.1s, 2m");

    /// <summary>A time in microseconds where a plain number means seconds.</summary>
    /// <inheritdoc cref="Microseconds" path="/param"/>
    public static ulong MicrosecondsOfSeconds(string text, string what) =>
        Time(text, 1_000_000) ?? throw UserErrorException.Usage($"{what}: '{text}' is no time; write seconds, or a unit like 500ms, 2m");

    /// <summary>A size in bytes, such as <c>4096</c>, <c>2M</c>, <c>1.5GiB</c>.</summary>
    /// <inheritdoc cref="Microseconds" path="/param"/>
    public static ulong Bytes(string text, string what) =>
        Parse(text, static unit => Units.Size(unit, ignoreCase: true), 1)
            ?? throw UserErrorException.Usage($"{what}: '{text}' is no size; write bytes, or a unit like 4K, 2M, 1G");

    /// <summary>An address in bytes: decimal, or hexadecimal with 0x, or a size with its unit.</summary>
    /// <inheritdoc cref="Microseconds" path="/param"/>
    public static ulong Address(string text, string what)
    {
        if (text.StartsWith("0x", StringComparison.OrdinalIgnoreCase))
        {
            return ulong.TryParse(text.AsSpan(2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out ulong hex)
                ? hex
                : throw UserErrorException.Usage($"{what}: '{text}' is no address; write it decimal, or hexadecimal with 0x");
        }

        return Parse(text, static unit => Units.Size(unit, ignoreCase: true), 1)
            ?? throw UserErrorException.Usage($"{what}: '{text}' is no address; write it decimal, or hexadecimal with 0x");
    }

    /// <summary>A plain number: decimal, or hexadecimal with 0x.</summary>
    /// <exception cref="UserErrorException">It is none, or above <paramref name="most"/>.</exception>
    public static ulong Integer(string text, string what, ulong most)
    {
        bool hexadecimal = text.StartsWith("0x", StringComparison.OrdinalIgnoreCase);
        bool known = ulong.TryParse(
            text.AsSpan(hexadecimal ? 2 : 0),
            hexadecimal ? NumberStyles.AllowHexSpecifier : NumberStyles.None,
            CultureInfo.InvariantCulture,
            out ulong value);
        return known && value <= most
            ? value
            : throw UserErrorException.Usage($"{what}: '{text}' must be a whole number up to {most}, decimal, or hexadecimal with 0x");
    }

    /// <summary>A whole number within a range.</summary>
    /// <exception cref="UserErrorException">It is none, or out of the range.</exception>
    public static int Count(string text, string what, int least, int most = int.MaxValue)
    {
        if (!int.TryParse(text.Replace(",", "", StringComparison.Ordinal), NumberStyles.None, CultureInfo.InvariantCulture, out int value)
            || value < least
            || value > most)
        {
            string range = most == int.MaxValue ? $"at least {least}" : $"{least} to {most}";
            throw UserErrorException.Usage($"{what}: '{text}' must be a whole number, {range}");
        }

        return value;
    }

    /// <summary>A percentage above 0 and at most <paramref name="most"/>, with or without the sign.</summary>
    /// <exception cref="UserErrorException">It is none, or out of the range.</exception>
    public static double Percent(string text, string what, double most)
    {
        if (!double.TryParse(text.AsSpan().TrimEnd('%'), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out double value)
            || !(value > 0 && value <= most))
        {
            throw UserErrorException.Usage($"{what}: '{text}' must be a percentage above 0 and at most {most}");
        }

        return value;
    }

    static ulong? Time(string text, decimal plainUs) => Parse(text, static unit => Units.Time(unit, ignoreCase: true) / 1000m, plainUs);

    static ulong? Parse(string text, Func<ReadOnlySpan<char>, decimal> units, decimal plainFactor)
    {
        ReadOnlySpan<char> span = text.AsSpan().Trim();
        int digits = 0;
        while (digits < span.Length && (char.IsAsciiDigit(span[digits]) || span[digits] is '.' or ','))
        {
            digits++;
        }

        string number = span[..digits].ToString().Replace(",", "", StringComparison.Ordinal);
        ReadOnlySpan<char> unit = span[digits..].Trim();
        if (!decimal.TryParse(number, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out decimal value))
        {
            return null;
        }

        decimal factor = unit.IsEmpty ? plainFactor : units(unit);

        // Both factors fit a decimal many times over, their product need not.
        if (factor == 0 || value > ulong.MaxValue || value > ulong.MaxValue / factor)
        {
            return null;
        }

        return (ulong)decimal.Truncate(value * factor);
    }
}

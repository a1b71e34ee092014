using System.CommandLine;
using System.Globalization;
using Damo.CommandLine;
using Damon.Monitoring;
using Damon.Reports.Access;

namespace Damo.Reporting;

/// <summary>The options that say which accesses are looked at.</summary>
static class AccessFilterOptions
{
    const int NsPerUs = 1000;
    const int PerPercent = 1000;

    static readonly Option<string[]> s_regionSize = Range("--sz_region", "Regions of this size", "min> <max");
    static readonly Option<string[]> s_accessRate = Range("--access_rate", "Regions with accesses in so many percent of the samples", "min> <max");
    static readonly Option<string[]> s_age = Range("--age", "Regions of this age, in seconds", "min> <max");
    static readonly Option<string[]> s_temperature = Range("--temperature", "Regions of this temperature", "min> <max");
    static readonly Option<string[]> s_address = Range("--address", "Only these addresses; may be given more than once", "start> <end", isRepeated: true);
    static readonly Option<string[]> s_snapshotSize = Range("--sz_snapshot", "Snapshots of this size, of the regions left", "min> <max");
    static readonly Option<string[]> s_snapshotTime = Range("--snapshot_time", "Snapshots between these times of the record's clock, in ns", "start> <end");
    static readonly Option<string[]> s_snapshotIndex = Range("--snapshot_idx", "Snapshots with these numbers, from 0, without the last", "start> <end");
    static readonly Option<string[]> s_weights = new("--temperature_weights")
    {
        Description = "How much a byte of size, a percent of access rate and a microsecond of age count for the temperature (0 100 100)",
        HelpName = "size> <rate> <age",
        Arity = new ArgumentArity(3, 3),
        AllowMultipleArgumentsPerToken = true,
    };

    /// <summary>Adds all of them to a command.</summary>
    public static void AddTo(Command command)
    {
        foreach (Option option in (Option[])[
            s_regionSize,
            s_accessRate,
            s_age,
            s_temperature,
            s_address,
            s_snapshotSize,
            s_snapshotTime,
            s_snapshotIndex,
            s_weights,
        ])
        {
            command.Add(option);
        }
    }

    /// <summary>The filter asked for.</summary>
    /// <exception cref="UserErrorException">A value is wrong.</exception>
    public static AccessFilter Parse(ParseResult parsed) => new()
    {
        RegionSize = Closed(parsed, s_regionSize, Bytes, ulong.MaxValue),
        AccessRate = WholePercents(Closed(parsed, s_accessRate, Thousandths, long.MaxValue)),
        AgeUs = Closed(parsed, s_age, static (text, what) => Quantity.MicrosecondsOfSeconds(text, what), ulong.MaxValue),
        Temperature = Closed(parsed, s_temperature, Whole, Int128.MaxValue, Int128.MinValue),
        Addresses = Addresses(parsed.GetValue(s_address) ?? []),
        SnapshotSize = Closed(parsed, s_snapshotSize, Bytes, Int128.MaxValue),
        SnapshotTimeNs = Closed(parsed, s_snapshotTime, Nanoseconds, long.MaxValue),
        SnapshotIndex = Closed(parsed, s_snapshotIndex, Whole, long.MaxValue),
        Weights = parsed.GetValue(s_weights) is [var size, var rate, var age]
            ? new TemperatureWeights(Weight(size), Weight(rate), Weight(age))
            : TemperatureWeights.Default,
    };

    static Option<string[]> Range(string name, string description, string help, bool isRepeated = false) => new(name)
    {
        Description = description,
        HelpName = help,
        Arity = isRepeated ? new ArgumentArity(2, 1000) : new ArgumentArity(2, 2),
        AllowMultipleArgumentsPerToken = true,
    };

    static ClosedRange? Closed(ParseResult parsed, Option<string[]> option, Func<string, string, Int128> read, Int128 most, Int128 least = default)
    {
        if (parsed.GetValue(option) is not [var min, var max])
        {
            return null;
        }

        ClosedRange range = new(Value(min), Value(max));
        return range.Min <= range.Max ? range : throw UserErrorException.Usage($"{option.Name}: start > end ({min} > {max})");

        Int128 Value(string text) => text switch
        {
            "min" => least,
            "max" => most,
            _ => read(text, option.Name),
        };
    }

    static List<AddressRange> Addresses(string[] texts)
    {
        if (texts.Length % 2 != 0)
        {
            throw UserErrorException.Usage($"--address: '{texts[^1]}' is the start of a range whose end is missing");
        }

        List<AddressRange> ranges = [];
        for (int i = 0; i < texts.Length; i += 2)
        {
            AddressRange range = new(Address(texts[i]), Address(texts[i + 1]));
            ranges.Add(range.Start <= range.End ? range : throw UserErrorException.Usage($"--address: start > end ({texts[i]} > {texts[i + 1]})"));
        }

        ranges.Sort((x, y) => x.Start.CompareTo(y.Start));
        for (int i = 1; i < ranges.Count; i++)
        {
            if (ranges[i].Start < ranges[i - 1].End)
            {
                throw UserErrorException.Usage($"--address: overlapping range ({ranges[i - 1]} and {ranges[i]})");
            }
        }

        return ranges;
    }

    static ulong Address(string text)
    {
        try
        {
            return text == "min" ? 0 : text == "max" ? ulong.MaxValue : Quantity.Address(text, "--address");
        }
        catch (UserErrorException)
        {
            throw UserErrorException.Usage($"--address: conversion to bytes failed ({text})");
        }
    }

    static Int128 Bytes(string text, string what)
    {
        try
        {
            return Quantity.Bytes(text, what);
        }
        catch (UserErrorException)
        {
            throw UserErrorException.Usage($"{what}: conversion to bytes failed ({text})");
        }
    }

    static Int128 Thousandths(string text, string what) =>
        decimal.TryParse(text.AsSpan().TrimEnd("% "), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out decimal value) && value <= int.MaxValue
            ? (Int128)(value * PerPercent)
            : throw UserErrorException.Usage($"{what}: '{text}' is no percentage");

    /// <summary>The access rate of a region is a whole number of percents.</summary>
    static ClosedRange? WholePercents(ClosedRange? thousandths) =>
        thousandths is { } range ? new ClosedRange((range.Min + PerPercent - 1) / PerPercent, range.Max / PerPercent) : null;

    static Int128 Nanoseconds(string text, string what) =>
        long.TryParse(text.Replace(",", "", StringComparison.Ordinal), NumberStyles.None, CultureInfo.InvariantCulture, out long ns)
            ? ns
            : (Int128)Quantity.Microseconds(text, what) * NsPerUs;

    static Int128 Whole(string text, string what) =>
        long.TryParse(text.Replace(",", "", StringComparison.Ordinal), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long value)
            ? value
            : throw UserErrorException.Usage($"{what}: '{text}' is no whole number");

    static int Weight(string text) => int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out int value)
        ? value
        : throw UserErrorException.Usage($"--temperature_weights: '{text}' is no whole number");
}

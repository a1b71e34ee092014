using System.Globalization;
using System.Text;
using Damon.Linux.Native;
using Damon.Schemes;
using Damon.Schemes.Text;

namespace Damon.Linux.DamonFs;

/// <summary>A scheme: its numbers as they were written, and what the engine makes of them.</summary>
sealed class DamonFsScheme
{
    const int FirstCount = 2;
    const int FirstQuota = 7;
    const char Separator = ' ';

    readonly ulong[] _columns;

    DamonFsScheme(ulong[] columns, Scheme scheme)
    {
        _columns = columns;
        Scheme = scheme;
    }

    /// <summary>The scheme that runs, with its counters.</summary>
    internal Scheme Scheme { get; }

    /// <summary>All complete groups of numbers up to the limit of schemes; the first incomplete one ends the text silently.</summary>
    /// <exception cref="DamonFsException">EINVAL: a number is out of its range.</exception>
    internal static List<DamonFsScheme> ParseAll(ReadOnlySpan<byte> text, DamonFsEra era)
    {
        KernelScanner scanner = new(text);
        List<DamonFsScheme> schemes = [];
        while (schemes.Count < SchemeLines.MaxSchemes && TryTakeColumns(ref scanner, era.SchemeLayout) is { } columns)
        {
            schemes.Add(new DamonFsScheme(columns, Runnable(ToScheme(columns, era))));
        }

        return schemes;
    }

    /// <summary>The line of the file, with the counters of the moment.</summary>
    internal void AppendTo(StringBuilder text, DamonFsEra era)
    {
        SchemeStatistics counters = Scheme.Statistics;
        text.AppendJoin(Separator, _columns);
        text.Append(CultureInfo.InvariantCulture, $" {counters.NrTried} {counters.SizeTried}");
        if (era.HasAppliedStatistics)
        {
            text.Append(CultureInfo.InvariantCulture, $" {counters.NrApplied} {counters.SizeApplied} {counters.QuotaExceeds}");
        }

        text.Append('\n');
    }

    static ulong[]? TryTakeColumns(ref KernelScanner scanner, ColumnLayout layout)
    {
        ulong[] columns = new ulong[SchemeColumns.CountOf(layout)];
        for (int i = 0; i < columns.Length; i++)
        {
            if (!scanner.TryUInt64(out ulong number))
            {
                return null;
            }

            columns[i] = IsNarrow(i, layout) ? (uint)number : number;
        }

        return columns;
    }

    /// <summary>Sizes, times and watermarks have 64 bits in the kernel; counts, ages, the action, weights and the metric have 32.</summary>
    static bool IsNarrow(int column, ColumnLayout layout)
    {
        int firstWeight = FirstQuota + (layout == ColumnLayout.TimeQuota ? 3 : 2);
        int metric = firstWeight + 3;
        return column is >= FirstCount and < FirstQuota || (column >= firstWeight && column <= metric);
    }

    static Scheme ToScheme(ulong[] columns, DamonFsEra era)
    {
        try
        {
            return SchemeColumns.ToScheme(columns, era.SchemeLayout, era.ChecksSchemes);
        }
        catch (FormatException e)
        {
            throw new DamonFsException(Errno.EINVAL, e.Message);
        }
    }

    /// <summary>The engine refuses contradictions that older kernels take; this is a scheme that does what they do with them.</summary>
    static Scheme Runnable(Scheme scheme)
    {
        if (scheme.Check() is null)
        {
            return scheme;
        }

        Watermarks marks = scheme.Watermarks;
        if (marks.Check() is not null)
        {
            // No rate is both at least low and at most high: never active. A mid out of that range counts as its nearer end.
            marks = marks.Low > marks.High
                ? marks with { High = ulong.MaxValue, Mid = ulong.MaxValue, Low = ulong.MaxValue }
                : marks with { Mid = Math.Clamp(marks.Mid, marks.Low, marks.High) };
        }

        // An inverted range matches nothing, and so does a size that no region has.
        AccessPattern pattern = scheme.Pattern.Check() is null ? scheme.Pattern : new AccessPattern { MinSize = ulong.MaxValue };
        return new Scheme { Pattern = pattern, Action = scheme.Action, Quota = scheme.Quota, Watermarks = marks };
    }
}

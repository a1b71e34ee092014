using System.Globalization;
using System.Numerics;
using System.Text;
using Damon.Monitoring;
using Damon.Reports;

namespace Damon.Tests.Reports;

/// <summary>
/// The text of <c>report heats</c>, worked out step by step as it was described for the first tool: slowly, with lists of samples and
/// whole numbers of any length. Shares nothing with the report but the printing of doubles.
/// </summary>
static class HeatsReference
{
    public static string Text(IEnumerable<Snapshot> snapshots, Int128 tid, long tmin, long tmax, long tres, BigInteger amin, BigInteger amax, int ares)
    {
        long tunit = (tmax - tmin) / tres;
        BigInteger aunit = (amax - amin) / ares;
        tmax = tmin + (tunit * tres);
        amax = amin + (aunit * ares);
        StringBuilder text = new();
        Cell?[] row = new Cell?[(int)((amax - amin) / aunit)];
        long lastFlushed = -1;
        long end = 0;
        foreach (Snapshot snapshot in snapshots)
        {
            long start = end;
            end = snapshot.TimeNs;
            List<(int Cell, BigInteger Bytes, uint NrAccesses)> samples = Samples(snapshot, tid, amin, amax, aunit);
            if (samples.Count == 0 || start >= tmax || end <= tmin)
            {
                continue;
            }

            start = Math.Max(start, tmin);
            end = Math.Min(end, tmax);
            for (long index = (start - tmin) / tunit; index <= (end - 1 - tmin) / tunit; index++)
            {
                if (index != lastFlushed)
                {
                    Print(text, row, index * tunit, tunit, aunit);
                    Array.Clear(row);
                    lastFlushed = index;
                }

                long duration = Math.Min(end, tmin + ((index + 1) * tunit)) - Math.Max(start, tmin + (index * tunit));
                foreach ((int cell, BigInteger bytes, uint nrAccesses) in samples)
                {
                    row[cell] = Merge(row[cell], nrAccesses, bytes * duration);
                }
            }
        }

        return text.ToString();
    }

    static List<(int Cell, BigInteger Bytes, uint NrAccesses)> Samples(Snapshot snapshot, Int128 tid, BigInteger amin, BigInteger amax, BigInteger aunit)
    {
        List<(int Cell, BigInteger Bytes, uint NrAccesses)> samples = [];
        for (int i = 0; i < snapshot.NrTargets; i++)
        {
            foreach (SnapshotRegion region in snapshot[i].Id == tid ? snapshot[i].Regions : [])
            {
                BigInteger end = BigInteger.Min(region.End, amax - 1);
                if (end <= amin || region.Start >= amax)
                {
                    continue;
                }

                BigInteger start = BigInteger.Max(region.Start, amin);
                for (BigInteger cell = (start - amin) / aunit; cell <= (end - 1 - amin) / aunit; cell++)
                {
                    BigInteger from = BigInteger.Max(start, amin + (cell * aunit));
                    BigInteger to = BigInteger.Min(end, amin + ((cell + 1) * aunit));
                    samples.Add(((int)cell, to - from, region.NrAccesses));
                }
            }
        }

        return samples;
    }

    static Cell Merge(Cell? old, uint nrAccesses, BigInteger weight)
    {
        if (old is null)
        {
            return new Cell(nrAccesses, null, weight);
        }

        BigInteger size = old.Size + weight;
        double heat = size.IsZero ? old.Mean ?? old.Count
            : old.Mean is { } mean ? ((mean * ToDouble(old.Size)) + ToDouble(nrAccesses * weight)) / ToDouble(size)
            : Divide((old.Count * old.Size) + (nrAccesses * weight), size);
        return new Cell(0, heat, size);
    }

    static void Print(StringBuilder text, Cell?[] row, long time, long tunit, BigInteger aunit)
    {
        for (int j = 0; j < row.Length; j++)
        {
            double value = row[j] switch
            {
                null => 0,
                { Mean: { } mean } cell => mean * ToDouble(cell.Size) / tunit / ToDouble(aunit),
                { } cell => Divide(cell.Count * cell.Size, tunit) / ToDouble(aunit),
            };
            text.Append(CultureInfo.InvariantCulture, $"{time}\t{j * aunit}\t{PythonDouble.ToText(value)}\n");
        }
    }

    static double ToDouble(BigInteger value) => Divide(value, 1);

    /// <summary>The nearest double, the even one of two.</summary>
    static double Divide(BigInteger dividend, BigInteger divisor)
    {
        BigInteger a = BigInteger.Abs(dividend);
        BigInteger b = BigInteger.Abs(divisor);
        int exponent = 0;
        for (; !a.IsZero && a < b << 52; exponent--)
        {
            a <<= 1;
        }

        for (; a >= b << 53; exponent++)
        {
            b <<= 1;
        }

        BigInteger quotient = BigInteger.DivRem(a, b, out BigInteger rest);
        if (rest * 2 > b || (rest * 2 == b && !quotient.IsEven))
        {
            quotient++;
        }

        double result = Math.ScaleB((double)(long)quotient, exponent);
        return dividend.Sign < 0 != divisor.Sign < 0 ? -result : result;
    }

    sealed record Cell(uint Count, double? Mean, BigInteger Size);
}

namespace Damon.Bench;

/// <summary>What one thing measured in each of several rounds. Rounds in which it could not be told are NaN and count for nothing.</summary>
/// <param name="values">In the order of the rounds.</param>
sealed class Rounds(IEnumerable<double> values)
{
    /// <summary>Fewer tell nothing: the median of three is thrown off by two disturbances.</summary>
    public const int Least = 5;

    readonly double[] _values = [.. values];

    double[] Sorted => field ??= [.. _values.Where(static v => !double.IsNaN(v)).Order()];

    /// <summary>The value in the middle; NaN without any.</summary>
    public double Median => Sorted.Length == 0 ? double.NaN : (Sorted[(Sorted.Length - 1) / 2] + Sorted[Sorted.Length / 2]) / 2;

    /// <summary>
    /// Between which two values the true median lies at 95 %, whatever the distribution; all values where they are too few for that. NaN without any.
    /// </summary>
    public (double Low, double High) Interval
    {
        get
        {
            const double Outside = 0.025;
            int n = Sorted.Length;
            if (n == 0)
            {
                return (double.NaN, double.NaN);
            }

            // That at most k of n values are below the median: the sum of the binomial distribution of one half.
            int k = 0;
            double one = Math.Pow(0.5, n);
            for (double sum = one; k < n / 2 && sum <= Outside; k++)
            {
                one *= (n - k) / (k + 1.0);
                sum += one;
            }

            k = Math.Max(k - 1, 0);
            return (Sorted[k], Sorted[n - 1 - k]);
        }
    }

    /// <summary>Of ratios: the median and, in brackets, <see cref="Interval"/>; a dash without any.</summary>
    public string RatioText() => Sorted.Length == 0 ? "-" : $"{Median:G3} ({Interval.Low:G3}..{Interval.High:G3})";

    /// <summary>The largest; NaN without any.</summary>
    public double Most => Sorted.Length == 0 ? double.NaN : Sorted[^1];

    /// <summary>The values, round by round, divided by those of another.</summary>
    public Rounds Per(Rounds other) => new(_values.Zip(other._values, static (mine, its) => its == 0 ? double.NaN : mine / its));

    /// <summary>The same rounds with something else of each value.</summary>
    public Rounds Select(Func<double, double> of) => new(_values.Select(of));

    /// <summary>The median and, in brackets, the least and the largest; a dash without any.</summary>
    /// <param name="format">How to write each, such as <c>0.0</c>.</param>
    /// <param name="factor">What to multiply each with, such as 100 for percent.</param>
    public string Text(string format, double factor = 1)
    {
        if (Sorted.Length == 0)
        {
            return "-";
        }

        string Of(double value) => (value * factor).ToString(format);
        return $"{Of(Median)} ({Of(Sorted[0])}..{Of(Sorted[^1])})";
    }

    /// <summary>
    /// Does all pieces of work once in each round, so that what disturbs the machine meanwhile disturbs them alike: A B A B, never A A B B.
    /// </summary>
    /// <param name="rounds">That count.</param>
    /// <param name="warmUps">Rounds before them that do not.</param>
    /// <param name="works">Each does its work and tells what it measured.</param>
    /// <returns>What each piece of work told, by work and round.</returns>
    public static T[][] InTurn<T>(int rounds, int warmUps, params IReadOnlyList<Func<T>> works)
    {
        T[][] results = [.. works.Select(_ => new T[rounds])];
        for (int round = -warmUps; round < rounds; round++)
        {
            for (int i = 0; i < works.Count; i++)
            {
                T result = works[i]();
                if (round >= 0)
                {
                    results[i][round] = result;
                }
            }
        }

        return results;
    }
}

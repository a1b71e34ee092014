namespace Damon.Numbers;

/// <summary>Times in nanoseconds as the DAMON tools write them for people.</summary>
static class DurationText
{
    const double Us = 1e3;
    const double Ms = 1e6;
    const double Second = 1e9;
    const double Minute = 60 * Second;
    const double Hour = 60 * Minute;

    /// <summary>The text of a time in nanoseconds, whole or not.</summary>
    public static string Format(double ns, NumberStyle style = NumberStyle.Current) => style switch
    {
        NumberStyle.Raw => Whole(ns),
        NumberStyle.Old => Old(ns),
        _ => Current(ns),
    };

    static string Old(double ns)
    {
        if (ns > Minute)
        {
            double minutes = Math.Floor(ns / Minute);
            return $"{Whole(minutes)} m {FixedDecimal.Format((ns - (minutes * Minute)) / Second, 3)} s";
        }

        return ns > Second ? $"{FixedDecimal.Format(ns / Second, 3)} s"
            : ns > Ms ? $"{FixedDecimal.Format(ns / Ms, 3)} ms"
            : ns > Us ? $"{FixedDecimal.Format(ns / Us, 3)} us"
            : $"{Whole(ns)} ns";
    }

    static string Current(double ns)
    {
        if (ns < 0)
        {
            return "-" + Current(-ns);
        }

        if (ns >= ulong.MaxValue)
        {
            return "max";
        }

        if (ns >= Hour)
        {
            double hours = Math.Floor(ns / Hour);
            double rest = ns - (hours * Hour);
            return rest == 0 ? $"{Whole(hours)} h" : $"{Whole(hours)} h {Current(rest)}";
        }

        if (ns >= Minute)
        {
            double minutes = Math.Floor(ns / Minute);
            double rest = ns - (minutes * Minute);
            return rest == 0 ? $"{Whole(minutes)} m" : $"{Whole(minutes)} m {Part(rest, Second)} s";
        }

        return ns >= Second ? $"{Part(ns, Second)} s"
            : ns >= Ms ? $"{Part(ns, Ms)} ms"
            : ns >= Us ? $"{Part(ns, Us)} us"
            : $"{Whole(ns)} ns";
    }

    static string Part(double ns, double unit) => ns % unit == 0 ? Whole(ns / unit) : FixedDecimal.Format(ns / unit, 3);

    static string Whole(double value) => FixedDecimal.Format(Math.Truncate(value) + 0.0, 0);
}

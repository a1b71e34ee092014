using System.Globalization;

namespace Damo.CommandLine;

/// <summary>Writes sizes for people.</summary>
static class ByteText
{
    static readonly string[] s_units = ["B", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB"];

    /// <summary>For example <c>512 B</c>, <c>64.0 MiB</c>.</summary>
    public static string Of(ulong bytes)
    {
        double value = bytes;
        int unit = 0;
        while (value >= 1024 && unit < s_units.Length - 1)
        {
            value /= 1024;
            unit++;
        }

        return unit == 0 ? $"{bytes} B" : string.Create(CultureInfo.InvariantCulture, $"{value:0.0} {s_units[unit]}");
    }
}

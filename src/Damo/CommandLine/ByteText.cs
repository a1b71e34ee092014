using System.Globalization;
using Damon.Numbers;

namespace Damo.CommandLine;

/// <summary>Writes sizes for people.</summary>
static class ByteText
{
    /// <summary>For example <c>512 B</c>, <c>64.0 MiB</c>.</summary>
    public static string Of(ulong bytes)
    {
        double value = bytes;
        int unit = 0;
        while (value >= 1024 && unit < Units.Binary.Length - 1)
        {
            value /= 1024;
            unit++;
        }

        return unit == 0 ? $"{bytes} B" : string.Create(CultureInfo.InvariantCulture, $"{value:0.0} {Units.Binary[unit]}");
    }
}

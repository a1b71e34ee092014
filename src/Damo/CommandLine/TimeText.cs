using System.Globalization;

namespace Damo.CommandLine;

/// <summary>Writes times for people.</summary>
static class TimeText
{
    /// <summary>For example <c>850 us</c>, <c>5 ms</c>, <c>1.2 s</c>: three digits that matter.</summary>
    public static string OfMicroseconds(double microseconds) => microseconds switch
    {
        < 1_000 => string.Create(CultureInfo.InvariantCulture, $"{microseconds:0.##} us"),
        < 1_000_000 => string.Create(CultureInfo.InvariantCulture, $"{microseconds / 1e3:0.##} ms"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{microseconds / 1e6:0.##} s"),
    };
}

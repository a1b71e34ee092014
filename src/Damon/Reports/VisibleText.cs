using System.Globalization;
using System.Text;

namespace Damon.Reports;

/// <summary>Text from outside, with nothing hidden in it.</summary>
static class VisibleText
{
    /// <summary>Shows characters that cannot be seen, or that turn the direction of text, by their number.</summary>
    /// <param name="text">The text.</param>
    /// <param name="most">Number of characters that are kept.</param>
    public static string Of(string text, int most)
    {
        StringBuilder visible = new();
        foreach (Rune rune in text.EnumerateRunes().Take(most))
        {
            _ = IsHidden(rune) ? visible.Append(CultureInfo.InvariantCulture, $"\\u{{{rune.Value:x}}}") : visible.Append(rune.ToString());
        }

        return visible.ToString();
    }

    /// <summary>Whether a character cannot be seen, or turns the direction of text.</summary>
    public static bool IsHidden(Rune rune) => Rune.GetUnicodeCategory(rune)
        is UnicodeCategory.Control
            or UnicodeCategory.Format
            or UnicodeCategory.LineSeparator
            or UnicodeCategory.ParagraphSeparator
            or UnicodeCategory.PrivateUse
            or UnicodeCategory.OtherNotAssigned;
}

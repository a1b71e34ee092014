using System.Globalization;
using System.Text;

namespace Damon.Reports.Html;

/// <summary>Text from outside as part of a page.</summary>
static class HtmlText
{
    /// <summary>Longer texts are cut.</summary>
    const int MaxLength = 2000;

    /// <summary>
    /// Escapes what has a meaning in a page, makes line breaks spaces, and shows characters that cannot be seen, or that turn the direction of text, by their
    /// number.
    /// </summary>
    /// <param name="text">The text.</param>
    /// <param name="most">Number of characters that are kept.</param>
    public static string Escape(string text, int most = MaxLength)
    {
        StringBuilder escaped = new();
        int length = 0;
        foreach (Rune rune in text.EnumerateRunes())
        {
            if (++length > most)
            {
                escaped.Append('…');
                break;
            }

            _ = rune.Value switch
            {
                '<' => escaped.Append("&lt;"),
                '>' => escaped.Append("&gt;"),
                '&' => escaped.Append("&amp;"),
                '"' => escaped.Append("&quot;"),
                '\'' => escaped.Append("&#39;"),
                '\n' or '\r' or '\t' => escaped.Append(' '),
                _ when VisibleText.IsHidden(rune) => escaped.Append(CultureInfo.InvariantCulture, $"\\u{{{rune.Value:x}}}"),
                _ => escaped.Append(rune.ToString()),
            };
        }

        return escaped.ToString();
    }
}

using Damon.Schemes;
using Damon.Schemes.Text;

namespace Damo.Schemes;

/// <summary>Schemes that are typed in front of the target, without an option: <c>damo schemes "4K max min min 5s max pageout" 1234</c>.</summary>
static class SchemeWords
{
    const int LeastFields = 7;

    /// <summary>Takes the schemes off the words of a command line.</summary>
    /// <param name="words">The words that are no options.</param>
    /// <param name="rest">Those behind the schemes.</param>
    /// <returns>The schemes, a line each; null where the first word is none.</returns>
    public static string? Take(IReadOnlyList<string> words, out IReadOnlyList<string> rest)
    {
        int count = words.TakeWhile(IsScheme).Count();
        rest = [.. words.Skip(count)];
        return count == 0 ? null : string.Join('\n', words.Take(count));
    }

    /// <summary>
    /// By its form alone, so that what is wrong with a scheme is told of a scheme: it begins with something like a size, and has seven fields or an
    /// action among fewer. Several pids in one word have neither.
    /// </summary>
    static bool IsScheme(string word)
    {
        string[] fields = word.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
        return fields.Length > 1
            && (fields[0].ToUpperInvariant() is "MIN" or "MAX" or "NULL" || char.IsAsciiDigit(fields[0][0]))
            && fields.Any(field => !field.All(char.IsAsciiDigit))
            && (fields.Length >= LeastFields || fields.Skip(1).Any(field => SchemeNames.TryParse(field, out SchemeAction _)));
    }
}

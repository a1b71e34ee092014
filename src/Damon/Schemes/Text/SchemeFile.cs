namespace Damon.Schemes.Text;

/// <summary>Reads schemes and whole parameter files in whatever form they are written; see docs/schemes.md.</summary>
public static class SchemeFile
{
    /// <summary>Reads schemes: lines of columns, JSON or YAML, where a parameter file gives the schemes of all its contexts.</summary>
    /// <param name="text">The text.</param>
    /// <param name="sourceName">Where it is from, for messages.</param>
    /// <param name="onRemark">Told in one line about each key of JSON or YAML that has no effect, and about each scheme there that would take memory however
    /// much it is accessed.</param>
    /// <exception cref="SchemeTextException">Something is wrong; none of the schemes is to be used then.</exception>
    public static IReadOnlyList<Scheme> Parse(string text, string sourceName, Action<string>? onRemark = null)
    {
        SchemeTextSource source = new(text, sourceName);
        return Detect(source) == SchemeFileForm.Lines ? SchemeLines.Parse(source) : new SpecificationReader(source, onRemark).AllSchemes(Read(source));
    }

    /// <summary>Reads a parameter file (<c>--kdamonds</c>), JSON or YAML.</summary>
    /// <inheritdoc cref="Parse" path="/param"/>
    /// <exception cref="SchemeTextException">Something is wrong.</exception>
    internal static IReadOnlyList<KdamondSpecification> ParseKdamonds(string text, string sourceName, Action<string>? onRemark = null)
    {
        SchemeTextSource source = new(text, sourceName);
        return Detect(source) == SchemeFileForm.Lines
            ? throw source.Fault(1, 1, "this is no kdamonds file; write {\"kdamonds\": [{\"contexts\": [...]}]}")
            : new SpecificationReader(source, onRemark).Kdamonds(Read(source));
    }

    static SpecificationNode Read(SchemeTextSource source) =>
        Detect(source) == SchemeFileForm.Json ? JsonSpecification.Read(source) : YamlSpecification.Read(source);

    /// <summary>In what form a text is, by its first words.</summary>
    internal static SchemeFileForm Detect(SchemeTextSource source)
    {
        ReadOnlySpan<char> rest = source.Text;
        bool isFirst = true;
        while (!rest.IsEmpty)
        {
            int end = rest.IndexOf('\n');
            ReadOnlySpan<char> line = (end < 0 ? rest : rest[..end]).Trim();
            rest = end < 0 ? default : rest[(end + 1)..];
            if (line.IsEmpty)
            {
                continue;
            }

            // JSON has other comments than #, and YAML has brackets too.
            if (line[0] is '[' or '{' || line.StartsWith("//", StringComparison.Ordinal) || line.StartsWith("/*", StringComparison.Ordinal))
            {
                return isFirst ? SchemeFileForm.Json : SchemeFileForm.Yaml;
            }

            isFirst = false;
            if (line[0] != '#')
            {
                return IsYaml(line) ? SchemeFileForm.Yaml : SchemeFileForm.Lines;
            }
        }

        return SchemeFileForm.Lines;
    }

    static bool IsYaml(ReadOnlySpan<char> line)
    {
        int comment = line.IndexOf(" #", StringComparison.Ordinal);
        ReadOnlySpan<char> content = comment < 0 ? line : line[..comment].TrimEnd();
        return content is "-" or "---" || content.StartsWith("- ", StringComparison.Ordinal) || content.StartsWith("--- ", StringComparison.Ordinal)
            || content.EndsWith(':') || content.Contains(": ", StringComparison.Ordinal);
    }
}

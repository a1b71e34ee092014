using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using Damon.Numbers;

namespace Damon.Reports;

/// <summary>Which generation of the tool a report is to look like: the first one, or a version from 0.0.1 to 3.3.</summary>
/// <remarks>Every version is accepted; those in <see cref="Names"/> are the ones where something changed.</remarks>
sealed class ToolStyle
{
    readonly Version? _version;

    ToolStyle(Version? version) => _version = version;

    /// <summary>The first tool, of 2020.</summary>
    public static ToolStyle First { get; } = new(null);

    /// <summary>The last version that had all of these reports.</summary>
    public static ToolStyle Latest { get; } = new(new Version(2, 4, 9));

    /// <summary>The version of today, for reports that still have the form of then.</summary>
    public static ToolStyle Today { get; } = new(new Version(3, 3, 0));

    /// <summary>A name for each style that differs from the one before, oldest first.</summary>
    public static IReadOnlyList<string> Names { get; } =
    [
        "seed",
        "v0.0.1",
        "v0.0.3",
        "v1.2.8",
        "v1.3.0",
        "v1.5.9",
        "v1.6.8",
        "v1.7.9",
        "v2.3.3",
        "v2.4.1",
        "v2.4.4",
    ];

    /// <summary>Whether this is the first tool.</summary>
    public bool IsFirst => _version is null;

    /// <summary>How times are written.</summary>
    public NumberStyle Times => IsFirst ? NumberStyle.Raw : Since(1, 5, 9) ? NumberStyle.Current : NumberStyle.Old;

    /// <summary>How numbers of bytes are written.</summary>
    public NumberStyle Sizes => IsFirst ? NumberStyle.Raw : Since(2, 5, 0) ? NumberStyle.Current : NumberStyle.Old;

    /// <summary>Whether this is the version given, or a later one. The first tool is before all of them.</summary>
    public bool Since(int major, int minor, int patch) => _version is not null && _version >= new Version(major, minor, patch);

    /// <summary>Reads <c>seed</c>, or a version with or without <c>v</c>, of two or three numbers.</summary>
    /// <returns>False where it is none that is known: before 0.0.1, or behind 3.3.</returns>
    public static bool TryParse(string text, [NotNullWhen(true)] out ToolStyle? style)
    {
        ArgumentNullException.ThrowIfNull(text);
        style = text == "seed" ? First : null;
        string[] parts = (text.StartsWith('v') ? text[1..] : text).Split('.');
        Span<int> numbers = [0, 0, 0];
        if (style is null && parts.Length is 2 or 3)
        {
            for (int i = 0; i < parts.Length; i++)
            {
                if (!int.TryParse(parts[i], NumberStyles.None, CultureInfo.InvariantCulture, out numbers[i]))
                {
                    return false;
                }
            }

            Version version = new(numbers[0], numbers[1], numbers[2]);
            style = version >= new Version(0, 0, 1) && version < new Version(3, 4) ? new ToolStyle(version) : null;
        }

        return style is not null;
    }

    /// <inheritdoc/>
    public override string ToString() => _version is null ? "seed" : $"v{_version}";
}

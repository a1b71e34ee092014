namespace Damon.Schemes.Text;

/// <summary>What a <see cref="SpecificationNode"/> is.</summary>
enum SpecificationNodeKind
{
    /// <summary>Nothing: JSON's null.</summary>
    Null,

    /// <summary>A string, number or truth value: its text, whatever its type was.</summary>
    Scalar,

    /// <summary>A list.</summary>
    Sequence,

    /// <summary>Keys with values.</summary>
    Mapping,
}

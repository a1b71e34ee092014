namespace Damon.Reports.Access;

/// <summary>Some text of a template, and the keyword behind it.</summary>
/// <param name="Literal">The text.</param>
/// <param name="Keyword">The keyword; <see cref="AccessKeyword.None"/> at the end.</param>
/// <param name="Width">Least number of characters of its value, filled up with blanks behind.</param>
readonly record struct AccessTemplatePiece(string Literal, AccessKeyword Keyword, int Width);

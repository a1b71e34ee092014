namespace Damon.Reports.Access;

/// <summary>Another template for one part of the report.</summary>
/// <param name="Area">The part.</param>
/// <param name="Append">Whether the text comes behind the template of the style rather than in its place.</param>
/// <param name="Text">The template: text with keywords in angle brackets.</param>
sealed record AccessTemplateChange(AccessArea Area, bool Append, string Text);

namespace Damon.Reports.RecordInfo;

/// <summary>One thing that the sidecar says of a recording.</summary>
/// <param name="Name">What it is, in lower case with underscores; its unit last where it has one.</param>
/// <param name="Label">What it is, for people.</param>
/// <param name="Text">The value for people, with its unit.</param>
/// <param name="Number">The value where it is a number in the unit of <paramref name="Name"/>; else null.</param>
sealed record RecordFact(string Name, string Label, string Text, double? Number = null);

namespace Damon.Schemes.Text;

/// <summary>One option of a command line that says something about schemes.</summary>
/// <param name="Name">With its dashes: <c>--damos_action</c>.</param>
/// <param name="Arguments">What stood behind it.</param>
sealed record SchemeOption(string Name, IReadOnlyList<string> Arguments);

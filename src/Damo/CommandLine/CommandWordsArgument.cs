using System.CommandLine;

namespace Damo.CommandLine;

/// <summary>Words that name what to monitor or to run; among them may be a whole command line with options of its own.</summary>
/// <param name="name">Of the argument.</param>
sealed class CommandWordsArgument(string name) : Argument<string[]>(name);

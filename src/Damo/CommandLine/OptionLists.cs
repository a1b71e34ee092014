using System.CommandLine;

namespace Damo.CommandLine;

/// <summary>Options that several commands have, as one element of the list in which a command is defined.</summary>
static class OptionLists
{
    /// <summary>Gives a command all of them.</summary>
    public static void Add(this Command command, IEnumerable<Option> options)
    {
        foreach (Option option in options)
        {
            command.Add(option);
        }
    }
}

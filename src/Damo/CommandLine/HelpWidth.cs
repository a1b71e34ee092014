using System.CommandLine;
using System.CommandLine.Help;

namespace Damo.CommandLine;

/// <summary>How wide help is.</summary>
static class HelpWidth
{
    /// <summary>Where nothing tells how wide the reader's window is.</summary>
    const int Unknown = 100;

    /// <summary>Below this, columns are of no use.</summary>
    const int Least = 60;

    /// <summary>Wraps the help of all commands at the width of the terminal.</summary>
    public static void Set(RootCommand root, Terminal terminal)
    {
        foreach (Option option in root.Options)
        {
            if (option.Action is HelpAction help)
            {
                help.MaxWidth = terminal.OutIsTerminal ? Math.Max(terminal.Columns, Least) : Unknown;
            }
        }
    }
}

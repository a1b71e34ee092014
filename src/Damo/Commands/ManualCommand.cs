using System.CommandLine;
using System.Text;
using Damo.CommandLine;
using Damo.Manual;
using Damo.Outputs;

namespace Damo.Commands;

/// <summary><c>damo manual</c>, hidden: writes the manual pages, for packages.</summary>
static class ManualCommand
{
    /// <summary>Nothing in them is private.</summary>
    const UnixFileMode ForAll = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.OtherRead;

    static readonly Argument<string> s_folder = new("folder")
    {
        Description = "Where to; it must exist",
        HelpName = "folder",
        CompletionSources = { Expected.Folder },
    };

    public static Command Create(Terminal terminal)
    {
        Command command = new("manual", "Write the manual pages") { s_folder };
        command.Hidden = true;
        command.SetAction(parsed =>
        {
            RootCommand root = (RootCommand)parsed.RootCommandResult.Command;
            string folder = parsed.GetRequiredValue(s_folder);
            foreach (ManualPage page in ManualPage.All(root))
            {
                string file = Path.Combine(folder, page.Name + ".1");
                Output.Write(file, [], terminal, output => output.Write(Encoding.UTF8.GetBytes(page.Text())), ForAll);
                terminal.Banner.WriteLine(Terminal.Safe(file));
            }

            return (int)ExitCode.Done;
        });
        return command;
    }
}

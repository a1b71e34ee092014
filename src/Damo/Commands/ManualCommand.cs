using System.CommandLine;
using Damo.CommandLine;
using Damo.CommandLine.Completion;
using Damo.Manual;
using Damo.Recording;

namespace Damo.Commands;

/// <summary><c>damo manual</c>, hidden: writes the manual pages, for packages.</summary>
static class ManualCommand
{
    static readonly Argument<string> s_folder = new("folder") { Description = "Where to; it must exist", HelpName = "folder", CompletionSources = { Expected.Folder } };

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
                try
                {
                    File.WriteAllText(file, page.Text());
                }
                catch (Exception e) when (e is IOException or UnauthorizedAccessException)
                {
                    throw new UserErrorException($"'{file}' cannot be written: {RecordingFile.Reason(e)}");
                }

                terminal.Out.WriteLine(file);
            }

            return (int)ExitCode.Done;
        });
        return command;
    }
}

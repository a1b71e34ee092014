using Damo.CommandLine;

bool isOutputOpen = StandardStreams.Complete();
Terminal terminal = Terminal.OfProcess();
if (!isOutputOpen)
{
    terminal.Say("standard output is closed; to write to nowhere, use > /dev/null");
    return (int)ExitCode.Failed;
}

return Application.Run(args, terminal);

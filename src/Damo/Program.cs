using Damo.CommandLine;

FileCapabilities.OpenOwnFiles();
(bool isOutputOpen, bool isErrorOpen) = StandardStreams.Complete();
Terminal terminal = Terminal.OfProcess(isErrorOpen);
if (!isOutputOpen)
{
    terminal.Say("standard output is closed; to write to nowhere, use > /dev/null");
    return (int)ExitCode.Failed;
}

return Application.Run(args, terminal);

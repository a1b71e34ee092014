using Damo;
using Damo.CommandLine;
using Damo.CommandLine.Signals;

// Before anything touches the console.
InheritedSignals.Take();
FileCapabilities.OpenOwnFiles();
(bool isInputOpen, bool isOutputOpen, bool isErrorOpen) = StandardStreams.Complete();
Terminal terminal = Terminal.OfProcess(isInputOpen, isErrorOpen);
if (!isOutputOpen)
{
    terminal.Say("standard output is closed; to write to nowhere, use > /dev/null");
    return (int)ExitCode.Failed;
}

return Application.Run(args, terminal);

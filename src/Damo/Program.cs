using Damo;
using Damo.CommandLine;
using Damo.CommandLine.Signals;

// Before anything touches the console.
InheritedSignals.Take();
FileCapabilities.OpenOwnFiles();
(bool isInputOpen, bool isOutputOpen, bool isErrorOpen) = StandardStreams.Complete();
return Application.Run(args, Terminal.OfProcess(isInputOpen, isOutputOpen, isErrorOpen));

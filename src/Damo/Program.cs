using Damo.CommandLine;
using Damo.CommandLine.Signals;

// Before anything touches the console.
InheritedSignals.Take();
return Application.Run(args, Terminal.OfProcess());

using Damo.CommandLine;

return Application.Run(args, Terminal.OfProcess());

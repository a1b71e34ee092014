using System.CommandLine;
using Damo.CommandLine;
using Damo.CommandLine.Signals;
using Damo.Commands;
using Damo.Workloads;
using Damon.Linux.KernelDamon.Files;
using Damon.Linux.Native;

namespace Damo;

/// <summary>The whole command line: parses, runs, and turns every expected failure into one line and an exit code.</summary>
static class Application
{
    const string Help = "--help";

    public static int Run(string[] arguments, Terminal terminal)
    {
        RootCommand root = CreateRoot(terminal);
        string[] words = SchemeOptions.Join(root, Abbreviations.Expand(root, AsOptions(arguments)));
        ParseResult parsed = root.Parse(words, new ParserConfiguration { ResponseFileTokenReplacer = null });
        if (ParseFaults.Of(parsed) is { } fault)
        {
            return WrongUsage(terminal, parsed, fault);
        }

        InheritedSignals.LeaveTo(parsed.CommandResult.Command);
        try
        {
            int code = parsed.Invoke(new InvocationConfiguration
            {
                EnableDefaultExceptionHandler = false,
                ProcessTerminationTimeout = null,
                Output = terminal.Out,
                Error = terminal.Error,
            });
            terminal.Out.Flush();
            return code;
        }
        catch (UserErrorException e) when (e.ExitCode == ExitCode.Usage)
        {
            return WrongUsage(terminal, parsed, e.Message);
        }
        catch (UserErrorException e)
        {
            terminal.Say(e.Message);
            return (int)e.ExitCode;
        }
        catch (KernelDamonException e)
        {
            terminal.Say(e.Message);
            return (int)ExitCode.Failed;
        }
        catch (IOException e) when (FailureReason.IsClosedPipe(e))
        {
            // The reader of our output has seen enough.
            return (int)ExitCode.Done;
        }
        catch (IOException e)
        {
            terminal.Say(e.Message);
            return (int)ExitCode.Failed;
        }
        catch (Exception e) when (IsOutOfDescriptors(e))
        {
            terminal.Say("there are not enough file descriptors to be had: look at the limit of this shell or service (ulimit -n)");
            return (int)ExitCode.Failed;
        }
        catch (Exception e) when (e.GetBaseException() is OutOfMemoryException or ThreadStartException)
        {
            terminal.Say(
                "there is no memory or no thread to be had: look at the limits of this user, shell or container (ulimit -u, ulimit -v, pids.max, memory.max)");
            return (int)ExitCode.Failed;
        }
        catch (Exception e)
        {
            terminal.Say($"unexpected failure, please report it: {e.GetType().Name}: {e.Message.ReplaceLineEndings(" ")}");
            if (Environment.GetEnvironmentVariable("DAMO_DEBUG") is not null)
            {
                terminal.Error.WriteLine(e);
            }

            return (int)ExitCode.Failed;
        }
    }

    internal static RootCommand CreateRoot(Terminal terminal)
    {
        RootCommand root = new("See which memory programs really use, and how often (data access monitoring)")
        {
            RecordCommand.Create(terminal),
            ReportCommand.Create(terminal),
            SchemesCommand.Create(terminal),
            AdviseCommand.Create(terminal),
            ConvertCommand.Create(terminal),
            AdjustCommand.Create(terminal),
            ValidateCommand.Create(terminal),
            DebugFsCommand.Create(terminal),
            DoctorCommand.Create(terminal),
            FeaturesCommand.Create(terminal),
            ModuleCommand.Create(terminal),
            StopCommand.Create(terminal),
            DemoCommand.Create(terminal, ColorDetection.Detect(Console.IsOutputRedirected, Environment.GetEnvironmentVariable)),
            CompletionCommand.Create(terminal),
            CompleteCommand.Create(terminal),
            ManualCommand.Create(terminal),
            WorkloadCommand.Create(static options => new WorkloadRunner(options).Run()),
        };
        HelpWidth.Set(root, terminal);
        return root;
    }

    /// <summary>Help and the version as users ask for them who know other tools: by nothing at all, or by a word in the place of a command.</summary>
    static string[] AsOptions(string[] arguments) => arguments switch
    {
        [] => [Help],
        ["help", .. var command] => [.. command, Help],
        ["version"] => ["--version"],
        _ => arguments,
    };

    static int WrongUsage(Terminal terminal, ParseResult parsed, string message)
    {
        terminal.Say($"{message} (see '{ParseFaults.PathOf(parsed.CommandResult.Command)} --help')");
        return (int)ExitCode.Usage;
    }

    static bool IsOutOfDescriptors(Exception e) =>
        e.GetBaseException() is System.ComponentModel.Win32Exception { NativeErrorCode: (int)Errno.EMFILE or (int)Errno.ENFILE }
            or IOException { HResult: (int)Errno.EMFILE or (int)Errno.ENFILE };
}

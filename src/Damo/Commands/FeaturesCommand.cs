using System.CommandLine;
using System.Text.Json;
using Damo.CommandLine;
using Damon.Linux.KernelDamon.Features;
using Damon.Linux.KernelDamon.Files;

namespace Damo.Commands;

/// <summary><c>damo features</c>: what the kernel's own DAMON can, by looking. Nothing is written.</summary>
static class FeaturesCommand
{
    static readonly Argument<string> s_which = new Argument<string>("which")
    {
        Description = "supported, unsupported, all or json",
        DefaultValueFactory = static _ => "all",
        Arity = ArgumentArity.ZeroOrOne,
    }
        .AcceptOnly("supported", "unsupported", "all", "json");

    static readonly Option<bool> s_json = new("--json") { Description = "For programs: an array of features" };

    public static Command Create(Terminal terminal)
    {
        Command command = new("features", "Show what the kernel's own DAMON can")
        {
            s_which, s_json, KernelRoots.Admin, KernelRoots.DebugFs, KernelRoots.Tracing, KernelRoots.Modules,
        };
        command.SetAction(parsed => Run(parsed, terminal));
        return command;
    }

    static int Run(ParseResult parsed, Terminal terminal)
    {
        IReadOnlyList<KernelFeature> features = new KernelFeatures(
            Files(
                parsed,
                KernelRoots.Admin), Files(parsed, KernelRoots.DebugFs), Files(parsed, KernelRoots.Tracing), Files(parsed, KernelRoots.Modules)).Look();
        string which = parsed.GetValue(s_which)!;
        if (which == "json" || parsed.GetValue(s_json))
        {
            terminal.Out.WriteLine(JsonSerializer.Serialize(features, FeaturesJson.Default.IReadOnlyListKernelFeature));
            return (int)ExitCode.Done;
        }

        foreach (KernelFeature feature in features)
        {
            // What is unknown is shown only with everything: scripts take the two lists at their word.
            if (which == "all" || feature.Supported == (which == "supported"))
            {
                string since = feature.Since[0] is >= '0' and <= '9' ? $"since Linux {feature.Since}"
                    : feature.Since.StartsWith("after", StringComparison.Ordinal) ? $"after Linux {feature.Since[6..]}"
                    : feature.Since;
                string answer = feature.Supported switch { true => "Supported", false => "Unsupported", null => $"unknown: {feature.Why}" };
                terminal.Out.WriteLine(which == "all" ? $"{feature.Name}: {answer} ({since})" : $"{feature.Name}: {answer}");
            }
        }

        return (int)ExitCode.Done;
    }

    static KernelFolder Files(ParseResult parsed, Option<string> root) => new(parsed.GetValue(root)!);
}

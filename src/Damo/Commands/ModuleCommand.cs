using System.CommandLine;
using System.Globalization;
using Damo.CommandLine;
using Damon.Linux.KernelDamon;
using Damon.Linux.KernelDamon.Files;
using Damon.Linux.KernelDamon.Modules;
using Damon.Linux.KernelDamon.Ownership;
using Damon.Linux.KernelDamon.Sysfs;
using Damon.Linux.Processes;

namespace Damo.Commands;

/// <summary><c>damo module</c>: the kernel's modules that use DAMON by themselves.</summary>
static class ModuleCommand
{
    static readonly Argument<string> s_module = new Argument<string>("module")
    {
        Description = "reclaim, lru_sort or stat",
    }.AcceptOnly([.. KernelModules.Names]);
    static readonly Argument<string> s_action = new Argument<string>("action")
    {
        Description = "status, enable, disable or commit",
        DefaultValueFactory = static _ => "status",
        Arity = ArgumentArity.ZeroOrOne,
    }
        .AcceptOnly("status", "enable", "disable", "commit");

    static readonly Argument<string[]> s_parameters = new("parameters")
    {
        Description = "For enable and commit: NAME=VALUE, names as status shows them; times and sizes may have units",
        Arity = ArgumentArity.ZeroOrMore,
    };
    static readonly Option<bool> s_force = new("--force") { Description = "Change a module that somebody else enabled" };

    public static Command Create(Terminal terminal)
    {
        Command command = new("module", "Look at or control the kernel's modules that use DAMON")
        {
            s_module, s_action, s_parameters, s_force, KernelRoots.Modules, KernelRoots.Admin, KernelRoots.Notes,
        };
        command.SetAction(parsed => Run(parsed, terminal));
        return command;
    }

    static int Run(ParseResult parsed, Terminal terminal)
    {
        KernelModules modules = new(new KernelTree(new KernelFolder(parsed.GetValue(KernelRoots.Modules)!)));
        SysfsAdmin admin = new(new KernelTree(new KernelFolder(parsed.GetValue(KernelRoots.Admin)!)));
        ModuleControl control = new(modules, admin, new OwnershipNotes(parsed.GetValue(KernelRoots.Notes)!, new ProcFileSystem()));
        string module = parsed.GetValue(s_module)!;
        string action = parsed.GetValue(s_action)!;
        List<(string Name, string Value)> parameters = [.. parsed.GetValue(s_parameters)!.Select(Parse)];
        bool force = parsed.GetValue(s_force);
        if (parameters.Count > 0 && (action is "status" or "disable"))
        {
            throw UserErrorException.Usage($"'{action}' takes no parameters; 'commit' changes them");
        }

        switch (action)
        {
            case "enable":
                control.Enable(module, parameters);
                terminal.Say($"damon_{module} is enabled");
                break;
            case "disable":
                terminal.Say(control.Disable(module, force) ? $"damon_{module} is disabled" : $"damon_{module} was not enabled");
                break;
            case "commit":
                control.Commit(module, parameters, force);
                terminal.Say($"damon_{module} has taken its parameters");
                break;
            default:
                foreach ((string name, string? value) in modules.Read(module))
                {
                    terminal.Out.WriteLine($"{name}: {value ?? "(cannot be read)"}");
                }

                break;
        }

        return (int)ExitCode.Done;
    }

    /// <summary>The kernel takes plain numbers; which unit they have its names do not always tell.</summary>
    static (string Name, string Value) Parse(string text)
    {
        int equals = text.IndexOf('=');
        string name = equals > 0 ? text[..equals] : "";
        if (name.Length == 0 || !name.All(c => char.IsAsciiLetterOrDigit(c) || c == '_'))
        {
            throw UserErrorException.Usage($"'{text}' is no parameter; write NAME=VALUE");
        }

        if (name is "enabled" or "commit_inputs")
        {
            throw UserErrorException.Usage($"'{name}' is set by 'enable', 'disable' and 'commit'");
        }

        string value = text[(equals + 1)..];
        return (name, name switch
        {
            "min_age" or "cold_min_age" or "sample_interval" or "aggr_interval" or "wmarks_interval" or "quota_mem_pressure_us" or "aggr_interval_us" =>
                Text(Quantity.Microseconds(value, name)),
            "quota_ms" or "quota_reset_interval_ms" =>
                Text(
                    value.All(char.IsAsciiDigit) && value.Length > 0
                        ? Quantity.Integer(value, name, ulong.MaxValue)
                        : Quantity.Microseconds(value, name) / 1000),
            "quota_sz" => Text(Quantity.Bytes(value, name)),
            "monitor_region_start" or "monitor_region_end" => Text(Quantity.Address(value, name)),
            "skip_anon" => value is "Y" or "N" ? value : throw UserErrorException.Usage($"{name}: '{value}' must be Y or N"),
            _ => Text(Quantity.Integer(value, name, ulong.MaxValue)),
        });
    }

    static string Text(ulong value) => value.ToString(CultureInfo.InvariantCulture);
}

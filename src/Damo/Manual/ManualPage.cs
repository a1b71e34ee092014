using System.CommandLine;
using System.CommandLine.Help;
using System.Text;

namespace Damo.Manual;

/// <summary>A manual page of a command, made of the command's own definition. Format: man(7), roff macros.</summary>
sealed class ManualPage
{
    /// <summary>Examples of the commands that need them most.</summary>
    static readonly Dictionary<string, string[]> s_examples = new(StringComparer.Ordinal)
    {
        ["damo"] = ["damo demo", "damo record \"sleep 5\"", "damo report heatmap", "damo doctor"],
        ["damo-record"] = [
            "damo record \"python3 job.py\"",
            "damo record --include-children \"make -j4\"",
            "damo record -s 1ms -a 20ms --timeout 60 $(pidof postgres)",
            "damo record paddr",
        ],
        ["damo-report"] = ["damo report wss", "damo report heatmap --output accesses.png", "damo report html -o accesses.html"],
        ["damo-schemes"] = [
            "damo schemes --dry-run \"4K max min min 5s max pageout\" $(pidof postgres)",
            "damo schemes --replay damon.data \"2M max 5 max min max hugepage\"",
        ],
        ["damo-debugfs"] = ["damo debugfs mount", "damo debugfs run -- ./old-script"],
        ["damo-completion"] = ["source <(damo completion bash)"],
    };

    readonly Command _command;
    readonly string _path;

    ManualPage(Command command, string path)
    {
        _command = command;
        _path = path;
    }

    /// <summary>The name of the page: <c>damo-report-raw</c>.</summary>
    public string Name => _path.Replace(' ', '-');

    /// <summary>The pages of a command line: one for the program, and one for every command that is not hidden.</summary>
    public static IEnumerable<ManualPage> All(RootCommand root) => Of(root, "damo");

    static IEnumerable<ManualPage> Of(Command command, string path) =>
        [new ManualPage(command, path), .. command.Subcommands.Where(c => !c.Hidden).SelectMany(c => Of(c, $"{path} {c.Name}"))];

    /// <summary>The page.</summary>
    public string Text()
    {
        StringBuilder page = new();
        page.Append(".\\\" made of the command line's own definition\n");
        page.Append($".TH {Name.ToUpperInvariant()} 1 \"\" \"DAMON for .NET\" \"User Commands\"\n");
        Section(page, "NAME", $"{Name} \\- {Escape(_command.Description ?? "")}\n");
        Section(page, "SYNOPSIS", Synopsis());
        List<Command> commands = [.. _command.Subcommands.Where(c => !c.Hidden)];
        if (commands.Count > 0)
        {
            Section(
                page,
                "COMMANDS",
                string.Concat(
                    commands.Select(c => Item($"\\fB{Escape(c.Name)}\\fR", $"{Sentence(c.Description)} See \\fB{Escape($"{Name}-{c.Name}")}\\fR(1)."))));
        }

        List<Argument> arguments = [.. _command.Arguments.Where(a => !a.Hidden)];
        if (arguments.Count > 0)
        {
            Section(page, "ARGUMENTS", string.Concat(arguments.Select(a => Item($"\\fI{Escape(a.Name)}\\fR", Sentence(a.Description)))));
        }

        List<Option> options = [.. _command.Options.Where(o => !o.Hidden && o is not HelpOption and not VersionOption)];
        if (options.Count > 0)
        {
            Section(page, "OPTIONS", string.Concat(options.Select(o => Item(Names(o), Sentence(o.Description)))));
        }

        if (_path == "damo schemes")
        {
            foreach ((string title, string text, IReadOnlyList<(string Term, string Text)> items, IReadOnlyList<string> lines) in SchemeManual.Sections)
            {
                Section(
                    page,
                    title,
                    Escape(text) + "\n" + string.Concat(items.Select(item => Item($"\\fB{Escape(item.Term)}\\fR", Escape(item.Text)))) + Example(lines));
            }
        }

        Section(
            page,
            "EXIT STATUS",
            Item("0", "Done.")
                + Item("1", "The work failed; one line on standard error says what, where and what to do.")
                + Item("2", "The command line is wrong.")
                + Item("130", "Interrupted, after everything was closed properly."));
        if (_path is "damo record" or "damo schemes" or "damo demo" or "damo debugfs mount" or "damo debugfs run")
        {
            Section(page, "SIGNALS", Signals());
        }

        if (_path is "damo" or "damo record" or "damo schemes")
        {
            Section(page, "ENVIRONMENT", Item("\\fBDAMO_BACKEND\\fR", "Stands for \\fB\\-\\-backend\\fR where that is not given."));
            Section(page, "FILES", Item("\\fIdamon.data\\fR", "The record, unless another name is given. An existing one becomes \\fIdamon.data.old\\fR.")
                + Item("\\fIdamon.data.meta.json\\fR", "What the record's format cannot hold: intervals, ages, names of mappings, cost.")
                + Item("\\fI/run/damo\\fR", "What runs of damo hold of the kernel's DAMON and of its files."));
        }

        if (s_examples.TryGetValue(Name, out string[]? examples))
        {
            Section(page, "EXAMPLES", string.Concat(examples.Select(line => Example([line]))));
        }

        IEnumerable<string> others = _path == "damo"
            ? commands.Select(c => $"damo-{c.Name}")
            : [.. _path.Split(' ').Length > 2 ? [Name[..Name.LastIndexOf('-')]] : (string[])[], "damo"];
        Section(page, "SEE ALSO", string.Join(", ", others.Distinct(StringComparer.Ordinal).Select(name => $"\\fB{Escape(name)}\\fR(1)")) + "\n");
        return page.ToString();
    }

    string Signals() => _path switch
    {
        "damo debugfs run" =>
            Item("TERM, HUP", "Passed on to the command, whose end decides.") + Item("INT, QUIT", "Left to the command: a terminal sends them to it, too."),
        "damo debugfs mount" => Item("INT, TERM, HUP", "End the monitoring, and unmount. HUP stays ignored under nohup."),
        _ =>
            Item(
                "INT, TERM, HUP",
                "End the run in good order (130, 143, 129), and with it the command that it started; INT also in the background of a script. HUP stays ignored "
                    + "under nohup."),
    } + ".PP\nThe others do what they do by default; docs/signals.md has the whole table.\n";

    string Synopsis()
    {
        StringBuilder line = new($"\\fB{Escape(_path)}\\fR");
        if (_command.Options.Any(o => !o.Hidden))
        {
            line.Append(" [\\fIoption\\fR ...]");
        }

        if (_command.Subcommands.Any(c => !c.Hidden))
        {
            line.Append(" \\fIcommand\\fR");
        }

        foreach (Argument argument in _command.Arguments.Where(a => !a.Hidden))
        {
            string name = $"\\fI{Escape(argument.Name)}\\fR{(argument.Arity.MaximumNumberOfValues > 1 ? " ..." : "")}";
            line.Append(argument.Arity.MinimumNumberOfValues == 0 ? $" [{name}]" : $" {name}");
        }

        return line.Append('\n').ToString();
    }

    static string Names(Option option)
    {
        string names = string.Join(
            ", ",
            ((IEnumerable<string>)[.. option.Aliases, option.Name]).Distinct(StringComparer.Ordinal)
                .OrderBy(name => name.Length)
                .Select(name => $"\\fB{Escape(name)}\\fR"));
        bool hasValue = option.ValueType != typeof(bool);
        return hasValue ? $"{names} \\fI{Escape(option.HelpName ?? "value")}\\fR" : names;
    }

    static string Example(IReadOnlyList<string> lines) => lines.Count == 0 ? "" : $".PP\n.nf\n{string.Concat(lines.Select(line => Escape(line) + "\n"))}.fi\n";

    static void Section(StringBuilder page, string title, string text) => page.Append($".SH {title}\n{text}");

    static string Item(string term, string text) => $".TP\n{term}\n{text}\n";

    static string Sentence(string? text)
    {
        string escaped = Escape(text ?? "");
        return escaped.Length == 0 || escaped.EndsWith('.') ? escaped : escaped + ".";
    }

    /// <summary>Text that roff takes as it is: no commands at the start of a line, and hyphens that can be copied.</summary>
    static string Escape(string text)
    {
        StringBuilder escaped = new();
        foreach (char c in text.ReplaceLineEndings(" "))
        {
            _ = c switch
            {
                '\\' => escaped.Append("\\e"),
                '-' => escaped.Append("\\-"),
                '"' => escaped.Append("\\(dq"),
                '\'' => escaped.Append("\\(aq"),
                '.' when escaped.Length == 0 => escaped.Append("\\&."),
                _ => escaped.Append(c),
            };
        }

        return escaped.ToString();
    }
}

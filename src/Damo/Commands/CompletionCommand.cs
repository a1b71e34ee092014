using System.CommandLine;
using Damo.CommandLine;

namespace Damo.Commands;

/// <summary><c>damo completion</c>: what a shell needs to complete command lines. The scripts ask this program each time, so they never get old.</summary>
static class CompletionCommand
{
    const string Bash = """
        # Completion of damo for bash: source this, or put it into /usr/share/bash-completion/completions/damo.
        _damo() {
            local current=${COMP_WORDS[COMP_CWORD]} IFS=$'\n'
            COMPREPLY=($(compgen -W "$("${COMP_WORDS[0]}" "[suggest:$COMP_POINT]" "$COMP_LINE" 2>/dev/null | grep -v -e '^/' -e '^-?$')" -- "$current"))
        }
        complete -o bashdefault -o default -F _damo damo
        """;

    const string Zsh = """
        #compdef damo
        # Completion of damo for zsh: put this as _damo into a folder of $fpath, or source it behind compinit.
        _damo() {
            local -a found
            found=(${(f)"$(${words[1]} "[suggest:${#${(j: :)words[1,CURRENT]}}]" "${(j: :)words[1,CURRENT]}" 2>/dev/null | grep -v -e '^/' -e '^-?$')"})
            if (( $#found )); then compadd -a found; else _files; fi
        }
        if [ "$funcstack[1]" = _damo ]; then _damo "$@"; else compdef _damo damo; fi
        """;

    const string Fish = """
        # Completion of damo for fish: put this into /usr/share/fish/vendor_completions.d/damo.fish.
        function __damo_complete
            set -l line (commandline -cp)
            damo "[suggest:"(string length -- "$line")"]" "$line" 2>/dev/null | string match -v -r '^/|^-\?$'
        end
        complete -c damo -a '(__damo_complete)'
        """;

    static readonly Argument<string> s_shell = new Argument<string>("shell") { Description = "bash, zsh or fish" }.AcceptOnlyFromAmong("bash", "zsh", "fish");

    public static Command Create(Terminal terminal)
    {
        Command command = new("completion", "Print the script that lets a shell complete command lines: source <(damo completion bash)") { s_shell };
        command.SetAction(parsed =>
        {
            terminal.Out.WriteLine(parsed.GetValue(s_shell) switch { "bash" => Bash, "zsh" => Zsh, _ => Fish });
            return (int)ExitCode.Done;
        });
        return command;
    }
}

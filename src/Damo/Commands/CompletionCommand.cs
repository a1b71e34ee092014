using System.CommandLine;
using Damo.CommandLine;

namespace Damo.Commands;

/// <summary>
/// <c>damo completion</c>: what a shell needs to complete command lines. The scripts ask <see cref="CompleteCommand"/> each time, so they never get old.
/// </summary>
static class CompletionCommand
{
    const string Bash = """
        # Completion of damo for bash: source this, or put it into /usr/share/bash-completion/completions/damo.
        _damo() {
            # Bash cuts words at = and :, too. What stands without a space between is one word again, and only its last piece is replaced.
            local words=() starts=() before= rest=$COMP_LINE i piece
            for ((i = 0; i <= COMP_CWORD; i++)); do
                piece=${COMP_WORDS[i]}
                if [[ $i -gt 0 && -n $piece && $rest == "$piece"* ]]; then
                    before=${words[-1]}
                    words[-1]+=$piece
                else
                    before= rest=${rest#"${rest%%[![:space:]]*}"}
                    words+=("$piece") starts+=("$i")
                fi
                rest=${rest#"$piece"}
            done
            # What stands behind the cursor does not count.
            local behind=$((${#COMP_LINE} - ${#rest} - COMP_POINT)) current=${words[-1]}
            if ((behind > 0 && behind <= ${#current})); then current=${current:0:${#current}-behind}; fi
            words[-1]=$current
            piece=${current#"$before"}
            case $piece in [=:]) before+=$piece piece= ;; esac

            local lines IFS=$'\n'
            mapfile -t lines < <("${words[0]/#\~/$HOME}" complete -- "${words[@]:1}" 2>/dev/null)
            COMPREPLY=()
            case ${lines[0]-} in
                files) mapfile -t COMPREPLY < <(compgen -f -- "$piece"); compopt -o filenames 2>/dev/null ;;
                folders) mapfile -t COMPREPLY < <(compgen -d -- "$piece"); compopt -o filenames 2>/dev/null ;;
                "command "*)
                    i=${lines[0]#command }
                    if declare -F _comp_command_offset >/dev/null; then IFS=$' \t\n' _comp_command_offset "${starts[i + 1]}"
                    elif declare -F _command_offset >/dev/null; then IFS=$' \t\n' _command_offset "${starts[i + 1]}"
                    elif ((i + 2 == ${#words[@]})); then mapfile -t COMPREPLY < <(compgen -c -- "$piece")
                    else mapfile -t COMPREPLY < <(compgen -f -- "$piece"); compopt -o filenames 2>/dev/null
                    fi ;;
            esac
            for piece in "${lines[@]:1}"; do
                piece=${piece%%$'\t'*}
                COMPREPLY+=("${piece#"$before"}")
            done
        }
        complete -F _damo damo
        """;

    const string Zsh = """
        #compdef damo
        # Completion of damo for zsh: put this as _damo into a folder of $fpath, or source it behind compinit.
        _damo() {
            local -a lines found
            local line
            lines=("${(@f)$(${words[1]/#\~/$HOME} complete -- "${(@Q)words[2,CURRENT-1]}" "$PREFIX" 2>/dev/null)}")
            for line in "${(@)lines[2,-1]}"; do
                # A colon would end the word.
                if [[ $line = *$'\t'* ]]; then found+=("${${line%%$'\t'*}//:/\\:}:${line#*$'\t'}"); else found+=("${line//:/\\:}"); fi
            done
            (( $#found )) && _describe -V damo found
            case $lines[1] in
                files) compset -P '-*='; _files ;;
                folders) compset -P '-*='; _files -/ ;;
                command\ *)
                    # The word of the program is number 1 here, and the first one behind it is 0 there.
                    shift $(( ${lines[1]#command } + 1 )) words
                    (( CURRENT -= ${lines[1]#command } + 1 ))
                    _normal ;;
            esac
        }
        if [ "$funcstack[1]" = _damo ]; then _damo "$@"; else compdef _damo damo; fi
        """;

    const string Fish = """
        # Completion of damo for fish: put this into /usr/share/fish/vendor_completions.d/damo.fish.
        function __damo_complete
            set -l words (commandline -opc)
            set -l current (commandline -ct)
            set -l lines ($words[1] complete -- $words[2..-1] "$current" 2>/dev/null)
            set -l option (string match -r -- '^-[^=]*=' "$current")
            set -l path (string replace -r -- '^-[^=]*=' '' "$current")
            switch "$lines[1]"
                case files
                    string replace -r -- '^' "$option" (__fish_complete_path "$path")
                case folders
                    string replace -r -- '^' "$option" (__fish_complete_directories "$path" '')
                case 'command *'
                    set -l first (math (string replace 'command ' '' $lines[1]) + 2)
                    set -l own
                    test $first -le (count $words); and set own (string escape -- $words[$first..-1])
                    complete -C (string join ' ' -- $own "$current")
            end
            string join \n -- $lines[2..-1]
        end
        complete -c damo -f -a '(__damo_complete)'
        """;

    static readonly Argument<string> s_shell = new Argument<string>("shell") { Description = "bash, zsh or fish" }.AcceptOnly("bash", "zsh", "fish");

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

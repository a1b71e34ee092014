using Damon.Linux.Tests;

namespace Damo.SystemTests;

/// <summary>The scripts of <c>damo completion</c>, in the shells they are for.</summary>
public sealed class ShellCompletionTests : IDisposable
{
    readonly TemporaryFolder _folder = new();

    public ShellCompletionTests()
    {
        _folder.Write("a record.data", "");
        _folder.Write("other.data", "");
        Directory.CreateDirectory(_folder.File("orders"));
    }

    public void Dispose() => _folder.Dispose();

    // As bash cuts it: the words, | before the one at the cursor.
    [Theory]
    [InlineData("damo record --backend ", "damo record --backend |", "auto engine sysfs debugfs")]
    [InlineData("damo record --backend=e", "damo record --backend = |e", "engine")]
    [InlineData("damo record --backend=", "damo record --backend |=", "auto engine sysfs debugfs")]
    [InlineData("damo record -r 1:2 --op", "damo record -r 1 : 2 |--op", "--ops")]
    [InlineData("damo report r", "damo report |r", "raw record-info")]
    [InlineData("damo report access --style recency-", "damo report access --style |recency-", "recency-sz-hist recency-percentiles")]
    [InlineData("damo report raw -i o", "damo report raw -i |o", "orders other.data")]
    [InlineData("damo report raw --input=oth", "damo report raw --input = |oth", "other.data")]
    [InlineData("damo debugfs mount o", "damo debugfs mount |o", "orders")]
    [InlineData("damo record -- printen", "damo record -- |printen", "printenv")]
    [InlineData("damo record -- cat oth", "damo record -- cat |oth", "other.data")]
    public void Bash(string line, string words, string expected) =>
        Assert.Equal(expected.Split(' ').Order(StringComparer.Ordinal), BashReply(line, line.Length, words));

    [Fact]
    public void Bash_completes_the_word_at_the_cursor()
    {
        Assert.Equal(["record"], BashReply("damo rec --timeout 1", 8, "damo |rec --timeout 1"));
        Assert.Equal(["engine"], BashReply("damo record --backend exyz 1", "damo record --backend e".Length, "damo record --backend |exyz 1"));
    }

    [Fact]
    public void Bash_keeps_names_with_spaces_whole() => Assert.Equal(["a record.data"], BashReply("damo report raw -i a", 20, "damo report raw -i |a"));

    [Fact]
    public void Bash_has_the_processes() =>
        Assert.Contains($"{Environment.ProcessId}", BashReply("damo record --target_pid ", 25, "damo record --target_pid |"));

    [Fact]
    public void Zsh()
    {
        SkipWithout("zsh");
        (string Line, string Expected)[] lines =
        [
            ("damo record --backend en", "damo record --backend engine "),
            ("damo record --backend=deb", "damo record --backend=debugfs "),
            ("damo report ra", "damo report raw "),
            ("damo report raw -i ot", "damo report raw -i other.data "),
            ("damo report raw --input=ot", "damo report raw --input=other.data "),
            ("damo debugfs mount o", "damo debugfs mount orders/"),
            ("damo record -- printen", "damo record -- printenv "),
            ("damo record -- cat ot", "damo record -- cat other.data "),
            ("damo report access --style simp", "damo report access --style simple-boxes "),
            ("damo record --target_p", "damo record --target_pid "),
        ];

        // A terminal of its own, in which each line is typed, completed, and written down by a key.
        string output = Run("zsh -f", $$"""
            zmodload zsh/zpty
            zpty -b z "PS1= zsh -f -i"
            zpty -w z 'autoload -U compinit; compinit -u -D; source <(damo completion zsh); show() { print -r -- "$BUFFER" >>buffers; BUFFER= }; zle -N show; bindkey "^X" show; print ready >>buffers'
            await() { repeat 200; do [[ -e buffers && $(wc -l <buffers) -ge $1 ]] && return; sleep 0.1; done; }
            await 1
            count=1
            while read -r line; do
                zpty -n -w z "$line"$'\t\x18'
                await $((++count))
            done <<'LINES'
            {{string.Join('\n', lines.Select(l => l.Line))}}
            LINES
            cat buffers
            zpty -n -w z $'damo report r\t'
            sleep 2
            while zpty -r -t z text; do print -r -- "$text"; done
            zpty -d z
            """);

        string[] said = output.Split('\n');
        Assert.Equal(lines.Select(l => l.Expected).Prepend("ready"), said.Take(lines.Length + 1));
        Assert.Contains(said.Skip(lines.Length + 1), l => l.Contains("-- Print every region of every snapshot", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("damo record --backend ", "auto|debugfs|engine|sysfs")]
    [InlineData("damo record --backend=e", "--backend=engine")]
    [InlineData("damo report ra", "raw\tPrint every region of every snapshot")]
    [InlineData("damo report access --style simp", "simple-boxes")]
    [InlineData("damo report raw -i oth", "other.data")]
    [InlineData("damo report raw --input=oth", "--input=other.data")]
    [InlineData("damo debugfs mount ord", "orders/")]
    [InlineData("damo record -- cat oth", "other.data")]
    public void Fish(string line, string expected)
    {
        SkipWithout("fish");
        string output = Run("fish --no-config", $"damo completion fish | source\ncomplete -C '{line}'\n");
        Assert.Equal(
            expected.Split('|'),
            output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(l => expected.Contains('\t', StringComparison.Ordinal) ? l : l.Split('\t')[0]));
    }

    [Fact]
    public void Fish_has_the_processes_with_their_names()
    {
        SkipWithout("fish");
        string name = File.ReadLines("/proc/self/status").First()["Name:".Length..].Trim();
        Assert.Contains($"{Environment.ProcessId}\t{name}\n", Run("fish --no-config", "damo completion fish | source\ncomplete -C 'damo record '\n"));
    }

    string[] BashReply(string line, int cursor, string words)
    {
        string[] cut = words.Split(' ');
        int current = Array.FindIndex(cut, w => w.StartsWith('|'));
        cut[current] = cut[current][1..];
        string output = Run("bash", $$"""
            . <(damo completion bash)
            COMP_LINE='{{line}}' COMP_POINT={{cursor}} COMP_WORDS=({{string.Join(' ', cut.Select(w => $"'{w}'"))}}) COMP_CWORD={{current}}
            _damo
            printf '%s\n' "${COMPREPLY[@]}"
            """);
        return [.. output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Distinct().Order(StringComparer.Ordinal)];
    }

    /// <summary>What a script writes that finds damo as users do, in a folder with some files.</summary>
    string Run(string shell, string script)
    {
        string file = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName());
        File.WriteAllText(file, script);
        try
        {
            using DamoRun run = DamoRun.StartShell(_folder.Path, $"export HOME=/nonexistent PATH=\"$(dirname \"$DAMO\"):$PATH\"; exec {shell} {file}");
            run.WaitForEnd(0);
            return run.Output;
        }
        finally
        {
            File.Delete(file);
        }
    }

    static void SkipWithout(string shell) =>
        Assert.SkipUnless(
            (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':').Any(folder => File.Exists(Path.Combine(folder, shell))),
            $"there is no {shell}");
}

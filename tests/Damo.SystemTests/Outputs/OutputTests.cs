using Damon.Linux.Native;
using Damon.Linux.Tests;
using Damon.Linux.Tests.Targets;

namespace Damo.SystemTests.Outputs;

public sealed class OutputTests : IDisposable
{
    /// <summary>More than the runtime itself needs for files in memory, less than what is written.</summary>
    const string SmallFiles = "export DOTNET_EnableWriteXorExecute=0; ";

    readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    string At(string name) => Path.Combine(_folder.Path, name);

    DamoRun Shell(int exitCode, string script)
    {
        DamoRun run = DamoRun.StartShell(_folder.Path, script);
        run.WaitForEnd(exitCode);
        return run;
    }

    string[] Names() => [.. Directory.EnumerateFileSystemEntries(_folder.Path).Select(p => Path.GetFileName(p)).Order(StringComparer.Ordinal)];

    [Fact]
    public void A_device_as_output_is_written_into_and_stays_a_device()
    {
        Assert.SkipUnless(LibC.geteuid() == 0, "needs root, to make devices in a mount namespace of its own");
        using DamoRun run = Shell(0, """
            exec unshare -m sh -c '
                mkdir dev && mount -t tmpfs -o mode=0755 tmpfs dev && mknod dev/null c 1 3 && mknod dev/full c 1 7 && ln -s null dev/link || exit 99
                $DAMO demo --simulated -t 3s -o rec >log 2>&1 || exit 98
                i=0
                for command in "convert rec dev/null" "convert rec dev/link" "adjust 1s --skip 0 -i rec -o dev/null" "report html -i rec -o dev/null" \
                    "report html -i rec -o dev/link" "demo --simulated -t 1s -o dev/null" "record -o dev/null --timeout 1 $$" "record -o dev/link --timeout 1 $$"; do
                    i=$((i + 1))
                    $DAMO $command >>log 2>&1 </dev/null || { echo "failed: $command"; cat log; exit 97; }
                    test -c dev/null && test -L dev/link && test "$(ls dev | tr "\n" " ")" = "full link null " || { echo "changed by: $command"; ls -l dev; exit 96; }
                done
                echo $i commands
                for command in "convert rec dev/full" "report html -i rec -o dev/full"; do
                    $DAMO $command 2>said && exit 95
                    test -c dev/full && grep -q "^damo: .dev/full. cannot be written: No space left on device$" said || { cat said; exit 94; }
                done'
            """);
        Assert.Contains("8 commands", run.Output);
    }

    [Fact]
    public void Standard_output_takes_records_and_pages_by_each_of_its_names()
    {
        using DamoRun run = Shell(0, """
            set -e
            $DAMO demo --simulated -t 3s -o rec >/dev/null
            for out in - /dev/stdout /dev/fd/1 /proc/self/fd/1; do
                $DAMO convert rec $out --format json | cmp - one.json 2>/dev/null || { test $out = - && $DAMO convert rec one.json; }
                $DAMO report html -i rec -o $out | grep -q "</html>"
                $DAMO record -o $out -s 1000 -a 10000 "echo of the command; sleep 0.3" 2>said | cat >piped
                $DAMO report raw -i piped >raw 2>said
                test ! -s said && grep -q "^rel time:" raw
            done
            test -L /dev/stdout
            ls -A
            """);
        Assert.Equal("one.json\none.json.meta.json\npiped\nraw\nrec\nrec.meta.json\nsaid\n", run.Output.Replace("\r", "", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("convert rec out.json")]
    [InlineData("report html -i rec -o out.html")]
    [InlineData("report heatmap -i rec --output out.svg")]
    [InlineData("report heatmap -i rec --output out.pdf")]
    [InlineData("report heatmap -i rec --output out.png --resol 600 600")]
    [InlineData("report heatmap -i rec --output out.jpeg --resol 600 600")]
    [InlineData("report raw -i rec >out")]
    public void The_limit_of_the_file_size_and_a_full_disk_are_one_line_each_and_nothing_is_left(string command)
    {
        Assert.SkipUnless(LibC.geteuid() == 0, "needs root, to mount a small file system");
        using DamoRun run = Shell(0, SmallFiles + $$"""
            $DAMO demo --simulated -t 10s -o rec >/dev/null || exit 99
            (ulimit -f 2; eval "$DAMO {{command}}") 2>said
            code=$?
            test $code = 1 && test $(wc -l <said) = 1 && grep -q "File too large" said || { echo "limit: $code"; cat said; exit 98; }
            rm -f out
            ls -A
            exec unshare -m sh -c '
                mkdir full && mount -t tmpfs -o size=12k tmpfs full && cd full && head -c 8192 /dev/zero >filler && ln -s ../rec . || exit 97
                eval "$DAMO {{command}}" 2>../said
                code=$?
                test $code = 1 && test $(wc -l <../said) = 1 && grep -q "No space left on device" ../said || { echo "disk: $code"; cat ../said; exit 96; }
                rm -f out
                ls -A'
            """);
        Assert.Equal("rec\nrec.meta.json\nsaid\nfiller\nrec\n", run.Output);
    }

    /// <summary>Not even the note by which it is found has room then.</summary>
    [Fact]
    public void A_run_that_writes_no_file_works_where_no_file_may_be_written()
    {
        using TargetProcess target = TargetProcess.Start();
        using DamoRun run = Shell(
            0,
            $"ulimit -f 0; $DAMO schemes --notes-root notes --timeout 1 '4K max min min min max stat' {target.Pid} 2>&1 | cat >&2; ls -A notes");
        Assert.Equal("", run.Output);
        Assert.DoesNotContain("unexpected failure", run.Errors, StringComparison.Ordinal);
        Assert.Contains(" snapshots in ", run.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public void Of_two_recordings_at_one_name_the_second_is_refused_and_the_first_is_whole()
    {
        foreach (string format in (string[])["binary", "json"])
        {
            using TargetProcess target = TargetProcess.Start();
            using DamoRun first = DamoRun.Start(_folder.Path, "record", "--format", format, "-o", "x", $"{target.Pid}");
            first.WaitForSnapshots(At(format == "json" ? "x.journal" : "x"));
            using DamoRun second = DamoRun.Run(1, _folder.Path, "record", "--format", format, "-o", "x", "touch started");
            second.AssertOneLine("cannot be written: another run of damo is writing it");
            target.Kill();
            first.WaitForEnd(0);
            using DamoRun report = DamoRun.Run(0, _folder.Path, "report", "raw", "-i", "x");
            Assert.Contains(
                target.Pid.ToString(System.Globalization.CultureInfo.InvariantCulture),
                report.Output.Split('\n').First(l => l.StartsWith("pid:", StringComparison.Ordinal)));
            Assert.False(File.Exists(At("started")));
        }

        // The binary one became old when the other was whole.
        Assert.Equal(["x", "x.meta.json", "x.meta.json.old", "x.old"], Names());
    }

    [Fact]
    public void A_run_that_records_nothing_takes_no_good_records_place()
    {
        foreach (string format in (string[])["binary", "json"])
        {
            File.WriteAllText(At("x"), "good");
            for (int i = 0; i < 2; i++)
            {
                using DamoRun run = DamoRun.Run(1, _folder.Path, "record", "--format", format, "-a", "10s", "-o", "x", "true");
                Assert.Contains("x' is left as it was", run.SaidLines()[^1]);
            }

            Assert.Equal(["x"], Names());
            Assert.Equal("good", File.ReadAllText(At("x")));
        }
    }

    [Fact]
    public void A_run_that_is_killed_before_its_first_snapshot_leaves_what_was_there_and_nothing_else()
    {
        File.WriteAllText(At("x"), "good");
        using TargetProcess target = TargetProcess.Start();
        using DamoRun run = DamoRun.Start(_folder.Path, "record", "-s", "1s", "-a", "100s", "-o", "x", $"{target.Pid}");
        run.WaitForStart();
        run.Signal(LibC.SIGKILL);
        run.WaitForEnd(137);
        Assert.Equal(["x"], Names());
        Assert.Equal("good", File.ReadAllText(At("x")));
    }

    [Fact]
    public void Nothing_is_written_to_what_another_user_put_into_a_sticky_folder()
    {
        Assert.SkipUnless(LibC.geteuid() == 0, "needs root, to be another user too");
        using DamoRun run = Shell(0, """
            set -e
            $DAMO demo --simulated -t 3s -o rec >/dev/null
            echo precious >precious; chmod 600 precious; mkdir -m 1777 s; chmod 755 .; p=$PWD
            setpriv --reuid 65534 --regid 65534 --clear-groups sh -c "cd s; for n in page rec rec.meta.json rec.old rec.meta.json.old rec.journal ok.meta.json; do ln -s $p/precious \$n; done; mkfifo pipe"
            refuse() { "$@" 2>said && exit 90; grep -q "another user" said || { cat said; exit 91; }; }
            refuse $DAMO report html -i rec -o s/page
            refuse $DAMO report html -i rec -o s/pipe
            refuse $DAMO convert rec s/rec
            refuse $DAMO record -o s/rec "sleep 0.5"
            refuse $DAMO record -o s/pipe "sleep 0.5"
            refuse $DAMO record --format json -o s/rec "sleep 0.5"
            $DAMO convert rec s/ok
            cmp rec s/ok && test ! -L s/ok.meta.json && test "$(stat -c %U:%a s/ok s/ok.meta.json | sort -u)" = root:600
            cat precious; stat -c %a precious
            """);
        Assert.Equal("precious\n600\n", run.Output);
    }
}

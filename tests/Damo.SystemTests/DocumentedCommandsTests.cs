using System.Globalization;
using System.Text.RegularExpressions;
using Damon.Linux.Native;
using Damon.Linux.Tests;
using Damon.Linux.Tests.Targets;
using Damon.Tests.Shared;

namespace Damo.SystemTests;

/// <summary>Runs every command line of damo that the documents show, with processes and files of the test in the place of the reader's.</summary>
public sealed partial class DocumentedCommandsTests : IDisposable
{
    readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    /// <summary>The lines of code blocks that are command lines of damo, each once.</summary>
    public static TheoryData<string, string> Lines()
    {
        string root = Repository.Root;
        TheoryData<string, string> lines = [];
        HashSet<string> seen = [];
        foreach (string file in (string[])[
            Path.Combine(root, "README.md"),
            .. Directory.GetFiles(Path.Combine(root, "docs"), "*.md").Order(StringComparer.Ordinal),
        ])
        {
            bool isCode = false;
            foreach (string line in File.ReadLines(file))
            {
                isCode ^= line.StartsWith("```", StringComparison.Ordinal);
                if ((isCode || line.StartsWith("    ", StringComparison.Ordinal))
                    && CommandLine().Match(line) is { Success: true } match
                    && seen.Add(match.Groups["line"].Value))
                {
                    lines.Add(Path.GetFileName(file), match.Groups["line"].Value);
                }
            }
        }

        return lines;
    }

    [Theory]
    [MemberData(nameof(Lines))]
    public void A_command_line_of_the_documents_works(string document, string line)
    {
        Assert.NotEmpty(document);
        Assert.SkipUnless(LibC.geteuid() == 0 && File.Exists("/dev/fuse"), "most of them need root and /dev/fuse");
        using TargetProcess target = TargetProcess.Start();
        string pid = target.Pid.ToString(CultureInfo.InvariantCulture);
        Program("damo", $"exec '{DamoRun.Binary}' \"$@\"");
        Program("pidof", $"echo {pid}");
        foreach (string name in (string[])["make", "python3", "my-program", "old-script"])
        {
            Program(name, name == "old-script" ? "cat /sys/kernel/debug/damon/attrs" : "sleep 1");
        }

        File.WriteAllText(_folder.File("my.schemes"), "4K max min min 2s max stat\n");
        if (NeedsRecord().IsMatch(line))
        {
            // More than the 20 snapshots that some reports drop, and a second to add up.
            using DamoRun record = DamoRun.Run(0, _folder.Path, "record", "--timeout", "4", pid);
        }

        string command = line;
        (string Said, string Run)[] places =
        [
            ("./", $"{_folder.Path}/"), ("1234", pid), ("FILE", "my.schemes"), ("TARGET", pid),

            // One node is what every machine has.
            ("--numa_node 0 1", "--numa_node 0"),

            // The kernel's own DAMON is not the tests'; tests/vm/suite runs these for real.
            ("--backend sysfs", $"--sysfs-root {_folder.Path}/none --backend sysfs"),
            ("--backend debugfs --debugfs /sys/kernel/debug", $"--backend debugfs --debugfs {_folder.Path}"),

            ("damo demo", "damo demo --time 3"),

            // Others' memory is only counted.
            ("-r \"4G-5G\" paddr", "-r \"4G-5G\" --dry-run paddr"),

            // What is mounted is to be seen here only, and gone at the end.
            ("damo debugfs mount", "unshare -m sh -c 'damo debugfs mount && damo debugfs umount'"),
        ];
        foreach ((string said, string run) in places)
        {
            command = command.Replace(said, run, StringComparison.Ordinal);
        }

        if (command.StartsWith("damo debugfs umount", StringComparison.Ordinal))
        {
            command = "unshare -m sh -c 'damo debugfs mount && damo debugfs umount'";
        }

        if (!line.Contains("--replay", StringComparison.Ordinal) && !line.Contains("--timeout", StringComparison.Ordinal))
        {
            command = Monitoring().Replace(command, "$0 --timeout 2");
        }

        bool isKernels = line.Contains("--backend", StringComparison.Ordinal);
        using DamoRun shell = DamoRun.StartShell(_folder.Path, $"export PATH='{_folder.Path}':\"$PATH\"; {command}");
        shell.WaitForEnd(isKernels ? 1 : 0);
        if (isKernels)
        {
            Assert.Contains(" cannot be used: no '", shell.Errors, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void There_are_command_lines_in_the_documents() => Assert.InRange(Lines().Count, 30, 1000);

    void Program(string name, string script)
    {
        string path = _folder.File(name);
        File.WriteAllText(path, $"#!/bin/sh\n{script}\n");
        File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
    }

    [GeneratedRegex(@"^\s*(\$ )?(sudo )?(\./)?(?<line>damo\s.*?\S)(\s+#.*)?\s*$", RegexOptions.ExplicitCapture)]
    private static partial Regex CommandLine();

    [GeneratedRegex(@"\bdamo (report|adjust|convert|advise|validate)|--replay", RegexOptions.ExplicitCapture)]
    private static partial Regex NeedsRecord();

    [GeneratedRegex(@"\bdamo (record|schemes)(?= )", RegexOptions.ExplicitCapture)]
    private static partial Regex Monitoring();
}

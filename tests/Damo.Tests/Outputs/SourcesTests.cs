using System.Text.RegularExpressions;
using Damon.Tests.Shared;

namespace Damo.Tests.Outputs;

/// <summary>A file that is opened for writing by its name, whoever that name belongs to, is opened in one room alone.</summary>
public sealed partial class SourcesTests
{
    /// <summary>What may do it elsewhere, and why.</summary>
    static readonly Dictionary<string, string> s_exceptions = new(StringComparer.Ordinal)
    {
        ["src/Damon/Records/RecordFile.cs"] = "the library that knows no Linux makes new files only (O_EXCL), for their owner",
        ["src/Damon/Records/Series/Spool.cs"] = "the same: a new file of a random name that is removed at once",
        ["src/Damon.Linux/AccessChecks/ClearRefsFile.cs"] = "a file of the kernel, in /proc",
        ["src/Damon.Linux/AccessChecks/PageIdleBitmap.cs"] = "a file of the kernel, in sysfs",
        ["src/Damon.Linux/Fuse/FuseDevice.cs"] = "/dev/fuse",
        ["src/Damon.Linux/KernelDamon/Files/KernelFolder.cs"] = "files of the kernel's DAMON, of its tracing and of its modules",
        ["src/Damon.Linux/Processes/SpawnedProcess.cs"] = "/dev/null, for another process",
        ["src/Damo/CommandLine/StandardStreams.cs"] = "/dev/null, in place of a standard stream that is closed",
        ["src/Damo/DebugFs/BackgroundMount.cs"] = "/dev/null, where there can be no log",
        ["src/Damo/Workloads/SharedMemory.cs"] = "memory without a name of another process of this program",
        ["src/Damo/DebugFs/PrivateDebugFs.cs"] = "mount points in a file system in memory, in a mount namespace of its own",
    };

    const string Room = "src/Damon.Linux/Outputs/";

    /// <summary>Constants of the C library and what calls it.</summary>
    const string Native = "src/Damon.Linux/Native/";

    [GeneratedRegex(@"\bFile\.(Create|CreateText|Copy|Move|Replace|OpenWrite|WriteAll\w*|Append\w+|SetUnixFileMode|CreateSymbolicLink)\(|\bFileMode\.(Create|CreateNew|OpenOrCreate|Append|Truncate)\b"
        + @"|\bSetUnixFileMode\(|\.(MoveTo|CopyTo)\([^)]*overwrite|\.MoveTo\(|\bnew StreamWriter\((?!new )|\bLibC\.O_(CREAT|TRUNC|TMPFILE|WRONLY|RDWR)\b|\bFileMode\.Open, FileAccess\.(Write|ReadWrite)\b|\bUnixCreateMode\b|\bDeleteOnClose\b")]
    private static partial Regex Writing();

    [GeneratedRegex(@"\s+")]
    private static partial Regex Blanks();

    static IEnumerable<(string File, string Code)> Found()
    {
        foreach (string path in Directory.EnumerateFiles(Path.Combine(Repository.Root, "src"), "*.cs", SearchOption.AllDirectories)
            .Order(StringComparer.Ordinal))
        {
            string file = Path.GetRelativePath(Repository.Root, path);
            if (file.StartsWith(Room, StringComparison.Ordinal) || file.StartsWith(Native, StringComparison.Ordinal))
            {
                continue;
            }

            // Calls may be broken into lines.
            string text = Blanks().Replace(File.ReadAllText(path), " ").Replace("( ", "(", StringComparison.Ordinal);
            foreach (Match match in Writing().Matches(text))
            {
                yield return (file, match.Value);
            }
        }
    }

    [Fact]
    public void No_file_is_opened_for_writing_outside_the_room_for_outputs() =>
        Assert.Equal([], Found().Where(found => !s_exceptions.ContainsKey(found.File)).Select(found => $"{found.File}: {found.Code}"));

    [Fact]
    public void Every_listed_exception_still_opens_a_file() =>
        Assert.Equal(s_exceptions.Keys.Order(StringComparer.Ordinal), Found().Select(found => found.File).Distinct().Order(StringComparer.Ordinal));

    [Theory]
    [InlineData("using FileStream file = new(path, FileMode.Create, FileAccess.Write);")]
    [InlineData("File.WriteAllText(path, text);")]
    [InlineData("File.Move(from, to, overwrite: true);")]
    [InlineData("File.SetUnixFileMode(path, mode);")]
    [InlineData("int fd = LibC.open(path, LibC.O_WRONLY | LibC.O_CREAT);")]
    [InlineData("using StreamWriter writer = new StreamWriter(path);")]
    [InlineData("file.MoveTo(path);")]
    public void Lines_of_source_that_open_a_file_for_writing_are_recognised(string line) => Assert.Matches(Writing(), line);
}

using Damon.Linux.Native;
using Damon.Linux.Tests;

namespace Damo.SystemTests;

/// <summary>Users who got the capabilities that doctor names, and places where capabilities do not count.</summary>
public sealed class CapabilitiesTests : IDisposable
{
    const uint Nobody = 65534;

    readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_program_with_the_capabilities_of_its_file_sees_what_root_sees()
    {
        Assert.SkipUnless(LibC.geteuid() == 0 && File.Exists("/usr/sbin/setcap"), "needs root and setcap");
        string tool = Copy();
        using DamoRun user = DamoRun.StartAs(Nobody, tool, _folder.Path, "doctor");
        user.WaitForEnd(0);
        string line = Assert.Single(user.Output.Split('\n'), static l => l.Contains("sudo setcap ", StringComparison.Ordinal));
        string command = line[line.IndexOf("setcap ", StringComparison.Ordinal)..];
        Assert.EndsWith($"+ep {tool}", command, StringComparison.Ordinal);
        using DamoRun set = DamoRun.StartShell(_folder.Path, command);
        set.WaitForEnd(0);

        using DamoRun root = DamoRun.Run(0, _folder.Path, "doctor");
        using DamoRun capable = DamoRun.StartAs(Nobody, tool, _folder.Path, "doctor");
        capable.WaitForEnd(0);
        foreach (string check in (string[])["capabilities", "page-table", "clear-refs"])
        {
            Assert.Equal(Mark(root.Output, check), Mark(capable.Output, check));
        }

        Assert.Equal("yes", Mark(capable.Output, "capabilities"));
        Assert.Equal("", capable.Errors);
        using DamoRun record = DamoRun.StartAs(Nobody, tool, _folder.Path, "record", "--backend", "engine", "--timeout", "1", "-a", "20ms", "sleep 10");
        record.WaitForEnd(0);
    }

    [Fact]
    public void Doctor_knows_a_user_namespace()
    {
        Assert.SkipUnless(LibC.geteuid() == 0, "needs root");
        using DamoRun run = DamoRun.StartShell(_folder.Path, "unshare --user --map-root-user \"$DAMO\" doctor");
        run.WaitForEnd(0);
        Assert.Equal("no ", Mark(run.Output, "capabilities"));
        Assert.Contains("outside of this user namespace", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void Doctor_does_not_blame_the_kernel_for_a_proc_that_is_read_only()
    {
        Assert.SkipUnless(LibC.geteuid() == 0, "needs root");
        using DamoRun run = DamoRun.StartShell(_folder.Path, "unshare --mount sh -c 'mount -o remount,bind,ro /proc && \"$DAMO\" doctor; true'");
        run.WaitForEnd(0);
        Assert.Equal("no ", Mark(run.Output, "clear-refs"));
        Assert.Contains("-> /proc is mounted read-only", run.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("CONFIG_PROC_PAGE_MONITOR", run.Output, StringComparison.Ordinal);
    }

    /// <summary>The first line about it: whether it works.</summary>
    static string Mark(string output, string name) =>
        output.Split('\n').First(l => l.Length > 7 && l[7..].StartsWith(name + " ", StringComparison.Ordinal))[2..5];

    /// <summary>The tool where others may run it, and where this test may give it capabilities.</summary>
    string Copy()
    {
        string folder = _folder.File("tool");
        _ = Directory.CreateDirectory(folder);
        foreach (string file in Directory.GetFiles(Path.GetDirectoryName(DamoRun.Binary)!))
        {
            string copy = Path.Combine(folder, Path.GetFileName(file));
            File.Copy(file, copy);
            File.SetUnixFileMode(copy, (UnixFileMode)0b111_101_101);
        }

        File.SetUnixFileMode(folder, (UnixFileMode)0b111_101_101);
        File.SetUnixFileMode(_folder.Path, (UnixFileMode)0b111_111_111);
        return Path.Combine(folder, Path.GetFileName(DamoRun.Binary));
    }
}

using System.Text.Json;

namespace Damo.Tests.KernelDamon;

/// <summary>The commands about the kernel's own DAMON, over folders of plain files.</summary>
public sealed class KernelCommandTests : IDisposable
{
    readonly string _folder = Directory.CreateTempSubdirectory("damo-test-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    void Write(string path, string text)
    {
        string full = Path.Combine(_folder, path);
        Directory.CreateDirectory(Path.GetDirectoryName(full)!);
        File.WriteAllText(full, text);
    }

    string Root(string name) => Path.Combine(_folder, name);

    TestTerminal Features(params string[] more) =>
        TestTerminal.Run([
            "features",
            .. more,
            "--sysfs-root",
            Root("admin"),
            "--debugfs-root",
            Root("damon"),
            "--tracefs-root",
            Root("tracing"),
            "--modules-root",
            Root("module"),
        ]);

    TestTerminal Module(params string[] more) =>
        TestTerminal.Run(["module", .. more, "--modules-root", Root("module"), "--sysfs-root", Root("admin"), "--notes-root", Root("notes")]);

    [Fact]
    public void Features_of_a_kernel_without_DAMON_are_unsupported()
    {
        TestTerminal run = Features("unsupported");
        Assert.Equal(0, run.ExitCode);
        string[] lines = run.Output.TrimEnd('\n').Split('\n');
        Assert.Contains("sysfs/schemes_tried_regions: Unsupported", lines);
        Assert.Contains("interface/damon_sysfs: Unsupported", lines);
        Assert.Equal(lines.Order(StringComparer.Ordinal), lines);
        Assert.Equal("", Features("supported").Output);
    }

    [Fact]
    public void Features_that_need_a_folder_to_be_seen_are_unknown()
    {
        Write("admin/kdamonds/nr_kdamonds", "0\n");
        string output = Features().Output;
        Assert.Contains("sysfs/vaddr: unknown: needs a context directory, and there is none (since Linux 5.18)\n", output, StringComparison.Ordinal);
        Assert.Contains("sysfs/refresh_ms: unknown: needs a kdamond directory, and there is none (since Linux 6.17)\n", output, StringComparison.Ordinal);
        Assert.Contains("sysfs/ctx_pause: unknown: needs a context directory, and there is none (after Linux 7.1)\n", output, StringComparison.Ordinal);
        Assert.Contains("sysfs/schemes: Supported (since Linux 5.18)\n", output, StringComparison.Ordinal);
        Assert.DoesNotContain("vaddr", Features("supported").Output, StringComparison.Ordinal);

        using JsonDocument json = JsonDocument.Parse(Features("json").Output);
        JsonElement tried = json.RootElement.EnumerateArray().Single(f => f.GetProperty("name").GetString() == "sysfs/schemes_tried_regions");
        Assert.Equal(JsonValueKind.Null, tried.GetProperty("supported").ValueKind);
        Assert.Equal("6.2", tried.GetProperty("since").GetString());
    }

    [Fact]
    public void Features_of_another_kind_are_a_wrong_command_line() => Assert.Equal(2, Features("some").ExitCode);

    [Fact]
    public void The_state_of_a_module_is_shown()
    {
        Write("module/damon_reclaim/parameters/enabled", "N\n");
        Write("module/damon_reclaim/parameters/min_age", "120000000\n");
        TestTerminal run = Module("reclaim");
        Assert.Equal("enabled: N\nmin_age: 120000000\n", run.Output);
        Assert.Equal(0, run.ExitCode);
    }

    [Fact]
    public void Parameters_take_units()
    {
        Write("module/damon_reclaim/parameters/enabled", "N\n");
        Write("module/damon_reclaim/parameters/min_age", "120000000\n");
        Write("module/damon_reclaim/parameters/quota_sz", "0\n");
        Assert.Equal(0, Module("reclaim", "commit", "min_age=5s", "quota_sz=128M").ExitCode);
        Assert.Equal("5000000", File.ReadAllText(Path.Combine(_folder, "module/damon_reclaim/parameters/min_age")));
        Assert.Equal("134217728", File.ReadAllText(Path.Combine(_folder, "module/damon_reclaim/parameters/quota_sz")));
    }

    [Theory]
    [InlineData(2, "is no parameter", "reclaim", "commit", "../x=1")]
    [InlineData(2, "is no parameter", "reclaim", "commit", "min_age")]
    [InlineData(2, "is set by", "reclaim", "commit", "enabled=Y")]
    [InlineData(2, "takes no parameters", "reclaim", "disable", "min_age=1")]
    [InlineData(2, "is no time", "reclaim", "commit", "min_age=x")]
    [InlineData(2, "", "other", "status")]
    [InlineData(1, "no parameter 'max_age' in this kernel; it has enabled", "reclaim", "commit", "max_age=1")]
    [InlineData(1, "this kernel has no module damon_stat", "stat", "status")]
    public void A_module_command_that_cannot_work_is_one_line(int code, string text, params string[] arguments)
    {
        Write("module/damon_reclaim/parameters/enabled", "N\n");
        TestTerminal run = Module(arguments);
        Assert.Equal(code, run.ExitCode);
        Assert.Contains(text, run.Errors, StringComparison.Ordinal);
        Assert.Single(run.Errors.TrimEnd('\n').Split('\n'));
    }

    [Fact]
    public void A_module_that_others_enabled_stays_unchanged()
    {
        Write("module/damon_reclaim/parameters/enabled", "Y\n");
        Module("reclaim", "disable").AssertOneLine(1, "damon_reclaim runs, and damo did not enable it: it is somebody else's; --force changes it all the same");
        Assert.Equal("Y\n", File.ReadAllText(Path.Combine(_folder, "module/damon_reclaim/parameters/enabled")));
        Assert.Equal(0, Module("reclaim", "disable", "--force").ExitCode);
    }

    [Fact]
    public void Stop_leaves_alone_what_is_not_ours()
    {
        string[] roots = ["--sysfs-root", Root("admin"), "--notes-root", Root("notes")];
        TestTerminal.Run(["stop", .. roots]).AssertOneLine(1, "DAMON is not turned on: you have no run of damo, and nothing runs in the kernel");
        Write("admin/kdamonds/nr_kdamonds", "1\n");
        Write("admin/kdamonds/0/state", "on\n");
        Write("admin/kdamonds/0/pid", "77\n");
        TestTerminal.Run(["stop", .. roots]).AssertOneLine(1, "1 kdamond runs in the kernel, but damo did not start it: left alone");
        Assert.Equal(0, TestTerminal.Run(["stop", "--ours", .. roots]).ExitCode);
        Assert.Equal("on\n", File.ReadAllText(Path.Combine(_folder, "admin/kdamonds/0/state")));
    }
}

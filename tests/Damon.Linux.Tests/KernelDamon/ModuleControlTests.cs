using Damon.Linux.KernelDamon;
using Damon.Linux.KernelDamon.Files;
using Damon.Linux.KernelDamon.Modules;
using Damon.Linux.KernelDamon.Sysfs;
using Damon.Linux.Native;
using Damon.Linux.Tests.KernelDamon.Models;

namespace Damon.Linux.Tests.KernelDamon;

public sealed class ModuleControlTests : IDisposable
{
    readonly KernelBench _bench = new("6.12");
    readonly ModuleControl _control;
    readonly List<TimeSpan> _slept = [];
    bool _enabled;
    bool _startsLate;

    public ModuleControlTests()
    {
        _bench.Modules.With("damon_reclaim/parameters/enabled", new ModelFile(() => _enabled ? "Y\n" : "N\n", text =>
        {
            _enabled = text == "Y";
            return Errno.None;
        }));
        _bench.Modules.With("damon_reclaim/parameters/kdamond_pid", new ModelFile(() => _enabled && (!_startsLate || _slept.Count > 0) ? "700\n" : "-1\n"));
        _bench.Modules.With("damon_reclaim/parameters/min_age", "120000000");
        _bench.Modules.With("damon_reclaim/parameters/commit_inputs", "N");
        _control = new ModuleControl(
            new KernelModules(new KernelTree(_bench.Modules, static _ => { })),
            new SysfsAdmin(new KernelTree(_bench.Sysfs, static _ => { })),
            _bench.Notes,
            _slept.Add);
    }

    public void Dispose() => _bench.Dispose();

    [Fact]
    public void The_kdamond_of_a_module_that_starts_a_little_late_is_still_known_to_be_ours()
    {
        _startsLate = true;
        _control.Enable("reclaim", []);
        Assert.Single(_slept);
        Assert.True(_control.IsOurs("reclaim"));
    }

    [Fact]
    public void Damo_may_change_and_disable_a_module_that_it_enabled()
    {
        _control.Enable("reclaim", [("min_age", "5000000")]);
        Assert.True(_control.IsOurs("reclaim"));
        Assert.Equal(["damon_reclaim/parameters/min_age=5000000", "damon_reclaim/parameters/enabled=Y"], _bench.Modules.Written);
        _control.Commit("reclaim", [("min_age", "7000000")], force: false);
        Assert.Equal("Y", _bench.Modules.Says("damon_reclaim/parameters/commit_inputs"));
        Assert.True(_control.Disable("reclaim", force: false));
        Assert.False(_enabled);
        Assert.False(_control.IsOurs("reclaim"));
        Assert.False(_control.Disable("reclaim", force: false));
    }

    [Fact]
    public void A_module_that_others_enabled_is_changed_only_with_force()
    {
        _enabled = true;
        Assert.Contains("--force", Assert.Throws<KernelDamonException>(() => _control.Disable("reclaim", force: false)).Message, StringComparison.Ordinal);
        Assert.Contains("--force", Assert.Throws<KernelDamonException>(() => _control.Commit("reclaim", [], force: false)).Message, StringComparison.Ordinal);
        Assert.Empty(_bench.Modules.Written);
        _control.Commit("reclaim", [], force: true);
        Assert.True(_control.Disable("reclaim", force: true));
    }

    [Fact]
    public void Nothing_is_enabled_beside_another_user_of_DAMON()
    {
        _bench.Sysfs.MakeForeign(1, isOn: true);
        Assert.Contains(
            "kdamond 0 of the sysfs interface runs",
            Assert.Throws<KernelDamonException>(() => _control.Enable("reclaim", [])).Message,
            StringComparison.Ordinal);
        Assert.Empty(_bench.Modules.Written);
    }

    [Fact]
    public void Missing_parameters_are_refused_before_anything_is_written()
    {
        KernelDamonException e = Assert.Throws<KernelDamonException>(() => _control.Enable("reclaim", [("min_age", "1"), ("max_age", "2")]));
        Assert.Contains("no parameter 'max_age' in this kernel; it has commit_inputs, enabled, kdamond_pid, min_age", e.Message, StringComparison.Ordinal);
        Assert.Empty(_bench.Modules.Written);
        Assert.Contains("since 6.17", Assert.Throws<KernelDamonException>(() => _control.Enable("stat", [])).Message, StringComparison.Ordinal);
    }
}

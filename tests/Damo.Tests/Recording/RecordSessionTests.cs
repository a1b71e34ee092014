using System.Text;
using System.Text.Json;
using Damo.CommandLine;
using Damo.Recording;
using Damo.Schemes;
using Damo.Tests.Commands;
using Damon.Monitoring;
using Damon.Records.Sidecar;
using Damon.Records.Streams;
using Damon.Schemes;

namespace Damo.Tests.Recording;

public sealed class RecordSessionTests : IDisposable
{
    readonly RecordFolder _folder = new();
    readonly StringWriter _out = new() { NewLine = "\n" };
    readonly StringWriter _error = new() { NewLine = "\n" };
    readonly MemoryStream _bytes = new();

    public void Dispose()
    {
        _folder.Dispose();
        _out.Dispose();
        _error.Dispose();
        _bytes.Dispose();
    }

    [Fact]
    public void Auto_takes_the_kernels_DAMON_when_it_is_not_in_use_and_says_so()
    {
        FakeBackend backend = new();
        Assert.Equal(0, Run(Arguments(), backend));
        Assert.Contains("damo: a kernel of paper (sysfs: nobody else uses it)\n", _error.ToString(), StringComparison.Ordinal);
        Assert.Contains("damo: one event was lost\n", _error.ToString(), StringComparison.Ordinal);
        Assert.True(backend.IsGivenBack);
        (int code, string raw, _) = RecordFolder.Run("report", "raw", "-i", _folder.Path("a.data"));
        Assert.Equal(0, code);
        Assert.Equal(3, raw.Split("000000001000-000000002000(").Length - 1);
    }

    [Fact]
    public void Options_that_only_the_engine_has_make_auto_take_it_and_refuse_other_backends()
    {
        RecordArguments arguments = Arguments() with { OnlyEngine = "the kernel's DAMON does not follow descendants (--include-children)" };
        FakeBackend backend = new();
        UserErrorException e = Assert.Throws<UserErrorException>(() => Run(arguments with { Backend = "sysfs" }, backend));
        Assert.Equal("--backend sysfs cannot do that: the kernel's DAMON does not follow descendants (--include-children)", e.Message);
        e = Assert.Throws<UserErrorException>(() => Run(arguments with { Backend = "sysfs", BackendVariable = "DAMO_BACKEND" }, backend));
        Assert.Equal("DAMO_BACKEND=sysfs cannot do that: the kernel's DAMON does not follow descendants (--include-children)", e.Message);
        Assert.Equal(0, Run(arguments, backend));
        Assert.Contains(
            "damo: engine in user space (the kernel's DAMON does not follow descendants (--include-children)), access check ",
            _error.ToString(),
            StringComparison.Ordinal);
        Assert.Null(backend.Request);
    }

    [Fact]
    public void Auto_takes_the_engine_when_the_kernels_DAMON_is_used_or_refuses()
    {
        Assert.Equal(0, Run(Arguments(), new FakeBackend { Reason = "the kernel's DAMON has a kdamond of somebody else" }));
        Assert.Contains(
            "damo: engine in user space (sysfs: the kernel's DAMON has a kdamond of somebody else), access check ",
            _error.ToString(),
            StringComparison.Ordinal);
        Assert.Equal(0, Run(Arguments(), new FakeBackend { SetUpFault = "it does not know 'hugepage'" }));
        Assert.Contains("damo: engine in user space (sysfs: it does not know 'hugepage'), access check ", _error.ToString(), StringComparison.Ordinal);
        UserErrorException e = Assert.Throws<UserErrorException>(() =>
            Run(Arguments() with { Backend = "sysfs" }, new FakeBackend { SetUpFault = "it does not know 'hugepage'" }));
        Assert.Equal("sysfs cannot be used: it does not know 'hugepage'", e.Message);
    }

    [Fact]
    public void Schemes_of_the_kernel_are_reported_like_those_of_the_engine()
    {
        FakeBackend backend = new();
        SchemeRun schemes = new([new Scheme { Action = SchemeAction.PageOut }], isRehearsal: false, ["the scheme"]);
        Assert.Equal(0, Run(Arguments() with { Output = "/dev/null" }, backend, schemes));
        Assert.False(backend.Request!.WantsSnapshots);
        Assert.Equal(SchemeAction.PageOut, backend.Request.Context.Schemes[0].Action);
        string[] lines = _out.ToString().Split('\n');
        Assert.Contains("the scheme", lines);
        Assert.Contains(
            lines,
            line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries) is ["0", "pageout", "5", "20.000", "KiB", "3", "12.000", "KiB", ..]);
    }

    [Fact]
    public void A_rehearsal_by_the_kernel_only_counts()
    {
        FakeBackend backend = new();
        SchemeRun schemes = new([new Scheme { Action = SchemeAction.PageOut, MaxNrSnapshots = 9 }], isRehearsal: true, []) { IsJson = true };
        Assert.Equal(0, Run(Arguments(), backend, schemes));
        Assert.True(backend.Request!.WantsSnapshots);
        Assert.Equal((SchemeAction.Stat, 9UL), (backend.Request.Context.Schemes[0].Action, backend.Request.Context.Schemes[0].MaxNrSnapshots));
        using JsonDocument json = JsonDocument.Parse(Encoding.UTF8.GetString(_bytes.ToArray()));
        JsonElement scheme = json.RootElement.GetProperty("schemes")[0];
        Assert.Equal(("pageout", 20480), (scheme.GetProperty("action").GetString(), scheme.GetProperty("sz_tried").GetInt32()));
        Assert.False(scheme.TryGetProperty("active", out _));
        Assert.Equal("", _out.ToString());
    }

    [Theory]
    [InlineData(126)]
    [InlineData(127)]
    public void A_command_that_cannot_be_run_is_reported_with_every_backend(int exitCode)
    {
        TargetSpecification target = new($"exit {exitCode}", []);
        foreach (string backend in new[] { "sysfs", "engine" })
        {
            UserErrorException e = Assert.Throws<UserErrorException>(() => Run(Arguments() with { Target = target, Backend = backend }, new FakeBackend()));
            Assert.Contains("could not be run", e.Message, StringComparison.Ordinal);
            Assert.Contains($"exit code {exitCode}", e.Message, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("sysfs")]
    [InlineData("engine")]
    public void A_failed_command_is_reported_and_its_exit_code_passed_on_with_every_backend(string backend)
    {
        TargetSpecification target = new("sleep 0.3; exit 7", []);
        Assert.Equal(7, Run(Arguments() with { Target = target, Backend = backend }, new FakeBackend()));
        Assert.Contains("damo: the command failed with exit code 7\n", _error.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0, 100, 100)]
    [InlineData(450, 700, 250)]
    [InlineData(0, 60_000, 500)]
    [InlineData(200, 100, 0)]
    [InlineData(200, null, 500)]
    public void A_run_is_looked_at_when_its_time_is_over_and_not_later(int elapsedMs, int? limitMs, int expectedMs)
    {
        TimeSpan? limit = limitMs is { } ms ? TimeSpan.FromMilliseconds(ms) : null;
        Assert.Equal(TimeSpan.FromMilliseconds(expectedMs), RecordSession.Step(TimeSpan.FromMilliseconds(elapsedMs), limit));
    }

    [Theory]
    [InlineData("sysfs")]
    [InlineData("engine")]
    public void A_run_ends_when_its_time_is_over_whatever_monitors(string backend)
    {
        RecordArguments arguments = Arguments() with
        {
            Backend = backend,
            Timeout = TimeSpan.FromMilliseconds(250),
            Target = new TargetSpecification("sleep 60", []),
        };
        FakeBackend endless = new() { RunsUntilStopped = true };
        Assert.Equal(0, Run(arguments with { Attributes = arguments.Attributes with { AggregationUs = 20_000 } }, endless));
        using FileStream file = File.OpenRead(_folder.Path("a.data.meta.json"));
        Assert.Equal("timeout", SidecarReader.Load(file).Summary?.EndReason);
    }

    [Fact]
    public void The_kernels_DAMON_can_be_recorded_as_JSON_too()
    {
        Assert.Equal(0, Run(Arguments() with { Format = RecordFormat.Json, Output = _folder.Path("a.json") }, new FakeBackend()));
        (int code, string raw, _) = RecordFolder.Run("report", "raw", "-i", _folder.Path("a.json"));
        Assert.Equal(0, code);
        Assert.Equal(3, raw.Split("000000001000-000000002000(").Length - 1);
        Assert.False(File.Exists(_folder.Path("a.json.journal")));
    }

    RecordArguments Arguments() => new()
    {
        Target = TargetSpecification.Parse(["sleep 1"], [], Environment.GetEnvironmentVariable("PATH")!),
        Attributes = new MonitoringAttributes { SampleUs = 5000, AggregationUs = 100_000, UpdateUs = 1_000_000, MinNrRegions = 10, MaxNrRegions = 1000 },
        Output = _folder.Path("a.data"),
    };

    int Run(RecordArguments arguments, FakeBackend backend, SchemeRun? schemes = null)
    {
        Terminal terminal = new(_out, _error, errorIsTerminal: false) { OpenOutput = () => new UnclosedStream(_bytes) };
        return new RecordSession(arguments, [backend], terminal) { Schemes = schemes }.Run();
    }
}

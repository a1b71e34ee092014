using System.Text;
using Damon.Linux.Operations;
using Damon.Linux.Processes;
using Damon.Monitoring;
using Damon.Records;
using Damon.Records.Sidecar;
using Damon.Records.Streams;

namespace Damon.Linux.Tests.Operations;

public sealed class ProcessRecorderTests : IDisposable
{
    const long Second = 1_000_000_000;

    readonly TemporaryFolder _folder = new();
    readonly MemoryStream _sidecar = new();
    readonly RecordFile _record;
    readonly ProcessRecorder _recorder;
    readonly Target _target = new(77);
    long _now;

    public ProcessRecorderTests()
    {
        _record = new RecordFile(RecordWriters.Create(RecordFormat.Binary, new MemoryStream()), _sidecar, new RecordHeader());
        _recorder = new ProcessRecorder(_record, new ProcFileSystem(_folder.Path)) { NowNs = () => _now };
        Directory.CreateDirectory(Path.Combine(_folder.Path, "77"));
        Program("/bin/first", "first");
    }

    public void Dispose()
    {
        _record.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public void A_process_that_always_changes_is_written_less_and_less()
    {
        _recorder.OnTargetAdded(_target);
        int[] perTenMinutes = new int[6];
        for (int second = 0; second < 3600; second++)
        {
            _now = second * Second;
            long before = _sidecar.Length;
            _recorder.OnMappings(_target, Table($"1000-{0x10000 + (second * 0x1000):x} rw-p 00000000 00:00 0 [heap]\n"));
            perTenMinutes[second / 600] += _sidecar.Length > before ? 1 : 0;
        }

        // A hundred in the first hundred seconds, then each hundredth of the time.
        Assert.InRange(perTenMinutes[0], 230, 300);
        Assert.InRange(perTenMinutes[5], 15, 20);
        Assert.InRange(perTenMinutes.Sum(), 400, 480);
        Assert.Equal(perTenMinutes.Sum(), Metadata().Mappings.Count);
        Assert.True(Metadata().Mappings[^1].TimeNs > 3560 * Second);
    }

    [Fact]
    public void A_change_is_written_at_once_where_nothing_was_for_long_and_after_another_program_begins()
    {
        _recorder.OnTargetAdded(_target);
        _recorder.OnMappings(_target, Table("1000-2000 rw-p 00000000 00:00 0 [heap]\n"));
        _now = 1000 * Second;
        _recorder.OnMappings(_target, Table("1000-3000 rw-p 00000000 00:00 0 [heap]\n"));
        _now = 1001 * Second;
        _recorder.OnMappings(_target, Table("1000-4000 rw-p 00000000 00:00 0 [heap]\n"));
        Assert.Equal([0, 1000 * Second], Metadata().Mappings.Select(m => m.TimeNs));

        Program("/bin/second", "second");
        _now = 1002 * Second;
        _recorder.OnMappings(_target, Table("1000-5000 r-xs 00000000 00:00 0 [heap]\n"));
        Assert.Equal([0, 1000 * Second, 1002 * Second], Metadata().Mappings.Select(m => m.TimeNs));
        Assert.Equal("r-xs", Metadata().Mappings[^1].Mappings[0].Perms);
        Assert.Equal(("second", "/bin/second", 0), (Metadata().Targets[0].Comm, Metadata().Targets[0].Exe, Metadata().Targets[0].FromNs));

        _now = 1003 * Second;
        _recorder.OnTargetGone(_target);
        RecordTarget gone = Assert.Single(Metadata().Targets);
        Assert.Equal(("second", 1003 * Second), (gone.Comm, gone.UntilNs));

        // Without saying again what it was.
        Assert.EndsWith("\n{\"target\":{\"id\":77,\"from_ns\":0,\"until_ns\":1003000000000}}\n", Encoding.UTF8.GetString(_sidecar.ToArray()));
    }

    [Fact]
    public void Short_lived_children_leave_no_mappings_and_a_reused_pid_starts_over()
    {
        for (int pid = 1000; pid < 1016; pid++)
        {
            _recorder.OnTargetAdded(new Target(pid));
        }

        MappingTable table = Table("1000-2000 rw-p 00000000 00:00 0 [heap]\n");
        _recorder.OnMappings(new Target(1015), table);
        Assert.Single(Metadata().Mappings);
        foreach (long begins in (long[])[0, 20 * Second])
        {
            _now = begins;
            _recorder.OnTargetAdded(_target);
            _now = begins + (Second / 2);
            _recorder.OnMappings(_target, table);

            // It executes another program, which begins no other life.
            _recorder.OnTargetAdded(_target);
            _recorder.OnMappings(_target, table);
            Assert.Single(Metadata().Mappings);
            _recorder.OnTargetGone(_target);
        }

        _now = 30 * Second;
        _recorder.OnTargetAdded(_target);
        _now = 31 * Second;
        _recorder.OnMappings(_target, table);
        Assert.Equal([1015, 77], Metadata().Mappings.Select(m => m.TargetId));
        Assert.Equal([0, 20 * Second, 30 * Second], Metadata().Targets.Where(target => target.Id == 77).Select(target => target.FromNs));
    }

    void Program(string exe, string comm)
    {
        string link = Path.Combine(_folder.Path, "77/exe");
        File.Delete(link);
        File.CreateSymbolicLink(link, exe);
        File.WriteAllText(Path.Combine(_folder.Path, "77/comm"), comm + "\n");
    }

    RecordMetadata Metadata() => SidecarReader.Load(new MemoryStream(_sidecar.ToArray()));

    static MappingTable Table(string text)
    {
        MappingTable table = new();
        table.Parse(Encoding.UTF8.GetBytes(text));
        return table;
    }
}

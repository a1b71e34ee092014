using Damon.Linux.Native;
using Damon.Linux.Processes;

namespace Damon.Linux.Tests.Processes;

public sealed class ProcFileSystemTests : IDisposable
{
    readonly TemporaryFolder _folder = new();
    readonly ProcFileSystem _proc;

    public ProcFileSystemTests() => _proc = new ProcFileSystem(_folder.Path);

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_process_that_is_not_there_gives_nothing_and_throws_nothing()
    {
        MappingTable table = new();
        table.Parse("1000-2000 rw-p 0 0:0 0\n"u8);

        Assert.False(_proc.TryReadMappings($"{_proc.Root}/{5}", table, out string? fault));
        Assert.NotEmpty(fault!);
        Assert.True(table.Mappings.IsEmpty);
        Assert.Null(_proc.CommandName(5));
        Assert.Null(_proc.CommandLine(5));
        Assert.Null(_proc.Executable(5));
        Assert.Null(_proc.EffectiveUser(5));
        Assert.False(_proc.TryReadStat(5, out _));
        Assert.Empty(_proc.Threads(5));
        List<int> children = [];
        _proc.AddChildren(5, children);
        Assert.Empty(children);
    }

    [Fact]
    public void Arguments_keep_their_blanks_and_may_be_empty()
    {
        _folder.Write("5/cmdline", "/bin/my program\0-c\0a b\0\0c\0\0\0");
        Assert.Equal(["/bin/my program", "-c", "a b", "", "c"], _proc.Arguments(5)!);
        Assert.Equal("/bin/my program -c a b  c", _proc.CommandLine(5));
    }

    [Fact]
    public void Files_that_are_empty_are_the_end_of_a_process()
    {
        foreach (string name in new[] { "maps", "comm", "cmdline", "stat", "status", "task/5/children" })
        {
            _folder.Write($"5/{name}", "");
        }

        MappingTable table = new();
        Assert.True(_proc.TryReadMappings($"{_proc.Root}/{5}", table, out string? fault));
        Assert.Null(fault);
        Assert.True(table.Mappings.IsEmpty);
        Assert.Equal("", _proc.CommandName(5));
        Assert.Equal("", _proc.CommandLine(5));
        Assert.False(_proc.TryReadStat(5, out _));
        Assert.Null(_proc.EffectiveUser(5));
        List<int> children = [];
        _proc.AddChildren(5, children);
        Assert.Empty(children);
    }

    [Fact]
    public void Name_command_line_and_user_are_read()
    {
        _folder.Write("5/comm", "a (b) c\n");
        _folder.Write("5/cmdline", "/bin/a\0two words\0\0-x\0");
        _folder.Write("5/status", "Name:\ta\nUmask:\t0022\nPid:\t5\nUid:\t1000\t1001\t1002\t1003\nGid:\t7\t8\t9\t10\n");
        _folder.Write("5/stat", "5 (a (b) c) T 4 0 0 0 -1 64 0");
        File.CreateSymbolicLink(Path.Combine(_folder.Path, "5/exe"), "/no/such/program (deleted)");

        Assert.Equal("a (b) c", _proc.CommandName(5));
        Assert.Equal("/bin/a two words  -x", _proc.CommandLine(5));
        Assert.Equal(1001u, _proc.EffectiveUser(5));
        Assert.Equal("/no/such/program (deleted)", _proc.Executable(5));
        Assert.True(_proc.TryReadStat(5, out ProcessStat stat));
        Assert.Equal(new ProcessStat('T', 4, 64), stat);
    }

    [Theory]
    [InlineData("Name:\tUid:\n")]
    [InlineData("Name:\ta\nUid:\t1000")]
    [InlineData("Name:\ta\nUid:\t1000\t")]
    [InlineData("Name:\ta\nUid:\tx\ty\tz\n")]
    public void A_status_line_without_users_gives_none(string status)
    {
        _folder.Write("5/status", status);
        Assert.Null(_proc.EffectiveUser(5));
    }

    [Fact]
    public void Children_of_all_threads_are_found()
    {
        _folder.Write("5/task/5/children", "6 7 ");
        _folder.Write("5/task/11/children", "8");
        _folder.Write("5/task/12/children", "");
        _folder.Write("5/task/13/children", "9 ten 11");
        _folder.Write("5/task/not-a-thread/children", "99 ");
        Directory.CreateDirectory(Path.Combine(_folder.Path, "5/task/14"));

        List<int> children = [];
        _proc.AddChildren(5, children);
        Assert.Equal([6, 7, 8, 9], children.Order());
        Assert.Equal([5, 11, 12, 13, 14], _proc.Threads(5).Order());
    }

    [Fact]
    public void A_file_longer_than_the_buffer_is_read_whole_and_a_short_one_after_it_too()
    {
        string big = string.Concat(Enumerable.Range(1, 200_000).Select(i => $"{i * 2:x}000-{(i * 2) + 1:x}000 rw-p 0 0:0 0\n"));
        _folder.Write("5/maps", big);
        _folder.Write("6/maps", "1000-2000 rw-p 0 0:0 0\n");
        MappingTable table = new();

        Assert.True(_proc.TryReadMappings($"{_proc.Root}/{5}", table, out _));
        Assert.Equal(200_000, table.Mappings.Length);
        Assert.True(_proc.TryReadMappings($"{_proc.Root}/{6}", table, out _));
        Assert.Equal(1, table.Mappings.Length);
    }

    [Fact]
    public void A_folder_in_the_place_of_a_file_is_a_fault_like_any_other()
    {
        Directory.CreateDirectory(Path.Combine(_folder.Path, "5/maps"));
        Assert.False(_proc.TryReadMappings($"{_proc.Root}/{5}", new MappingTable(), out string? fault));
        Assert.Equal(Errno.EISDIR.ToText(), fault);
    }

    [Fact]
    public void This_process_is_found_in_the_real_proc()
    {
        ProcFileSystem real = new();
        int self = Environment.ProcessId;
        MappingTable table = new();

        Assert.True(real.TryReadMappings($"{real.Root}/{self}", table, out _));
        Assert.Contains(table.Mappings.ToArray(), m => m.Name == "[stack]");
        Assert.Contains(
            table.Mappings.ToArray(),
            m => m.Name.EndsWith(".so", StringComparison.Ordinal) && m.Traits.HasFlag(MappingTraits.File | MappingTraits.Execute));
        Assert.DoesNotContain(table.Mappings.ToArray(), m => m.Name == "[vsyscall]");
        Assert.True(real.TryReadStat(self, out ProcessStat stat));
        Assert.False(stat.IsKernelThread || stat.IsZombie);
        Assert.Equal(LibC.geteuid(), real.EffectiveUser(self));
        Assert.Equal(Environment.ProcessPath, real.Executable(self));
        Assert.Contains(self, real.Threads(self));
        Assert.NotEmpty(real.CommandLine(self)!);
    }
}

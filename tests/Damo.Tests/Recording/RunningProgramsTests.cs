using Damo.Recording;
using Damon.Linux.Processes;

namespace Damo.Tests.Recording;

public sealed class RunningProgramsTests : IDisposable
{
    readonly string _proc = Directory.CreateTempSubdirectory("damo-proc").FullName;

    public void Dispose() => Directory.Delete(_proc, recursive: true);

    [Theory]
    [InlineData("redis-server", "'redis-server' runs already as process 7, and is started once more; give a pid instead of the name to monitor one that runs")]
    [InlineData(
        "/usr/bin/redis-server ",
        "'redis-server' runs already as process 7, and is started once more; give a pid instead of the name to monitor one that runs")]
    [InlineData(
        "a-name-of-more-than-15-bytes",
        "'a-name-of-more-than-15-bytes' runs already as process 8, and is started once more; give a pid instead of the name to monitor one that runs")]
    [InlineData(
        "worker",
        "'worker' runs already as processes 20, 21, 22, 23, 24 and 2 more, and is started once more; give a pid instead of the name to monitor one that runs")]
    [InlineData("redis-server --port 1", null)]
    [InlineData("redis", null)]
    public void A_one_word_command_that_is_already_running_is_named_with_its_pids(string command, string? line)
    {
        Add(7, "redis-server");
        Add(8, "a-name-of-more-");
        for (int pid = 20; pid < 27; pid++)
        {
            Add(pid, "worker");
        }

        Assert.Equal(line, RunningPrograms.Notice(command, new ProcFileSystem(_proc)));
    }

    void Add(int pid, string name)
    {
        string folder = Directory.CreateDirectory(Path.Combine(_proc, $"{pid}")).FullName;
        File.WriteAllText(Path.Combine(folder, "comm"), name + "\n");
    }
}

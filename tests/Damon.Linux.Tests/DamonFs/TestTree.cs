using System.Collections.Concurrent;
using System.Text;
using Damon.Linux.DamonFs;
using Damon.Linux.Native;

namespace Damon.Linux.Tests.DamonFs;

/// <summary>A tree of one era over simulated processes 1, 2 and 3, with files by path.</summary>
sealed class TestTree : IDisposable
{
    internal static readonly DamonFsCaller Root = new(77, 0);
    static readonly TimeSpan s_limit = TimeSpan.FromSeconds(60);

    public TestTree(string era, IDamonFsOperationsFactory? factory = null)
    {
        Assert.True(DamonFsEra.TryParse(era, out DamonFsEra parsed));
        Factory = new SimulatedFactory().Live(1, 2, 3);
        FileSystem = new DamonFileSystem(parsed, factory ?? Factory, Log.Enqueue) { Seed = 1 };
    }

    public static TheoryData<string> Eras => [.. DamonFsEra.All.Select(e => e.Name)];

    public SimulatedFactory Factory { get; }

    public DamonFileSystem FileSystem { get; }

    public ConcurrentQueue<string> Log { get; } = [];

    public string Targets => FileSystem.Era.TargetsFile;

    public string MonitorOn => FileSystem.Era.IsDeprecated ? "monitor_on_DEPRECATED" : "monitor_on";

    public static string[] Names(DamonFsDirectory directory) => [.. directory.Entries.Select(e => e.Name)];

    public DamonFsFile File(string path)
    {
        string[] parts = path.Split('/');
        DamonFsDirectory directory = parts.Length == 2 ? Assert.IsType<DamonFsDirectory>(FileSystem.Root.Find(parts[0])) : FileSystem.Root;
        return Assert.IsType<DamonFsFile>(directory.Find(parts[^1]), exactMatch: false);
    }

    public string Read(string path) => Encoding.Latin1.GetString(File(path).Read(Root, TestContext.Current.CancellationToken));

    public Errno ReadErrno(string path) => Catch(() => File(path).Read(Root, TestContext.Current.CancellationToken));

    /// <returns>None on success.</returns>
    public Errno Write(string path, string text) => Write(path, Encoding.Latin1.GetBytes(text));

    public Errno Write(string path, byte[] data, DamonFsCaller? caller = null) =>
        Catch(() => File(path).Write(data, caller ?? Root, TestContext.Current.CancellationToken));

    public void Set(string path, string text) => Assert.Equal(Errno.None, Write(path, text));

    /// <summary>Short intervals, so that much happens soon.</summary>
    public TestTree Fast(string prefix = "")
    {
        Set(prefix + "attrs", "1000 5000 20000 3 100");
        return this;
    }

    public void Start()
    {
        Set(MonitorOn, "on\n");
        Assert.Equal("on\n", Read(MonitorOn));
    }

    public void Stop()
    {
        Set(MonitorOn, "off\n");
        Assert.Equal("off\n", Read(MonitorOn));
    }

    public static void WaitUntil(string what, Func<bool> condition)
    {
        long start = System.Diagnostics.Stopwatch.GetTimestamp();
        while (!condition())
        {
            Assert.True(System.Diagnostics.Stopwatch.GetElapsedTime(start) < s_limit, $"{what}: not seen within {s_limit.TotalSeconds} s");
            Thread.Sleep(2);
        }
    }

    /// <summary>Nothing may be left open.</summary>
    public void Dispose()
    {
        Factory.MayEnd.Set();
        FileSystem.Dispose();
        Assert.Equal(0, Factory.NrOpen);
        Assert.Equal(0, Factory.NrEngines);
    }

    static Errno Catch(Action action)
    {
        try
        {
            action();
            return Errno.None;
        }
        catch (DamonFsException e)
        {
            Assert.NotEqual(Errno.None, e.Errno);
            Assert.DoesNotContain('\n', e.Message);
            return e.Errno;
        }
    }
}

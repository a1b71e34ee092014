using System.Collections.Concurrent;
using System.Diagnostics;
using Damon.Linux.Fuse;
using Damon.Linux.Native;

namespace Damon.Linux.Tests.Fuse;

/// <summary>A tree, mounted and served by this process. Its clients are processes of their own, except for requests that are answered at once.</summary>
sealed class TestMount : IDisposable
{
    readonly TemporaryFolder _folder = new();

    public TestMount(Func<FuseMountOptions, FuseMountOptions>? options = null)
    {
        SkipUnlessPossible();
        FuseMountOptions defaults = new() { Failed = Failures.Add };
        Server = FuseServer.Mount(_folder.Path, Root, options?.Invoke(defaults) ?? defaults);
        Server.Start();
    }

    public TestDirectory Root { get; } = new(1);

    public FuseServer Server { get; }

    public ConcurrentBag<Exception> Failures { get; } = [];

    public string Directory => _folder.Path;

    /// <summary>Whether file systems can be mounted here. Where nothing may be skipped, the test then fails when it mounts.</summary>
    public static void SkipUnlessPossible()
    {
        if (Environment.GetEnvironmentVariable("DAMON_TESTS_MAY_NOT_SKIP") is null)
        {
            Assert.SkipUnless(LibC.geteuid() == 0, "needs root, to mount");
            Assert.SkipUnless(File.Exists("/dev/fuse"), "needs /dev/fuse");
        }
    }

    public string Path(string name) => System.IO.Path.Combine(_folder.Path, name);

    /// <summary>Runs a shell script in the mounted directory.</summary>
    public ClientResult Shell(string script) => Client.Shell(Directory, script);

    /// <summary>Waits, for as long as a busy machine may need.</summary>
    public static void Until(Func<bool> condition, string what)
    {
        Assert.True(Poll(condition), $"{what}: not within 60 s");
    }

    static bool Poll(Func<bool> condition)
    {
        long start = Stopwatch.GetTimestamp();
        while (!condition())
        {
            if (Stopwatch.GetElapsedTime(start) > TimeSpan.FromSeconds(60))
            {
                return false;
            }

            Thread.Sleep(2);
        }

        return true;
    }

    public void Dispose()
    {
        Server.Dispose();
        _folder.Dispose();
    }
}

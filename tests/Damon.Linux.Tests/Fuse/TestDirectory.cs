using System.Collections.Concurrent;
using Damon.Linux.Fuse;

namespace Damon.Linux.Tests.Fuse;

/// <summary>A directory whose content a test changes as it likes.</summary>
sealed class TestDirectory(ulong id) : FuseDirectory
{
    static ulong s_lastId = 1;

    readonly ConcurrentDictionary<string, FuseNode> _nodes = new(StringComparer.Ordinal);

    public override ulong Id => id;

    public override uint Permissions => 0x1c0; // 0700

    /// <summary>What asking for entries throws, if anything.</summary>
    public Exception? Failure { get; set; }

    public override IReadOnlyList<FuseEntry> Entries() =>
        Failure is { } failure ? throw failure : [.. _nodes.OrderBy(n => n.Key, StringComparer.Ordinal).Select(n => new FuseEntry(n.Key, n.Value))];

    public override FuseNode? Find(string name) => Failure is { } failure ? throw failure : _nodes.GetValueOrDefault(name);

    public TestFile AddFile(string name, string text = "")
    {
        TestFile file = new(Interlocked.Increment(ref s_lastId)) { Text = text };
        _nodes[name] = file;
        return file;
    }

    public TestDirectory AddDirectory(string name)
    {
        TestDirectory directory = new(Interlocked.Increment(ref s_lastId));
        _nodes[name] = directory;
        return directory;
    }

    public void Remove(string name) => Assert.True(_nodes.TryRemove(name, out _));
}

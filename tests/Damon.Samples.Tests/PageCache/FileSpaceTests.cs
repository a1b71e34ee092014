using Damon.Monitoring;
using Damon.Samples.PageCache;

namespace Damon.Samples.Tests.PageCache;

public sealed class FileSpaceTests : IDisposable
{
    readonly string _folder = Directory.CreateTempSubdirectory("damon-test-").FullName;

    [Fact]
    public void Files_lie_one_after_the_other_with_holes_between()
    {
        Write("b", 3 << 20);
        Write("a", 5000);
        Write("empty", 0);
        Write("sub/c", 1);
        using FileSpace space = FileSpace.Open([_folder, Path.Combine(_folder, "a")]);
        Assert.Equal(["a", "b", "sub/c"], space.Files.Select(file => Path.GetRelativePath(_folder, file.Path)));
        Assert.Equal([new(0x100000, 0x102000), new(0x200000, 0x500000), new(0x600000, 0x601000)], space.Extents());
        foreach (WatchedFile file in space.Files)
        {
            Assert.Same(file, space.Find(file.Extent.Start));
            Assert.Same(file, space.Find(file.Extent.End - 1));
            Assert.Null(space.Find(file.Room.End));
        }

        Assert.Null(space.Find(0));
        Assert.Null(space.Find(ulong.MaxValue));
    }

    [Fact]
    public void A_file_grows_within_its_room()
    {
        Write("a", 8 << 20);
        using FileSpace space = FileSpace.Open([_folder]);
        Write("a", (8 << 20) + 1);
        Assert.Equal([new AddressRange(0x100000, 0x901000)], space.Extents());
        Write("a", 100 << 20);
        Assert.Equal([new AddressRange(0x100000, 0xa00000)], space.Extents());
        Write("a", 0);
        Assert.Empty(space.Extents());
    }

    [Fact]
    public void Without_anything_to_watch_there_is_no_space()
    {
        Write("empty", 0);
        Assert.Throws<IOException>(() => FileSpace.Open([_folder]));
        Assert.Throws<FileNotFoundException>(() => FileSpace.Open([Path.Combine(_folder, "none")]));
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    void Write(string name, long length)
    {
        string path = Path.Combine(_folder, name);
        _ = Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        using FileStream file = new(path, FileMode.OpenOrCreate, FileAccess.Write, FileShare.ReadWrite);
        file.SetLength(length);
    }
}

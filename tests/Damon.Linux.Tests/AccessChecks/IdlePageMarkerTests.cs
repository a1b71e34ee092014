using Damon.Linux.AccessChecks;
using Damon.Linux.Memory;
using Damon.Linux.Native;

namespace Damon.Linux.Tests.AccessChecks;

public sealed class IdlePageMarkerTests
{
    [Fact]
    public void One_bit_of_one_word_is_written()
    {
        using FakePageFiles files = new(256);
        using IdlePageMarker marker = files.OpenMarker();
        Assert.Equal(1, marker.Mark([64 + 5], [0]));
        Assert.Equal([0, 1UL << 5, 0, 0], files.BitmapWords);
    }

    [Fact]
    public void Frames_of_a_word_are_written_together_and_answers_come_sorted()
    {
        using FakePageFiles files = new(256);
        using IdlePageMarker marker = files.OpenMarker();
        ulong[] heads = [255, 0, 64, 63, 64, 191];
        int[] items = [1, 2, 3, 4, 5, 6];
        Assert.Equal(6, marker.Mark(heads, items));
        Assert.Equal([1 | (1UL << 63), 1, 1UL << 63, 1UL << 63], files.BitmapWords);
        Assert.Equal([0UL, 63, 64, 64, 191, 255], heads);
        Assert.Equal([2, 4], items[..2]);
        Assert.Equal([3, 5], items[2..4].Order());
        Assert.Equal([6, 1], items[4..]);

        files.Access(63);
        files.Access(64);
        bool[] idle = new bool[6];
        marker.Read(heads, idle);
        Assert.Equal([true, false, false, false, true, true], idle);
    }

    [Fact]
    public void Pages_that_the_kernel_does_not_mark_come_last()
    {
        using FakePageFiles files = new(256, refuses: true);
        files.SetFlags(70, FakePageFiles.OnReclaimList);
        files.SetFlags(200, FakePageFiles.OnReclaimList);
        using IdlePageMarker marker = files.OpenMarker();
        ulong[] heads = [200, 10, 71, 70];
        int[] items = [1, 2, 3, 4];

        // A page on a reclaim list that does not stay idle was accessed again; only the others cannot be marked.
        Assert.Equal(2, marker.Mark(heads, items));
        Assert.Equal([70UL, 200], heads[..2]);
        Assert.Equal([4, 1], items[..2]);
        Assert.Equal([2, 3], items[2..].Order());
        Assert.Equal(4, marker.NrTried);
        Assert.Equal(2, marker.NrRefused);
        Assert.Equal(Errno.None, marker.Fault);

        bool[] idle = new bool[2];
        marker.Read(heads.AsSpan(0, 2), idle);
        Assert.Equal([false, false], idle);
    }

    [Fact]
    public void Frames_past_the_end_count_as_not_accessed()
    {
        using FakePageFiles files = new(64);
        using IdlePageMarker marker = files.OpenMarker();
        bool[] idle = [false];
        marker.Read([64], idle);
        Assert.True(idle[0]);
        Assert.Equal(Errno.None, marker.Fault);
    }

    [Fact]
    public void Without_frames_nothing_happens()
    {
        using FakePageFiles files = new(64);
        using IdlePageMarker marker = files.OpenMarker();
        Assert.Equal(0, marker.Mark([], []));
        marker.Read([], []);
        Assert.Equal([0UL], files.BitmapWords);
    }

    [Fact]
    public void A_kernel_without_the_bitmap_is_reported_as_such()
    {
        using TemporaryFolder folder = new();
        AccessCheckUnavailableException e = Assert.Throws<AccessCheckUnavailableException>(() => IdlePageMarker.Open(folder.Path, folder.Path));
        Assert.Contains("does not track idle pages", e.Reason, StringComparison.Ordinal);
        Assert.Contains("CONFIG_IDLE_PAGE_TRACKING", e.Remedy, StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_that_only_keeps_what_is_written_fails_the_self_test()
    {
        // The own frames are anywhere in memory, so the file must be as large; it is sparse.
        using FakePageFiles files = new(1UL << 34);
        using IdlePageMarker marker = files.OpenMarker();
        _ = Assert.Throws<AccessCheckUnavailableException>(marker.SelfTest);
    }
}

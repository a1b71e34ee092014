using Damon.Linux.AccessChecks;

namespace Damon.Linux.Tests.AccessChecks;

/// <summary>
/// Plain files in the place of the idle page bitmap and of kpageflags. They keep what is written, so they show where and what
/// that is; nothing is ever accessed in them unless a test clears a bit.
/// </summary>
sealed class FakePageFiles : IDisposable
{
    public const ulong OnReclaimList = 1UL << 5;
    public const ulong Head = 1UL << 15;
    public const ulong Tail = 1UL << 16;
    public const ulong NoPage = 1UL << 20;
    public const ulong ZeroPage = 1UL << 24;
    public const string Bitmap = "kernel/mm/page_idle/bitmap";
    public const string Flags = "kpageflags";

    readonly TemporaryFolder _folder = new();

    /// <param name="frames">Size of the memory, a multiple of 64.</param>
    /// <param name="refuses">Whether no frame can be marked: what is written is lost, and all bits read as 0.</param>
    public FakePageFiles(ulong frames, bool refuses = false)
    {
        if (refuses)
        {
            _ = File.CreateSymbolicLink(_folder.File(Bitmap), "/dev/zero");
        }
        else
        {
            _folder.WriteWord(Bitmap, (frames / PageIdleBitmap.FramesPerWord) - 1, 0);
        }

        _folder.WriteWord(Flags, frames - 1, 0);
    }

    public string Root => _folder.Path;

    public ulong[] BitmapWords => _folder.Words(Bitmap);

    public IdlePageMarker OpenMarker() => IdlePageMarker.Open(Root, Root);

    public void SetFlags(ulong frame, ulong flags) => _folder.WriteWord(Flags, frame, flags);

    /// <summary>Makes a folio of 2^<paramref name="order"/> pages.</summary>
    public void SetFolio(ulong head, int order)
    {
        SetFlags(head, Head | OnReclaimList);
        for (ulong i = 1; i < 1UL << order; i++)
        {
            SetFlags(head + i, Tail);
        }
    }

    /// <summary>Clears the bit of a frame, as an access does.</summary>
    public void Access(ulong frame)
    {
        ulong word = frame / PageIdleBitmap.FramesPerWord;
        _folder.WriteWord(Bitmap, word, BitmapWords[word] & ~(1UL << (int)(frame % PageIdleBitmap.FramesPerWord)));
    }

    public void Dispose() => _folder.Dispose();
}

using System.Numerics;
using Damon.Linux.Memory;
using Damon.Linux.Native;

namespace Damon.Linux.AccessChecks;

/// <summary>Marks folios idle, each alone and not its neighbours, and tells which of them still are.</summary>
/// <remarks>Frames that share a word of the bitmap share the system calls. Allocates nothing.</remarks>
/// <param name="bitmap">Owned by this object from now on.</param>
/// <param name="flags">Owned likewise.</param>
sealed class IdlePageMarker(PageIdleBitmap bitmap, KernelPageFlags flags) : IDisposable
{
    internal KernelPageFlags Flags { get; } = flags;

    /// <summary>Folios marked so far, and tried to be marked.</summary>
    internal long NrTried { get; private set; }

    /// <summary>How many of them the kernel did not mark.</summary>
    internal long NrRefused { get; private set; }

    /// <summary>The first failure to read or write the bitmap.</summary>
    internal Errno Fault { get; private set; }

    /// <summary>Opens what is needed.</summary>
    /// <exception cref="AccessCheckUnavailableException">It is not there, or may not be opened.</exception>
    internal static IdlePageMarker Open(string sysRoot = "/sys", string procRoot = "/proc")
    {
        PageIdleBitmap bitmap = PageIdleBitmap.Open(sysRoot);
        try
        {
            return new IdlePageMarker(bitmap, KernelPageFlags.Open(procRoot));
        }
        catch
        {
            bitmap.Dispose();
            throw;
        }
    }

    /// <summary>Marks folios idle.</summary>
    /// <param name="heads">Frames of their first pages; sorted afterwards. The same may come more than once.</param>
    /// <param name="items">Whatever belongs to each; moved along.</param>
    /// <returns>How many were marked; they come first. Those behind cannot be marked, for now or ever.</returns>
    internal int Mark(Span<ulong> heads, Span<int> items)
    {
        heads.Sort(items);
        int marked = 0;
        int next;
        for (int first = 0; first < heads.Length; first = next)
        {
            ulong word = heads[first] / PageIdleBitmap.FramesPerWord;
            ulong wanted = WordFrom(heads, first, out next);
            ulong done = MarkWord(word, wanted);
            for (int i = first; i < next; i++)
            {
                if ((done & Bit(heads[i])) != 0)
                {
                    (heads[i], heads[marked]) = (heads[marked], heads[i]);
                    (items[i], items[marked]) = (items[marked], items[i]);
                    marked++;
                }
            }
        }

        NrTried += heads.Length;
        NrRefused += heads.Length - marked;
        return marked;
    }

    /// <summary>Tells which folios are still idle.</summary>
    /// <param name="heads">Sorted, as <see cref="Mark"/> leaves them.</param>
    /// <param name="idle">The answers.</param>
    internal void Read(ReadOnlySpan<ulong> heads, Span<bool> idle)
    {
        int next;
        for (int first = 0; first < heads.Length; first = next)
        {
            _ = WordFrom(heads, first, out next);
            Errno errno = bitmap.Read(heads[first] / PageIdleBitmap.FramesPerWord, out ulong bits);
            if (errno != Errno.None)
            {
                // What cannot be known counts as not accessed.
                SetFault(errno);
                bits = ulong.MaxValue;
            }

            for (int i = first; i < next; i++)
            {
                idle[i] = (bits & Bit(heads[i])) != 0;
            }
        }
    }

    /// <summary>Tries on own pages that one can be marked without its neighbour, and that an access shows.</summary>
    /// <exception cref="AccessCheckUnavailableException">It does not work here.</exception>
    internal void SelfTest()
    {
        // Another process may mark or reclaim the same page, or it is one of the very last, so there is more than one attempt.
        const int Attempts = 4;
        string? failure = null;
        try
        {
            for (int i = 0; i < Attempts; i++)
            {
                failure = Attempt(2 * i);
                if (failure is null)
                {
                    return;
                }
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new AccessCheckUnavailableException($"no pages to test the idle page bitmap on: {e.Message}", "run as root", e);
        }

        throw new AccessCheckUnavailableException($"the idle page bitmap does not work here: {failure}", "use another access check");
    }

    public void Dispose()
    {
        bitmap.Dispose();
        Flags.Dispose();
    }

    /// <returns>What was wrong; null when all was well.</returns>
    string? Attempt(int page)
    {
        // The kernel collects new pages, up to 31 per processor, before it puts them on a list where they can be marked. The
        // first ones are there once more than that have followed.
        const int Pages = 80;
        using OwnPages pages = OwnPages.Private(Pages);
        if (pages.Pfn(page) is not { } frame || pages.Pfn(page + 1) is not { } neighbour)
        {
            return "pagemap does not show frame numbers (it needs CAP_SYS_ADMIN)";
        }

        Span<int> items = [0];
        if (Mark([frame], items) == 0)
        {
            return Fault == Errno.None ? "a page cannot be marked" : $"a page cannot be marked: {Fault.ToText()}";
        }

        if (!IsIdle(frame))
        {
            return "a page does not stay marked";
        }

        if (IsIdle(neighbour))
        {
            return "the page next to it was marked as well";
        }

        pages.FlushTranslations();
        pages.Touch(page);
        return IsIdle(frame) ? "an access is not seen" : null;
    }

    bool IsIdle(ulong frame)
    {
        Span<bool> idle = [false];
        Read([frame], idle);
        return idle[0];
    }

    /// <summary>Marks, and looks what has become of it.</summary>
    /// <returns>The bits that were marked.</returns>
    ulong MarkWord(ulong word, ulong wanted)
    {
        Errno errno = bitmap.Write(word, wanted);
        ulong idle = 0;
        if (errno == Errno.None)
        {
            errno = bitmap.Read(word, out idle);
        }

        if (errno != Errno.None)
        {
            SetFault(errno);
            return 0;
        }

        // The kernel passes in silence over what is on no reclaim list. A page that is on one was accessed again in these
        // microseconds; looking has unmarked it, so it is marked once more.
        ulong again = 0;
        for (ulong missing = wanted & ~idle; missing != 0; missing &= missing - 1)
        {
            int bit = BitOperations.TrailingZeroCount(missing);
            if (Flags.IsOnReclaimList((word * PageIdleBitmap.FramesPerWord) + (ulong)bit))
            {
                again |= 1UL << bit;
            }
        }

        return again == 0 || bitmap.Write(word, again) == Errno.None ? (wanted & idle) | again : wanted & idle;
    }

    void SetFault(Errno errno)
    {
        // Behind the last frame there is nothing, and the kernel gives no part of a word: neither is a fault.
        if (Fault == Errno.None && errno != Errno.ENXIO)
        {
            Fault = errno;
        }
    }

    static ulong Bit(ulong frame) => 1UL << (int)(frame % PageIdleBitmap.FramesPerWord);

    /// <summary>The bits of all frames from <paramref name="first"/> on that are in the same word.</summary>
    static ulong WordFrom(ReadOnlySpan<ulong> heads, int first, out int next)
    {
        ulong word = heads[first] / PageIdleBitmap.FramesPerWord;
        ulong bits = 0;
        for (next = first; next < heads.Length && heads[next] / PageIdleBitmap.FramesPerWord == word; next++)
        {
            bits |= Bit(heads[next]);
        }

        return bits;
    }
}

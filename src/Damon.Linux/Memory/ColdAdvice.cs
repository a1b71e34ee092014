using System.Runtime.InteropServices;
using Damon.Linux.Native;
using Damon.Monitoring;

namespace Damon.Linux.Memory;

/// <summary>
/// Clears accessed bits of another process with <c>process_madvise(MADV_COLD)</c> (5.10 and later), which also flushes them from
/// the processors' caches, so that the next access is seen. The folios move to the inactive list; nothing is discarded.
/// </summary>
/// <remarks>Not thread-safe. Allocates only until the list of failures has its size.</remarks>
sealed unsafe class ColdAdvice : IDisposable
{
    /// <summary>Ranges per system call, the kernel's limit.</summary>
    public const int ChunkCapacity = LibC.UIO_MAXIOV;

    readonly List<ColdFailure> _failures = [];
    LibC.iovec* _chunk = (LibC.iovec*)NativeMemory.Alloc(ChunkCapacity, (nuint)sizeof(LibC.iovec));

    /// <summary>Ranges refused in the last <see cref="Advise"/>.</summary>
    public ReadOnlySpan<ColdFailure> Failures => CollectionsMarshal.AsSpan(_failures);

    /// <summary>Gives the advice on all ranges, passing over those that fail.</summary>
    /// <param name="pidfd">A pidfd of the process.</param>
    /// <param name="ranges">Whole folios, see <see cref="FolioRange"/>; sorted in place. Each is advised once however often it occurs.</param>
    public ColdResult Advise(int pidfd, Span<FolioRange> ranges)
    {
        ObjectDisposedException.ThrowIf(_chunk == null, this);
        _failures.Clear();
        Span<FolioRange> distinct = SortAndMerge(ranges);
        int advised = 0;
        int calls = 0;
        for (int next = 0; next < distinct.Length;)
        {
            int count = Math.Min(ChunkCapacity, distinct.Length - next);
            ulong length = 0;
            for (int i = 0; i < count; i++)
            {
                FolioRange range = distinct[next + i];
                _chunk[i] = new() { iov_base = range.Start, iov_len = range.Length };
                length += range.Length;
            }

            calls++;
            nint done = LibC.process_madvise(pidfd, _chunk, (nuint)count, LibC.MADV_COLD, 0);
            if (done >= 0)
            {
                // The kernel stops at the first range that fails and tells how many bytes went before. The next call starts
                // with that range and gets its error.
                int accepted = (ulong)done == length ? count : CountOf(distinct.Slice(next, count), (ulong)done);
                advised += accepted;
                next += accepted;
                if (accepted > 0)
                {
                    continue;
                }
            }

            Errno error = done < 0 ? ErrnoExtensions.Last() : Errno.EIO;
            switch (error)
            {
                case Errno.EINTR:
                    continue;
                case Errno.ESRCH:
                    return Result(ColdOutcome.TargetGone, error);
                case Errno.EPERM or Errno.EACCES:
                    return Result(ColdOutcome.NoPermission, error);
                case Errno.EBADF or Errno.ENOSYS or Errno.EFAULT:
                    return Result(ColdOutcome.Failed, error);
                default:
                    _failures.Add(new(distinct[next], error));
                    next++;
                    continue;
            }
        }

        return Result(ColdOutcome.Done, Errno.None);

        ColdResult Result(ColdOutcome outcome, Errno error) => new(outcome, advised, _failures.Count, calls, error);
    }

    /// <summary>
    /// Tries on two pages of this process that the advice clears one bit and leaves the other, and that a new access shows. The
    /// right to advise other processes shows only with them.
    /// </summary>
    /// <exception cref="AccessCheckUnavailableException">It does not work here.</exception>
    public void SelfTest(PageTableWalker walker)
    {
        // A page just faulted in may wait in a per-processor list, out of the advice's reach, so there is more than one attempt.
        const int Attempts = 8;
        int pid = LibC.getpid();
        int pidfd = LibC.pidfd_open(pid, 0);
        if (pidfd < 0)
        {
            throw new AccessCheckUnavailableException($"pidfd_open: {ErrnoExtensions.Last().ToText()}", "kernel 5.10 or later has it");
        }

        try
        {
            string? failure = "";
            for (int i = 0; i < Attempts; i++)
            {
                failure = Attempt(walker, pid, pidfd);
                if (failure is null)
                {
                    return;
                }

                _ = LibC.sched_yield();
            }

            throw new AccessCheckUnavailableException(
                $"MADV_COLD does not clear accessed bits here: {failure}", "it needs kernel 5.10 or later with CONFIG_ADVISE_SYSCALLS");
        }
        catch (IOException e)
        {
            throw new AccessCheckUnavailableException($"no pages to test MADV_COLD on: {e.Message}", "free some memory", e);
        }
        finally
        {
            _ = LibC.close(pidfd);
        }
    }

    public void Dispose()
    {
        NativeMemory.Free(_chunk);
        _chunk = null;
    }

    /// <summary>Sorts by address and drops what is covered already. What remains is at the start of the span.</summary>
    internal static Span<FolioRange> SortAndMerge(Span<FolioRange> ranges)
    {
        // Samples taken region by region come in order, and sorting would cost a tenth of the advice.
        for (int i = 1; i < ranges.Length; i++)
        {
            if (Compare(ranges[i - 1], ranges[i]) > 0)
            {
                ranges.Sort(Compare);
                break;
            }
        }

        int kept = 0;
        ulong end = 0;
        foreach (FolioRange range in ranges)
        {
            if (range.Length != 0 && (kept == 0 || range.End > end))
            {
                ranges[kept++] = range;
                end = range.End;
            }
        }

        return ranges[..kept];

        // Bigger first at the same start, so that it covers the others.
        static int Compare(FolioRange a, FolioRange b) => a.Start != b.Start ? a.Start.CompareTo(b.Start) : b.Length.CompareTo(a.Length);
    }

    /// <returns>What was wrong; null when all was well.</returns>
    string? Attempt(PageTableWalker walker, int pid, int pidfd)
    {
        using OwnPages pages = OwnPages.Private(2);
        if (IsYoung(0) is not true || IsYoung(1) is not true)
        {
            return "the walk does not show a written page as accessed";
        }

        Span<FolioRange> first = [new(pages.Address(0), Page.Size)];
        ColdResult result = Advise(pidfd, first);
        if (result.Advised != 1)
        {
            return (result.Failed != 0 ? Failures[0].Error : result.Error).ToText();
        }

        if (IsYoung(0) is not false)
        {
            return "the page still counts as accessed";
        }

        if (IsYoung(1) is not true)
        {
            return "the page next to it was cleared as well";
        }

        pages.Touch(0);
        return IsYoung(0) is true ? null : "a new access is not seen";

        bool? IsYoung(int page)
        {
            walker.Addresses[0] = pages.Address(page);
            return walker.Walk(pid, 1, withFolio: false) == WalkStatus.Ok && walker.Entries[0].Present ? walker.Entries[0].Young : null;
        }
    }

    static int CountOf(ReadOnlySpan<FolioRange> ranges, ulong length)
    {
        int count = 0;
        while (count < ranges.Length && length >= ranges[count].Length)
        {
            length -= ranges[count++].Length;
        }

        return count;
    }
}

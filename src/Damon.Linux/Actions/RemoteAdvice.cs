using System.Runtime.InteropServices;
using Damon.Linux.Native;
using Damon.Monitoring;

namespace Damon.Linux.Actions;

/// <summary>Advice on the memory of another process by <c>process_madvise</c> (5.10 and later), a piece failing without the others.</summary>
/// <remarks>Not thread-safe. Allocates only until the list of failures has its size.</remarks>
sealed unsafe class RemoteAdvice : IDisposable
{
    /// <summary>Most bytes per system call, so that none takes long.</summary>
    internal const ulong BytesPerCall = 64 << 20;

    // What is busy now may be free in a moment; what is not is left to the next pass of the scheme.
    const int MaxRetries = 3;

    readonly List<AdviceFailure> _failures = [];
    LibC.iovec* _vector = (LibC.iovec*)NativeMemory.Alloc(LibC.UIO_MAXIOV, (nuint)sizeof(LibC.iovec));

    /// <summary>Pieces refused in the last <see cref="Advise"/>.</summary>
    internal ReadOnlySpan<AdviceFailure> Failures => CollectionsMarshal.AsSpan(_failures);

    /// <summary>Whether the process of the last <see cref="Advise"/> was found to have ended.</summary>
    internal bool IsTargetGone { get; private set; }

    /// <summary>Advises on all pieces.</summary>
    /// <param name="pidfd">A pidfd of the process.</param>
    /// <param name="pieces">Each at most <see cref="BytesPerCall"/> long and a whole number of pages.</param>
    /// <param name="advice">One of the <c>MADV_</c> values.</param>
    /// <returns>Bytes of the pieces that the kernel took the advice on.</returns>
    internal ulong Advise(int pidfd, ReadOnlySpan<AddressRange> pieces, int advice)
    {
        ObjectDisposedException.ThrowIf(_vector == null, this);
        _failures.Clear();
        IsTargetGone = false;
        ulong advised = 0;
        int retries = 0;
        for (int next = 0; next < pieces.Length;)
        {
            int count = Fill(pieces[next..]);
            nint done = LibC.process_madvise(pidfd, _vector, (nuint)count, advice, 0);
            if (done >= 0)
            {
                // The kernel stops at the first piece that fails and tells how many bytes went before. The next call begins with that
                // piece and gets its error.
                int accepted = CountOf(pieces.Slice(next, count), (ulong)done, ref advised);
                next += accepted;
                if (accepted > 0)
                {
                    retries = 0;
                    continue;
                }
            }

            Errno error = done < 0 ? ErrnoExtensions.Last() : Errno.EIO;
            switch (error)
            {
                case Errno.EINTR:
                    continue;
                case Errno.EAGAIN when retries < MaxRetries:
                    retries++;
                    _ = LibC.sched_yield();
                    continue;
                case Errno.ESRCH:
                    IsTargetGone = true;
                    return advised;
                case Errno.EPERM or Errno.EACCES or Errno.ENOSYS or Errno.EFAULT:
                    // True of the whole process: the other pieces would only fail the same way.
                    _failures.Add(new AdviceFailure(pieces[next], error));
                    return advised;
                default:
                    _failures.Add(new AdviceFailure(pieces[next], error));
                    retries = 0;
                    next++;
                    continue;
            }
        }

        return advised;
    }

    public void Dispose()
    {
        NativeMemory.Free(_vector);
        _vector = null;
    }

    int Fill(ReadOnlySpan<AddressRange> pieces)
    {
        ulong length = 0;
        int count = 0;
        while (count < pieces.Length && count < LibC.UIO_MAXIOV && (count == 0 || length + pieces[count].Size <= BytesPerCall))
        {
            _vector[count] = new LibC.iovec { iov_base = pieces[count].Start, iov_len = pieces[count].Size };
            length += pieces[count++].Size;
        }

        return count;
    }

    static int CountOf(ReadOnlySpan<AddressRange> pieces, ulong bytes, ref ulong advised)
    {
        int count = 0;
        while (count < pieces.Length && bytes >= pieces[count].Size)
        {
            bytes -= pieces[count].Size;
            advised += pieces[count++].Size;
        }

        return count;
    }
}

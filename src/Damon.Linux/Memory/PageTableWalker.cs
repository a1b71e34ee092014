using Damon.Linux.Bpf;
using Damon.Linux.Native;
using Damon.Linux.Processes;

namespace Damon.Linux.Memory;

/// <summary>
/// Reads page-table entries of any process, a batch per call, with BPF programs assembled for the running kernel. Nothing is
/// assumed from its version: what is used was tried on this process's own pages before.
/// </summary>
/// <remarks>Not thread-safe: one memory is shared by all walks. A walk allocates nothing.</remarks>
sealed unsafe partial class PageTableWalker : IDisposable
{
    /// <summary>Most addresses per walk.</summary>
    public const int BatchCapacity = 4096;

    readonly KernelLayout _layout;
    readonly WalkerOptions _options;
    readonly BpfMap _map;
    readonly Dictionary<int, int> _standIns = [];
    byte* _memory;
    WalkerProgram? _plain;
    WalkerProgram? _folio;
    WalkerProgram? _peek;
    WalkerProgram? _spaces;

    PageTableWalker(KernelLayout layout, WalkerProgramKind kind, KernelReadKind read, WalkerOptions options)
    {
        _layout = layout;
        _options = options;
        ProgramKind = kind;
        ReadKind = read;
        _map = BpfMap.CreateShared(WalkerMemory.Length);
        _memory = _map.Value;
    }

    public WalkerProgramKind ProgramKind { get; }

    public KernelReadKind ReadKind { get; }

    /// <summary>Whether the loop helper is in use rather than plain jumps (before 5.17).</summary>
    public bool UsesLoopHelper => _options.UseLoopHelper;

    /// <summary>Levels of page tables, 4 or 5.</summary>
    public int Levels { get; private set; } = 4;

    /// <summary>Whether walks can tell the order of folios.</summary>
    public bool KnowsFolios => _folio is not null;

    /// <summary>Whether walks can tell of folios of one page whether advice will clear them.</summary>
    public bool KnowsPageMapCounts => KnowsFolios && _layout.HasPageMapCounts;

    /// <summary>Whether walks can tell it of large folios too (from about 6.10 on).</summary>
    public bool KnowsMapCounts => KnowsFolios && _layout.HasMapCounts;

    /// <summary>Why <see cref="KnowsFolios"/> is false; else null.</summary>
    public string? FoliosUnknownBecause { get; private set; }

    /// <summary>Input of walks, filled by the caller.</summary>
    public Span<ulong> Addresses => new(Memory + WalkerMemory.Addresses, BatchCapacity);

    /// <summary>Input of <see cref="WalkSpaces"/>: kernel addresses of top-level tables; 0 gives no entry.</summary>
    public Span<ulong> Tables => new(Memory + WalkerMemory.Tables, BatchCapacity);

    /// <summary>Results of the last walk, as many as were asked for; what follows is of earlier walks.</summary>
    public ReadOnlySpan<PageEntry> Entries => new(Memory + WalkerMemory.Entries, BatchCapacity);

    /// <summary>Results of the last <see cref="Peek"/>.</summary>
    public ReadOnlySpan<ulong> Words => new(Memory + WalkerMemory.Entries, BatchCapacity);

    /// <summary>
    /// Identity of the address space walked last; another value for the same process means that it has executed another
    /// program. Says nothing else.
    /// </summary>
    public ulong LastMm => Word(WalkerMemory.Mm);

    /// <summary>Kernel address of the <c>task_struct</c> of the last walk.</summary>
    public ulong LastTask => Word(WalkerMemory.Task);

    /// <summary>Offsets and ids of the running kernel.</summary>
    public KernelLayout KernelLayout => _layout;

    /// <summary>Why the last walk has <see cref="WalkStatus.Failed"/>.</summary>
    public Errno LastError { get; private set; }

    /// <summary>Kernel address of physical address 0.</summary>
    internal ulong DirectMap => Word(WalkerMemory.DirectMap);

    /// <summary>Kernel address of <c>struct page</c> 0; 0 when not known.</summary>
    internal ulong PageArray => Word(WalkerMemory.PageArray);

    byte* Memory => _memory != null ? _memory : throw new ObjectDisposedException(nameof(PageTableWalker));

    /// <summary>Finds the page-table entries of the first <paramref name="count"/> <see cref="Addresses"/>.</summary>
    /// <param name="pid">Process, or any thread of it.</param>
    /// <param name="count">0 to <see cref="BatchCapacity"/>.</param>
    /// <param name="withFolio">
    /// Whether to look up the folios of young pages too; ignored unless <see cref="KnowsFolios"/>.
    /// </param>
    public WalkStatus Walk(int pid, int count, bool withFolio)
    {
        WalkerProgram program = withFolio && _folio is not null ? _folio : _plain!;
        if (_standIns.Count != 0 && _standIns.TryGetValue(pid, out int thread))
        {
            WalkStatus status = Run(program, thread, count);
            if (status is not (WalkStatus.NoTask or WalkStatus.NoMemory))
            {
                return status;
            }

            _standIns.Remove(pid);
        }

        WalkStatus first = Run(program, pid, count);
        return first == WalkStatus.NoMemory ? WalkOtherThread(program, pid, count) : first;
    }

    /// <summary>Reads 8 bytes of kernel memory at each of the first <paramref name="count"/> <see cref="Addresses"/>; 0 where there are none.</summary>
    /// <param name="count">0 to <see cref="BatchCapacity"/>.</param>
    public WalkStatus Peek(int count)
    {
        _peek ??= Load(WalkerBody.Peek);
        return Run(_peek, LibC.getpid(), count);
    }

    /// <summary>
    /// Finds the page-table entries of the first <paramref name="count"/> <see cref="Addresses"/>, each in the address space whose
    /// top-level table is in <see cref="Tables"/>.
    /// </summary>
    /// <remarks>Nothing keeps the tables from being freed meanwhile: what is found counts only when it is the frame that was expected.</remarks>
    /// <param name="count">0 to <see cref="BatchCapacity"/>.</param>
    public WalkStatus WalkSpaces(int count)
    {
        _spaces ??= Load(WalkerBody.Spaces);
        return Run(_spaces, LibC.getpid(), count);
    }

    /// <summary>Drops what is kept for a process that is no longer of interest.</summary>
    public void Forget(int pid)
    {
        if (_standIns.Remove(pid, out int thread))
        {
            Forget(thread);
        }

        _plain?.Forget(pid);
        _folio?.Forget(pid);
    }

    public void Dispose()
    {
        _plain?.Dispose();
        _folio?.Dispose();
        _peek?.Dispose();
        _spaces?.Dispose();
        _memory = null;
        _map.Dispose();
    }

    ref ulong Word(int offset) => ref *(ulong*)(Memory + offset);

    WalkStatus Run(WalkerProgram program, int pid, int count)
    {
        if ((uint)count > BatchCapacity)
        {
            throw new ArgumentOutOfRangeException(nameof(count), count, $"must be 0 to {BatchCapacity}");
        }

        Word(WalkerMemory.Pid) = (uint)pid;
        Word(WalkerMemory.Count) = (uint)count;
        Word(WalkerMemory.Status) = 0;
        LastError = program.Run(pid);
        if (LastError != Errno.None)
        {
            // An iterator is refused when its task is gone.
            return LastError == Errno.ESRCH ? WalkStatus.NoTask : WalkStatus.Failed;
        }

        WalkStatus status = (WalkStatus)Volatile.Read(ref Word(WalkerMemory.Status));
        if (status == WalkStatus.Failed && ProgramKind == WalkerProgramKind.Iterator)
        {
            // It met no task.
            program.Forget(pid);
            return WalkStatus.NoTask;
        }

        return status;
    }

    /// <summary>
    /// The first thread of a process may end before the others. It is then a zombie without address space, and any other
    /// thread has to stand in.
    /// </summary>
    WalkStatus WalkOtherThread(WalkerProgram program, int pid, int count)
    {
        foreach (int thread in new ProcFileSystem().Threads(pid))
        {
            if (thread != pid && Run(program, thread, count) is var status and not (WalkStatus.NoTask or WalkStatus.NoMemory))
            {
                _standIns[pid] = thread;
                return status;
            }
        }

        return WalkStatus.NoMemory;
    }

    WalkerProgram Load(WalkerBody body) => new(
        new WalkerCode(_layout, _map.Fd, ProgramKind, ReadKind, body, _options, Levels, s_physicalBits.Value).Load(),
        ProgramKind,
        _options.UseTaskFilter);
}

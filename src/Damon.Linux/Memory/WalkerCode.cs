using System.Numerics;
using Damon.Linux.Bpf;
using static Damon.Linux.Bpf.BpfCondition;
using static Damon.Linux.Bpf.BpfRegister;
using static Damon.Linux.Memory.PageTableFormat.X64;

namespace Damon.Linux.Memory;

/// <summary>Writes walker programs: a main function that finds the address space, and one that handles one address.</summary>
/// <remarks>
/// The programs take no lock. A page table freed meanwhile gives at worst one wrong entry; a read at a bad address gives 0.
/// </remarks>
sealed class WalkerCode
{
    const int Present = (int)PresentBit;
    const int PresentAndHuge = (int)(PresentBit | HugeBit);
    const int Accessed = (int)(PresentBit | AccessedBit);
    const int AccessedMask = (int)(PresentBit | AccessedBit | SpecialBit);

    readonly BpfAssembler _asm = new();
    readonly KernelLayout _layout;
    readonly int _mapFd;
    readonly WalkerProgramKind _kind;
    readonly KernelReadKind _read;
    readonly WalkerBody _body;
    readonly WalkerOptions _options;
    readonly int _levels;
    readonly ulong _entryBits;

    /// <param name="layout">Offsets and ids.</param>
    /// <param name="mapFd">The shared memory, laid out as <see cref="WalkerMemory"/>.</param>
    /// <param name="kind">Not <see cref="WalkerProgramKind.Auto"/>.</param>
    /// <param name="read">Not <see cref="KernelReadKind.Auto"/>.</param>
    /// <param name="body">What to do with each address.</param>
    /// <param name="options">Features to use.</param>
    /// <param name="levels">Levels of page tables, 4 or 5.</param>
    /// <param name="physicalBits">
    /// Width of a physical address, at most <see cref="MaxPhysicalBits"/>. Bits above it in an entry are no address: memory encryption marks pages there.
    /// </param>
    public WalkerCode(
        KernelLayout layout,
        int mapFd,
        WalkerProgramKind kind,
        KernelReadKind read,
        WalkerBody body,
        WalkerOptions options,
        int levels,
        int physicalBits)
    {
        _layout = layout;
        _mapFd = mapFd;
        _kind = kind;
        _read = read;
        _body = body;
        _options = options;
        _levels = levels;
        _entryBits = (1UL << physicalBits) - 1;
    }

    /// <exception cref="BpfException">The kernel refused the program.</exception>
    /// <exception cref="NotSupportedException">The kernel lacks a function that the program would call.</exception>
    public BpfProgram Load()
    {
        BpfLabel element = _asm.NewLabel();
        EmitMain(element);
        _asm.Bind(element);
        EmitElement();
        BpfLocalFunction function = new(_asm.PositionOf(element), isCallback: _options.UseLoopHelper);
        string name = $"damon_{_body switch { WalkerBody.Plain => "walk", WalkerBody.Folio => "folio", WalkerBody.Spaces => "spaces", _ => "peek" }}";
        return _kind == WalkerProgramKind.Syscall
            ? BpfProgram.Load(BpfProgramKind.Syscall, name, _asm.Build(), function)
            : BpfProgram.Load(BpfProgramKind.TaskIterator, name, _asm.Build(), function, Needed(_layout.IterTaskFunction, "bpf_iter_task"));
    }

    // R6 shared memory, R7 task, R8 mm.
    void EmitMain(BpfLabel element)
    {
        BpfLabel end = _asm.NewLabel();
        BpfLabel gone = _asm.NewLabel();
        BpfLabel release = _asm.NewLabel();
        if (_kind == WalkerProgramKind.Syscall)
        {
            _asm.LoadMapValue(R6, _mapFd, 0);
            _asm.Load32(R1, R6, WalkerMemory.Pid);
            _asm.CallKernel(_layout.TaskFromVpid ?? Needed(_layout.TaskFromPid, "bpf_task_from_pid"));
            _asm.JumpIf(R0, Equal, 0, gone);
            _asm.Move(R7, R0);
        }
        else
        {
            // The last call of an iterator has no task.
            _asm.Load64(R7, R1, Needed(_layout.IterTask, "bpf_iter__task.task"));
            _asm.JumpIf(R7, Equal, 0, end);
            _asm.LoadMapValue(R6, _mapFd, 0);
            if (!_options.UseTaskFilter)
            {
                Read(R1, R7, _layout.TaskPid);
                ZeroExtend32(R1);
                _asm.Load64(R2, R6, WalkerMemory.Pid);
                _asm.JumpIf(R1, NotEqual, R2, end);
            }
        }

        _asm.Store64(R6, WalkerMemory.Task, R7);
        if (_body is WalkerBody.Peek or WalkerBody.Spaces)
        {
            EmitLoop(element);
            SetStatus(WalkStatus.Ok);
        }
        else
        {
            BpfLabel same = _asm.NewLabel();
            BpfLabel hasMemory = _asm.NewLabel();
            Read(R8, R7, _layout.TaskMm);
            _asm.Store64(R6, WalkerMemory.Mm, R8);
            _asm.JumpIf(R8, NotEqual, 0, hasMemory);
            SetStatus(WalkStatus.NoMemory);
            _asm.Jump(release);

            _asm.Bind(hasMemory);
            Read(R1, R8, _layout.MmTaskSize);
            _asm.Store64(R6, WalkerMemory.TaskSize, R1);
            Read(R1, R8, _layout.MmPgd);
            _asm.Store64(R6, WalkerMemory.Pgd, R1);
            EmitLoop(element);

            // An exec or exit in between may have freed the tables under the walk.
            Read(R1, R7, _layout.TaskMm);
            _asm.JumpIf(R1, Equal, R8, same);
            SetStatus(WalkStatus.Changed);
            _asm.Jump(release);
            _asm.Bind(same);
            SetStatus(WalkStatus.Ok);
        }

        _asm.Bind(release);
        if (_kind == WalkerProgramKind.Syscall)
        {
            _asm.Move(R1, R7);
            _asm.CallKernel(Needed(_layout.TaskRelease, "bpf_task_release"));
            _asm.Jump(end);
            _asm.Bind(gone);
            SetStatus(WalkStatus.NoTask);
        }

        _asm.Bind(end);
        _asm.Move(R0, 0);
        _asm.Exit();
    }

    // Keeps R6 to R8; the plain loop uses R9.
    void EmitLoop(BpfLabel element)
    {
        if (_options.UseLoopHelper)
        {
            _asm.Load64(R1, R6, WalkerMemory.Count);
            _asm.LoadFunction(R2, element);
            _asm.Move(R3, 0);
            _asm.Move(R4, 0);
            _asm.Call(BpfHelper.Loop);
            return;
        }

        // The counter is known to the verifier, which follows every turn; each leaves one branch open, of 8192 it allows.
        BpfLabel next = _asm.NewLabel();
        BpfLabel done = _asm.NewLabel();
        _asm.Move(R9, 0);
        _asm.Bind(next);
        _asm.Load64(R1, R6, WalkerMemory.Count);
        _asm.JumpIf(R9, GreaterOrEqual, R1, done);
        _asm.Move(R1, R9);
        _asm.CallLocal(element);
        _asm.Add(R9, 1);
        _asm.JumpIf(R9, Less, PageTableWalker.BatchCapacity, next);
        _asm.Bind(done);
    }

    // int element(int i, ...): R6 shared memory, R7 i * 8, R8 the table, then the entry, R9 the address of the address.
    void EmitElement()
    {
        BpfLabel inRange = _asm.NewLabel();
        _asm.Move(R7, R1);
        _asm.JumpIf(R7, Less, PageTableWalker.BatchCapacity, inRange);
        _asm.Move(R0, 1);
        _asm.Exit();

        _asm.Bind(inRange);
        _asm.ShiftLeft(R7, 3);
        _asm.LoadMapValue(R9, _mapFd, WalkerMemory.Addresses);
        _asm.Add(R9, R7);
        if (_body == WalkerBody.Peek)
        {
            _asm.Load64(R8, R9, 0);
            Read(R8, R8, 0);
            StoreEntry();
        }
        else
        {
            _asm.LoadMapValue(R6, _mapFd, 0);
            EmitWalk();
        }
    }

    // R6 becomes the direct map. Instructions count here: the fewer there are, the more cache misses of neighbouring turns of
    // the loop overlap.
    void EmitWalk()
    {
        BpfLabel found = _asm.NewLabel();
        BpfLabel foundHuge = _asm.NewLabel();
        BpfLabel finished = _asm.NewLabel();
        BpfLabel[] notDeeper = new BpfLabel[_levels + 1];
        if (_body == WalkerBody.Spaces)
        {
            _asm.LoadMapValue(R8, _mapFd, WalkerMemory.Tables);
            _asm.Add(R8, R7);
            _asm.Load64(R8, R8, 0);
        }
        else
        {
            _asm.Load64(R8, R6, WalkerMemory.Pgd);
        }

        _asm.Load64(R6, R6, WalkerMemory.DirectMap);
        for (int level = _levels; level >= 1; level--)
        {
            // The bits of the address for this level, times the size of an entry.
            _asm.Load64(R1, R9, 0);
            _asm.ShiftRight(R1, ShiftOf(level) - EntryShift);
            _asm.And(R1, IndexMask << EntryShift);
            _asm.Add(R8, R1);
            Read(R8, R8, 0);
            if (level == 1)
            {
                break;
            }

            notDeeper[level] = _asm.NewLabel();
            _asm.Move(R1, R8);
            _asm.And(R1, level > HighestHugeLevel ? Present : PresentAndHuge);
            if (level == 2 && _body == WalkerBody.Folio)
            {
                _asm.JumpIf(R1, Equal, PresentAndHuge, foundHuge);
            }

            _asm.JumpIf(R1, NotEqual, Present, notDeeper[level]);
            _asm.Move64(R1, _entryBits >> PageShift << PageShift);
            _asm.And(R8, R1);
            _asm.Add(R8, R6);
        }

        if (_body == WalkerBody.Folio)
        {
            EmitFolio(1, found, finished);
            _asm.Bind(foundHuge);
            EmitFolio(2, found, finished);
        }
        else
        {
            _asm.Move(R2, 1);
        }

        // R2 is the level.
        _asm.Bind(found);
        _asm.Move64(R1, _entryBits);
        _asm.And(R8, R1);
        _asm.Bind(finished);
        _asm.ShiftLeft(R2, PageEntry.LevelShift);
        _asm.Or(R8, R2);
        StoreEntry();

        for (int level = 2; level <= _levels; level++)
        {
            _asm.Bind(notDeeper[level]);
            _asm.Move(R2, level);
            _asm.Jump(found);
        }
    }

    void StoreEntry()
    {
        _asm.LoadMapValue(R1, _mapFd, WalkerMemory.Entries);
        _asm.Add(R1, R7);
        _asm.Store64(R1, 0, R8);
        _asm.Move(R0, 0);
        _asm.Exit();
    }

    // In: R8 the entry. R9 becomes the page, R6 its folio; the stack holds the folio's flags.
    void EmitFolio(int level, BpfLabel notFolio, BpfLabel finished)
    {
        const int FlagsSlot = -16;
        BpfLabel isHead = _asm.NewLabel();
        BpfLabel isLarge = _asm.NewLabel();
        BpfLabel done = _asm.NewLabel();

        _asm.Move(R2, level);
        _asm.Move(R1, R8);
        _asm.And(R1, AccessedMask);
        _asm.JumpIf(R1, NotEqual, Accessed, notFolio);
        _asm.LoadMapValue(R9, _mapFd, WalkerMemory.PageArray);
        _asm.Load64(R9, R9, 0);
        _asm.JumpIf(R9, Equal, 0, notFolio);

        _asm.Move64(R1, _entryBits);
        _asm.And(R8, R1);
        _asm.Move(R1, R8);
        _asm.ShiftRight(R1, PageShift);
        if (level == 2)
        {
            _asm.And(R1, ~IndexMask);
        }

        if (BitOperations.IsPow2(_layout.PageSize!.Value))
        {
            _asm.ShiftLeft(R1, BitOperations.Log2((uint)_layout.PageSize.Value));
        }
        else
        {
            _asm.Multiply(R1, _layout.PageSize.Value);
        }

        _asm.Add(R9, R1);
        _asm.Move(R6, R9);
        Read(R1, R9, _layout.PageCompoundHead!.Value);
        _asm.Move(R2, R1);
        _asm.And(R2, 1);
        _asm.JumpIf(R2, Equal, 0, isHead);
        _asm.Add(R1, -1);
        _asm.Move(R6, R1);

        _asm.Bind(isHead);
        Read(R1, R6, 0);
        _asm.Store64(R10, FlagsSlot, R1);
        _asm.And(R1, 1 << _layout.PgHead!.Value);
        _asm.JumpIf(R1, NotEqual, 0, isLarge);

        // One page: the order stays 0.
        if (level == 1 && _layout.HasPageMapCounts)
        {
            BpfLabel stays = _asm.NewLabel();
            EmitOnReclaimList(FlagsSlot, stays);
            Read(R1, R9, _layout.PageMapCount!.Value);
            ZeroExtend32(R1);
            _asm.JumpIf(R1, NotEqual, 0, stays);
            OrBits(PageEntry.FolioKnownBit | PageEntry.ClearableBit);
            _asm.Jump(done);
            _asm.Bind(stays);
        }

        OrBits(PageEntry.FolioKnownBit);
        _asm.Jump(done);

        _asm.Bind(isLarge);
        Read(R9, R6, _layout.FolioOrder!.Value);
        _asm.And(R9, 0xff);
        _asm.JumpIf(R9, Greater, PageEntry.MaxOrder, done); // does not fit the result: left unknown
        OrBits(PageEntry.FolioKnownBit);
        _asm.Move(R1, R9);
        _asm.ShiftLeft(R1, PageEntry.OrderShift);
        _asm.Or(R8, R1);
        if (_layout.HasMapCounts)
        {
            EmitOnReclaimList(FlagsSlot, done);
            Read(R1, R6, _layout.FolioLargeMapCount!.Value);
            ZeroExtend32(R1);
            if (level == 1)
            {
                // As many mappings as pages: the whole folio once, page by page.
                _asm.Add(R1, 1);
                _asm.Move(R2, 1);
                _asm.ShiftLeft(R2, R9);
                _asm.JumpIf(R1, NotEqual, R2, done);
            }
            else
            {
                _asm.JumpIf(R1, NotEqual, 0, done);
                _asm.JumpIf(R9, NotEqual, Level2Order, done);
            }

            OrBits(PageEntry.ClearableBit);
        }

        _asm.Bind(done);
        _asm.Move(R2, level);
        _asm.Jump(finished);
    }

    void EmitOnReclaimList(int flagsSlot, BpfLabel otherwise)
    {
        int lru = 1 << _layout.PgLru!.Value;
        _asm.Load64(R1, R10, flagsSlot);
        _asm.And(R1, lru | (_layout.PgMlocked is { } locked ? 1 << locked : 0));
        _asm.JumpIf(R1, NotEqual, lru, otherwise);
    }

    void OrBits(ulong bits)
    {
        _asm.Move64(R1, bits);
        _asm.Or(R8, R1);
    }

    void ZeroExtend32(BpfRegister register)
    {
        _asm.ShiftLeft(register, 32);
        _asm.ShiftRight(register, 32);
    }

    void SetStatus(WalkStatus status) => _asm.Store64(R6, WalkerMemory.Status, (int)status);

    // to = 8 bytes at address + offset. R0 to R5 are lost.
    void Read(BpfRegister to, BpfRegister address, int offset)
    {
        if (_read == KernelReadKind.Inline)
        {
            _asm.Move(R1, address);
            if (offset != 0)
            {
                _asm.Add(R1, offset);
            }

            _asm.Move(R2, (int)Needed(_layout.PgdStruct, "pgd_t"));
            _asm.CallKernel(Needed(_layout.ReadOnlyCast, "bpf_rdonly_cast"));
            _asm.Load64(to, R0, 0);
        }
        else
        {
            const int Slot = -8;
            _asm.Move(R1, R10);
            _asm.Add(R1, Slot);
            _asm.Move(R2, 8);
            _asm.Move(R3, address);
            if (offset != 0)
            {
                _asm.Add(R3, offset);
            }

            _asm.Call(BpfHelper.ProbeReadKernel);
            _asm.Load64(to, R10, Slot);
        }
    }

    static uint Needed(uint? id, string name) => id ?? throw new NotSupportedException($"this kernel has no {name}");

    static int Needed(int? offset, string name) => offset ?? throw new NotSupportedException($"this kernel has no {name}");
}

using System.Globalization;
using System.Runtime.InteropServices;
using Damon.Linux.Bpf;
using Damon.Linux.Machine;
using Damon.Linux.Native;
using Damon.Monitoring;
using static Damon.Linux.Memory.PageTableFormat.X64;

namespace Damon.Linux.Memory;

sealed unsafe partial class PageTableWalker
{
    const int TrialPages = 8;
    const ulong GiB = 1UL << 30;

    static readonly Lazy<int> s_physicalBits = new(ReadPhysicalBits);
    static readonly Lock s_gate = new();

    // The same from boot to shutdown, so what one walker found is what the next one tries first.
    static KernelLayout? s_layout;
    static ulong s_directMap;

    /// <summary>Tries what is asked for, or everything in order, on this process's own pages.</summary>
    /// <exception cref="AccessCheckUnavailableException">Nothing worked.</exception>
    public static PageTableWalker Create(WalkerProgramKind kind = WalkerProgramKind.Auto, KernelReadKind read = KernelReadKind.Auto) =>
        Create(kind, read, new WalkerOptions());

    /// <inheritdoc cref="Create(WalkerProgramKind, KernelReadKind)"/>
    internal static PageTableWalker Create(WalkerProgramKind kind, KernelReadKind read, WalkerOptions options)
    {
        if (RuntimeInformation.ProcessArchitecture != Architecture.X64)
        {
            throw new AccessCheckUnavailableException(
                $"the page-table walk knows the tables of x86-64, not of {RuntimeInformation.ProcessArchitecture}",
                "use another access check");
        }

        KernelLayout layout = Layout();
        ReadOnlySpan<WalkerProgramKind> kinds = kind == WalkerProgramKind.Auto ? [WalkerProgramKind.Syscall, WalkerProgramKind.Iterator] : [kind];
        ReadOnlySpan<KernelReadKind> reads = read == KernelReadKind.Auto ? [KernelReadKind.Inline, KernelReadKind.Helper] : [read];
        ReadOnlySpan<bool> loops = options.UseLoopHelper ? [true, false] : [false];
        List<string> refusals = [];
        foreach (WalkerProgramKind triedKind in kinds)
        {
            foreach (KernelReadKind triedRead in reads)
            {
                foreach (bool loop in loops)
                {
                    WalkerOptions tried = options with { UseLoopHelper = loop, UseTaskFilter = options.UseTaskFilter && layout.IterFiltersTasks };
                    if (TryCreate(layout, triedKind, triedRead, tried, refusals) is { } walker)
                    {
                        return walker;
                    }
                }
            }
        }

        throw new AccessCheckUnavailableException(
            $"the kernel runs none of the page-table walkers: {string.Join("; ", refusals)}",
            "kernel 6.10 or later with CONFIG_BPF_SYSCALL and CONFIG_BPF_JIT has all that is needed");
    }

    static PageTableWalker? TryCreate(
        KernelLayout layout, WalkerProgramKind kind, KernelReadKind read, WalkerOptions options, List<string> refusals)
    {
        PageTableWalker? walker = null;
        try
        {
            walker = new PageTableWalker(layout, kind, read, options);
            walker.Prepare();
            return walker;
        }
        catch (BpfException e) when (e.Errno is Errno.EPERM or Errno.EACCES && e.VerifierLine is null)
        {
            walker?.Dispose();
            throw new AccessCheckUnavailableException(e.Message, "run as root, or with CAP_BPF, CAP_PERFMON and CAP_SYS_ADMIN", e);
        }
        catch (Exception e) when (e is BpfException or NotSupportedException)
        {
            walker?.Dispose();
            refusals.Add($"{kind}/{read}{(options.UseLoopHelper ? "" : " without loop helper")}: {e.Message}");
            return null;
        }
        catch
        {
            walker?.Dispose();
            throw;
        }
    }

    static KernelLayout Layout()
    {
        lock (s_gate)
        {
            try
            {
                return s_layout ??= KernelLayout.Read();
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException or BtfException)
            {
                throw new AccessCheckUnavailableException(
                    $"the kernel's type information {KernelLayout.DefaultPath} is not usable: {e.Message}",
                    "it needs a kernel with CONFIG_DEBUG_INFO_BTF and /sys mounted",
                    e);
            }
        }
    }

    void Prepare()
    {
        _plain = Load(WalkerBody.Plain);
        Levels = LevelsOfThisKernel();
        if (Levels != 4)
        {
            _plain.Dispose();
            _plain = Load(WalkerBody.Plain);
        }

        try
        {
            FindDirectMap();
        }
        catch (IOException e)
        {
            throw new NotSupportedException(e.Message, e);
        }

        FoliosUnknownBecause = PrepareFolios();
    }

    int LevelsOfThisKernel()
    {
        // No entry is needed, so nothing depends on the direct map yet.
        WalkStatus status = Walk(LibC.getpid(), 0, withFolio: false);
        if (status != WalkStatus.Ok)
        {
            throw new NotSupportedException($"a walk of the own process ends with {status} {LastError.ToText()}");
        }

        return Word(WalkerMemory.TaskSize) switch
        {
            UserEndOf4Levels - Page.Size => 4,
            >= UserEndOf5Levels - Page.Size => 5,
            var size => throw new NotSupportedException($"user addresses end at {size:x}, which is neither 4 nor 5 levels"),
        };
    }

    /// <summary>
    /// Where physical memory is mapped in the kernel. Page tables come from it, so that it starts some whole number of GiB
    /// below the own top-level table; the right place is where a walk finds the frames that pagemap tells.
    /// </summary>
    void FindDirectMap()
    {
        using OwnPages pages = OwnPages.Private(TrialPages);
        if (pages.PagemapFault is { } fault)
        {
            throw new AccessCheckUnavailableException(
                $"/proc/self/pagemap cannot be opened, so walks cannot be checked: {fault}", "run as root; a program with the capabilities of its file must be "
                    + "dumpable, too (prctl PR_SET_DUMPABLE)");
        }

        if (pages.Pfn(0) is null)
        {
            throw new AccessCheckUnavailableException(
                "/proc/self/pagemap does not show frame numbers, so walks cannot be checked", "run as root, or with CAP_SYS_ADMIN");
        }

        ulong known = Volatile.Read(ref s_directMap);
        if (known != 0 && IsDirectMap(known, pages))
        {
            return;
        }

        ulong highest = Word(WalkerMemory.Pgd) & ~(GiB - 1);
        ulong candidates = MemoryInGiB();
        for (ulong i = 0; i < candidates; i++)
        {
            if (IsDirectMap(highest - i * GiB, pages))
            {
                Volatile.Write(ref s_directMap, highest - i * GiB);
                return;
            }
        }

        throw new NotSupportedException($"none of {candidates} places for the direct map gives the frames that pagemap shows");
    }

    bool IsDirectMap(ulong candidate, OwnPages pages)
    {
        Word(WalkerMemory.DirectMap) = candidate;
        for (int i = 0; i < TrialPages; i++)
        {
            Addresses[i] = pages.Address(i);
        }

        if (Walk(LibC.getpid(), TrialPages, withFolio: false) != WalkStatus.Ok)
        {
            return false;
        }

        for (int i = 0; i < TrialPages; i++)
        {
            PageEntry entry = Entries[i];
            if (entry.Level != 1 || !entry.Present || entry.Pfn != pages.Pfn(i))
            {
                return false;
            }
        }

        return true;
    }

    /// <returns>Why folios stay unknown; null when all is well.</returns>
    string? PrepareFolios()
    {
        if (!_layout.HasFolios)
        {
            return "the kernel's type information does not tell where the order of a folio is";
        }

        try
        {
            if (FindPageArray() is { } reason)
            {
                Word(WalkerMemory.PageArray) = 0;
                return reason;
            }

            _folio = Load(WalkerBody.Folio);
            return null;
        }
        catch (Exception e) when (e is BpfException or NotSupportedException or IOException)
        {
            Word(WalkerMemory.PageArray) = 0;
            return e.Message;
        }
    }

    /// <summary>
    /// Where the array of all <c>struct page</c> starts. The own kernel stack leads there: the kernel lists its pages, and a
    /// walk tells the frame of the first of them.
    /// </summary>
    /// <returns>Why it was not found; null when it was.</returns>
    string? FindPageArray()
    {
        if (_layout.TaskStack is not { } stackOffset || _layout.TaskStackVmArea is not { } areaOffset || _layout.VmPages is not { } pagesOffset
            || _layout.FolioIndex is null)
        {
            return "kernel stacks are not mapped page by page (no CONFIG_VMAP_STACK), so the page array cannot be found";
        }

        ulong task = Word(WalkerMemory.Task);
        ulong stack = PeekOne(task + (ulong)stackOffset);
        ulong area = PeekOne(task + (ulong)areaOffset);
        ulong firstPage = area == 0 ? 0 : PeekOne(PeekOne(area + (ulong)pagesOffset));

        Addresses[0] = stack;
        if (firstPage == 0 || Walk(LibC.getpid(), 1, withFolio: false) != WalkStatus.Ok || Entries[0] is not { Present: true, Level: 1 } entry)
        {
            return "the own kernel stack could not be followed to its pages";
        }

        Word(WalkerMemory.PageArray) = firstPage - entry.Pfn * (ulong)_layout.PageSize!.Value;
        return IsPageArray() ? null : "the page array derived from the kernel stack does not describe a file's pages";
    }

    // Page i of a file must say that it is page i.
    bool IsPageArray()
    {
        using OwnPages pages = OwnPages.Shared(TrialPages);
        ulong pageSize = (ulong)_layout.PageSize!.Value;
        for (int i = 0; i < TrialPages; i++)
        {
            if (pages.Pfn(i) is not { } pfn)
            {
                return false;
            }

            ulong page = PageArray + pfn * pageSize;
            ulong head = PeekOne(page + (ulong)_layout.PageCompoundHead!.Value);
            ulong folio = (head & 1) != 0 ? head - 1 : page;
            if (PeekOne(folio + (ulong)_layout.FolioIndex!.Value) + (page - folio) / pageSize != (ulong)i)
            {
                return false;
            }
        }

        return true;
    }

    ulong PeekOne(ulong address)
    {
        Addresses[0] = address;
        return Peek(1) == WalkStatus.Ok
            ? Words[0]
            : throw new NotSupportedException($"reading kernel memory: {LastError.ToText()}");
    }

    static ulong MemoryInGiB()
    {
        const ulong Unknown = 65536;
        ulong end = MemoryMap.Read().End;
        return end == 0 ? Unknown : (end - 1) / GiB + 1;
    }

    static int ReadPhysicalBits()
    {
        try
        {
            foreach (string line in File.ReadLines("/proc/cpuinfo"))
            {
                // "address sizes   : 46 bits physical, 48 bits virtual"
                ReadOnlySpan<char> text = line.AsSpan();
                int colon = text.IndexOf(':');
                if (colon > 0 && text.StartsWith("address sizes", StringComparison.Ordinal))
                {
                    ReadOnlySpan<char> number = text[(colon + 1)..].TrimStart();
                    int length = number.IndexOf(' ');
                    return length > 0
                        && int.TryParse(number[..length], NumberStyles.None, CultureInfo.InvariantCulture, out int bits)
                        && bits is >= 32 and < MaxPhysicalBits
                        ? bits
                        : MaxPhysicalBits;
                }
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Then only memory encryption would make a difference, and the trial on the own pages shows it.
        }

        return MaxPhysicalBits;
    }
}

namespace Damon.Linux.Bpf;

/// <summary>
/// Where the running kernel keeps what a page-table walk needs: byte offsets in its structures and ids in its type information.
/// Nothing here follows from a version number; what may be missing is null.
/// </summary>
sealed class KernelLayout
{
    public const string DefaultPath = "/sys/kernel/btf/vmlinux";

    static readonly BtfName s_task = new(BtfKind.Struct, "task_struct");
    static readonly BtfName s_mm = new(BtfKind.Struct, "mm_struct");
    static readonly BtfName s_vm = new(BtfKind.Struct, "vm_struct");
    static readonly BtfName s_page = new(BtfKind.Struct, "page");
    static readonly BtfName s_folio = new(BtfKind.Struct, "folio");
    static readonly BtfName s_anonVma = new(BtfKind.Struct, "anon_vma");
    static readonly BtfName s_anonVmaChain = new(BtfKind.Struct, "anon_vma_chain");
    static readonly BtfName s_fileSpace = new(BtfKind.Struct, "address_space");
    static readonly BtfName s_vma = new(BtfKind.Struct, "vm_area_struct");
    static readonly BtfName s_node = new(BtfKind.Struct, "rb_node");
    static readonly BtfName s_pageFlags = new(BtfKind.Enum, "pageflags");
    static readonly BtfName s_pgd = new(BtfKind.Typedef, "pgd_t");
    static readonly BtfName s_iterContext = new(BtfKind.Struct, "bpf_iter__task");
    static readonly BtfName s_iterLink = new(BtfKind.Union, "bpf_iter_link_info");
    static readonly BtfName s_iter = new(BtfKind.Function, "bpf_iter_task");
    static readonly BtfName s_fromPid = new(BtfKind.Function, "bpf_task_from_pid");
    static readonly BtfName s_fromVpid = new(BtfKind.Function, "bpf_task_from_vpid");
    static readonly BtfName s_release = new(BtfKind.Function, "bpf_task_release");
    static readonly BtfName s_cast = new(BtfKind.Function, "bpf_rdonly_cast");

    KernelLayout(BtfReader btf)
    {
        uint task = Required(btf, s_task);
        TaskMm = Member(btf, s_task, "mm");
        TaskPid = Member(btf, s_task, "pid");
        TaskStack = btf.MemberOffset(task, "stack"u8);
        TaskStackVmArea = btf.MemberOffset(task, "stack_vm_area"u8);
        MmPgd = Member(btf, s_mm, "pgd");
        MmTaskSize = Member(btf, s_mm, "task_size");
        VmPages = Optional(btf, s_vm, "pages"u8);

        if (Find(btf, s_page) is { } page)
        {
            PageSize = btf.SizeOf(page);
            PageCompoundHead = btf.MemberOffset(page, "compound_head"u8);
            PageMapCount = btf.MemberOffset(page, "_mapcount"u8);
        }

        if (Find(btf, s_folio) is { } folio)
        {
            FolioIndex = btf.MemberOffset(folio, "index"u8);
            FolioLargeMapCount = btf.MemberOffset(folio, "_large_mapcount"u8);

            // A byte of its own in 6.1 to 6.5; from 6.6 on the low byte of the second page's flags word.
            FolioOrder = btf.MemberOffset(folio, "_folio_order"u8) ?? btf.MemberOffset(folio, "_flags_1"u8);
        }

        if (Find(btf, s_pageFlags) is { } flags)
        {
            PgHead = Bit(btf, flags, "PG_head"u8);
            PgLru = Bit(btf, flags, "PG_lru"u8);
            PgMlocked = Bit(btf, flags, "PG_mlocked"u8);
            PgActive = Bit(btf, flags, "PG_active"u8);
            PgSwapBacked = Bit(btf, flags, "PG_swapbacked"u8);
        }

        MmOwner = Optional(btf, s_mm, "owner"u8);
        TaskProcess = btf.MemberOffset(task, "tgid"u8);
        ReverseMap = ReverseMapLayout(btf, out string? missing);
        ReverseMapMissing = missing;

        if (Find(btf, s_pgd) is { } pgd && btf.Resolve(pgd) is var pgdStruct and not 0 && btf.KindOf(pgdStruct) == BtfKind.Struct)
        {
            PgdStruct = pgdStruct;
        }

        IterTask = Optional(btf, s_iterContext, "task"u8);
        IterFiltersTasks = Optional(btf, s_iterLink, "task"u8) is not null;
        IterTaskFunction = Find(btf, s_iter);
        TaskFromPid = Find(btf, s_fromPid);
        TaskFromVpid = Find(btf, s_fromVpid);
        TaskRelease = Find(btf, s_release);
        ReadOnlyCast = Find(btf, s_cast);
    }

    /// <summary><c>task_struct.mm</c>.</summary>
    public int TaskMm { get; }

    /// <summary><c>task_struct.pid</c>: the thread's number in the initial pid namespace.</summary>
    public int TaskPid { get; }

    /// <summary><c>task_struct.stack</c>: the kernel stack.</summary>
    public int? TaskStack { get; }

    /// <summary><c>task_struct.stack_vm_area</c>; only with CONFIG_VMAP_STACK.</summary>
    public int? TaskStackVmArea { get; }

    /// <summary><c>mm_struct.pgd</c>: the top-level page table.</summary>
    public int MmPgd { get; }

    /// <summary><c>mm_struct.task_size</c>: end of the user address space.</summary>
    public int MmTaskSize { get; }

    /// <summary><c>vm_struct.pages</c>.</summary>
    public int? VmPages { get; }

    /// <summary>sizeof(struct page), bytes.</summary>
    public int? PageSize { get; }

    /// <summary><c>page.compound_head</c>: with bit 0 set, the head's address + 1.</summary>
    public int? PageCompoundHead { get; }

    /// <summary><c>page._mapcount</c>, 32 bits: mappings of this page - 1.</summary>
    public int? PageMapCount { get; }

    /// <summary><c>folio.index</c>: place in the file, in pages.</summary>
    public int? FolioIndex { get; }

    /// <summary>A byte that holds the order of a large folio.</summary>
    public int? FolioOrder { get; }

    /// <summary><c>folio._large_mapcount</c>, 32 bits: sum of all mappings of a large folio's pages - 1; from about 6.10.</summary>
    public int? FolioLargeMapCount { get; }

    /// <summary>Bit number: first page of a large folio.</summary>
    public int? PgHead { get; }

    /// <summary>Bit number: on one of the reclaim lists.</summary>
    public int? PgLru { get; }

    /// <summary>Bit number: locked into memory.</summary>
    public int? PgMlocked { get; }

    /// <summary>Bit number: on an active list.</summary>
    public int? PgActive { get; }

    /// <summary>Bit number: goes to swap space when it is reclaimed.</summary>
    public int? PgSwapBacked { get; }

    /// <summary><c>mm_struct.owner</c>: a task that uses it; only with CONFIG_MEMCG.</summary>
    public int? MmOwner { get; }

    /// <summary><c>task_struct.tgid</c>: the process's number in the initial pid namespace.</summary>
    public int? TaskProcess { get; }

    /// <summary>What leads from a page to those that map it; null where something of it is not found.</summary>
    public ReverseMapLayout? ReverseMap { get; }

    /// <summary>The first thing that <see cref="ReverseMap"/> lacks.</summary>
    public string? ReverseMapMissing { get; }

    /// <summary>Id of the structure behind <c>pgd_t</c>: one 8-byte word, what a page-table entry is read as.</summary>
    public uint? PgdStruct { get; }

    /// <summary><c>bpf_iter__task.task</c>.</summary>
    public int? IterTask { get; }

    /// <summary>Whether an iterator can be limited to one task (6.1 and later).</summary>
    public bool IterFiltersTasks { get; }

    /// <summary>Id of <c>bpf_iter_task</c>, what a task iterator attaches to.</summary>
    public uint? IterTaskFunction { get; }

    /// <summary>Id of <c>bpf_task_from_pid</c>: numbers of the initial pid namespace.</summary>
    public uint? TaskFromPid { get; }

    /// <summary>Id of <c>bpf_task_from_vpid</c>: numbers of the caller's pid namespace (6.14 and later).</summary>
    public uint? TaskFromVpid { get; }

    /// <summary>Id of <c>bpf_task_release</c>.</summary>
    public uint? TaskRelease { get; }

    /// <summary>Id of <c>bpf_rdonly_cast</c> (6.2 and later): makes reads of kernel memory plain loads.</summary>
    public uint? ReadOnlyCast { get; }

    /// <summary>Whether the order of the folio behind a page can be read.</summary>
    public bool HasFolios => PageSize is not null && PageCompoundHead is not null && FolioOrder is not null && PgHead is not null;

    /// <summary>Whether it can be told how often a folio of one page is mapped.</summary>
    public bool HasPageMapCounts => HasFolios && PageMapCount is not null && PgLru is not null;

    /// <summary>Whether it can be told how often any folio is mapped.</summary>
    public bool HasMapCounts => HasPageMapCounts && FolioLargeMapCount is not null;

    /// <exception cref="IOException">The file cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">The file may not be read.</exception>
    /// <exception cref="BtfException">The file is malformed or lacks something without which no walk is possible.</exception>
    public static KernelLayout Read(string path = DefaultPath)
    {
        using BtfReader btf = BtfReader.Open(path, Wanted());
        return new KernelLayout(btf);
    }

    /// <inheritdoc cref="Read(string)"/>
    public static KernelLayout Read(ReadOnlySpan<byte> bytes)
    {
        using BtfReader btf = BtfReader.Parse(bytes, Wanted());
        return new KernelLayout(btf);
    }

    static BtfName[] Wanted() =>
    [
        s_task, s_mm, s_vm, s_page, s_folio, s_anonVma, s_anonVmaChain, s_fileSpace, s_vma, s_node, s_pageFlags, s_pgd, s_iterContext, s_iterLink, s_iter,
        s_fromPid, s_fromVpid, s_release,
        s_cast,
    ];

    static ReverseMapLayout? ReverseMapLayout(BtfReader btf, out string? missing)
    {
        string? first = null;
        ReverseMapLayout layout = new ReverseMapLayout
        {
            FolioMapping = Offset(s_folio, "mapping"),
            AnonVmaRoot = Offset(s_anonVma, "rb_root"),
            ChainVma = Offset(s_anonVmaChain, "vma"),
            ChainNode = Offset(s_anonVmaChain, "rb"),
            ChainSubtreeLast = Offset(s_anonVmaChain, "rb_subtree_last"),
            FileRoot = Offset(s_fileSpace, "i_mmap"),
            VmaStart = Offset(s_vma, "vm_start"),
            VmaEnd = Offset(s_vma, "vm_end"),
            VmaFirstPage = Offset(s_vma, "vm_pgoff"),
            VmaMm = Offset(s_vma, "vm_mm"),
            VmaNode = Offset(s_vma, "shared"),
            NodeLeft = Offset(s_node, "rb_left"),
            NodeRight = Offset(s_node, "rb_right"),
            NodeSize = Find(btf, s_node) is { } node ? btf.SizeOf(node) : 0,
        };
        missing = first;
        return first is null ? layout : null;

        int Offset(BtfName type, string member)
        {
            int? offset = Optional(btf, type, System.Text.Encoding.UTF8.GetBytes(member));
            first ??= offset is null ? $"{type.Name}.{member}" : null;
            return offset ?? 0;
        }
    }

    static uint? Find(BtfReader btf, BtfName name) => btf.Find(name.Kind, name.Name);

    static uint Required(BtfReader btf, BtfName name) =>
        Find(btf, name) ?? throw new BtfException(0, $"no {name.Name}");

    static int Member(BtfReader btf, BtfName type, string member) =>
        btf.MemberOffset(Required(btf, type), System.Text.Encoding.UTF8.GetBytes(member))
            ?? throw new BtfException(0, $"{type.Name} has no member {member}");

    static int? Optional(BtfReader btf, BtfName type, ReadOnlySpan<byte> member) =>
        Find(btf, type) is { } id ? btf.MemberOffset(id, member) : null;

    // Bits above 30 do not fit the immediate of an instruction; the flags wanted are all among the first twenty-odd.
    static int? Bit(BtfReader btf, uint flags, ReadOnlySpan<byte> name) =>
        btf.EnumValue(flags, name) is { } bit and >= 0 and < 31 ? (int)bit : null;
}

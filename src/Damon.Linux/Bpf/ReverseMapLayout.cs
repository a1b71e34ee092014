namespace Damon.Linux.Bpf;

/// <summary>
/// Byte offsets of what leads from a folio to the page tables that map it: its <c>anon_vma</c> or <c>address_space</c>, the interval
/// tree in there, the mappings in the tree.
/// </summary>
sealed record ReverseMapLayout
{
    /// <summary><c>folio.mapping</c>: the tree's owner; the lowest two bits tell which kind.</summary>
    public required int FolioMapping { get; init; }

    /// <summary><c>anon_vma.rb_root</c>: the tree of an anonymous folio.</summary>
    public required int AnonVmaRoot { get; init; }

    /// <summary><c>anon_vma_chain.vma</c>.</summary>
    public required int ChainVma { get; init; }

    /// <summary><c>anon_vma_chain.rb</c>: the node.</summary>
    public required int ChainNode { get; init; }

    /// <summary><c>anon_vma_chain.rb_subtree_last</c>: the last page that anything below the node maps.</summary>
    public required int ChainSubtreeLast { get; init; }

    /// <summary><c>address_space.i_mmap</c>: the tree of a file's folio.</summary>
    public required int FileRoot { get; init; }

    /// <summary><c>vm_area_struct.vm_start</c>.</summary>
    public required int VmaStart { get; init; }

    /// <summary><c>vm_area_struct.vm_end</c>.</summary>
    public required int VmaEnd { get; init; }

    /// <summary><c>vm_area_struct.vm_pgoff</c>: the page at its start.</summary>
    public required int VmaFirstPage { get; init; }

    /// <summary><c>vm_area_struct.vm_mm</c>.</summary>
    public required int VmaMm { get; init; }

    /// <summary><c>vm_area_struct.shared</c>: the node of a file's tree, and right after it the last page below.</summary>
    public required int VmaNode { get; init; }

    /// <summary><c>rb_node.rb_left</c>.</summary>
    public required int NodeLeft { get; init; }

    /// <summary><c>rb_node.rb_right</c>.</summary>
    public required int NodeRight { get; init; }

    /// <summary>sizeof(struct rb_node), bytes.</summary>
    public required int NodeSize { get; init; }
}

namespace Damon.Linux.Memory;

/// <summary>How a walker program reads kernel memory.</summary>
enum KernelReadKind
{
    /// <summary>Whatever works, in the order below.</summary>
    Auto,

    /// <summary>Plain loads with a fault handler, by way of <c>bpf_rdonly_cast</c>. Kernel 6.2 and later; up to ten times faster.</summary>
    Inline,

    /// <summary>The helper <c>bpf_probe_read_kernel</c>.</summary>
    Helper,
}

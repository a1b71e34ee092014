namespace Damon.Linux.Bpf;

/// <summary>Helper numbers of the kernel's <c>uapi/linux/bpf.h</c>.</summary>
enum BpfHelper
{
    ProbeReadKernel = 113,
    Loop = 181,
}

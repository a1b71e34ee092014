namespace Damon.Linux.Bpf;

enum BpfProgramKind
{
    /// <summary>Runs when asked to with <c>BPF_PROG_RUN</c>.</summary>
    Syscall,

    /// <summary>Runs once per task when an iterator file is read.</summary>
    TaskIterator,
}

namespace Damon.Linux.Native;

static unsafe partial class LibC
{
    /// <summary>Size of the zeroed <c>union bpf_attr</c> passed, in bytes. The kernel accepts a longer one as long as its tail is zero.</summary>
    internal const int BpfAttrSize = 144;

    internal const int BPF_MAP_CREATE = 0;
    internal const int BPF_PROG_LOAD = 5;
    internal const int BPF_PROG_TEST_RUN = 10;
    internal const int BPF_BTF_LOAD = 18;
    internal const int BPF_LINK_CREATE = 28;
    internal const int BPF_ITER_CREATE = 33;

    internal const uint BPF_MAP_TYPE_ARRAY = 2;
    internal const uint BPF_F_MMAPABLE = 0x400;

    internal const uint BPF_PROG_TYPE_TRACING = 26;
    internal const uint BPF_PROG_TYPE_SYSCALL = 31;
    internal const uint BPF_F_SLEEPABLE = 16;
    internal const uint BPF_TRACE_ITER = 28;

    /// <summary>Leaves errno to <see cref="System.Runtime.InteropServices.Marshal.GetLastSystemError"/>: one of these runs per sample.</summary>
    internal static nint bpf(int cmd, byte* attr, uint size) => syscall_keep_errno(SYS_bpf, cmd, (nint)attr, (nint)size);
}

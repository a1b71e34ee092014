using System.Runtime.InteropServices;

namespace Damon.Linux.Native;

#pragma warning disable CS8981, IDE1006 // Names as in C.

static unsafe partial class LibC
{
    internal const int PTRACE_POKEDATA = 5;
    internal const int PTRACE_CONT = 7;
    internal const int PTRACE_DETACH = 17;
    internal const int PTRACE_SYSCALL = 24;
    internal const int PTRACE_GETSIGINFO = 0x4202;
    internal const int PTRACE_GETREGSET = 0x4204;
    internal const int PTRACE_SETREGSET = 0x4205;
    internal const int PTRACE_SEIZE = 0x4206;
    internal const int PTRACE_INTERRUPT = 0x4207;
    internal const int PTRACE_GETSIGMASK = 0x420a;
    internal const int PTRACE_SETSIGMASK = 0x420b;
    internal const int PTRACE_GET_RSEQ_CONFIGURATION = 0x420f;
    internal const int PTRACE_GET_SYSCALL_USER_DISPATCH_CONFIG = 0x4211;

    internal const int PTRACE_O_TRACESYSGOOD = 1;
    internal const int PTRACE_EVENT_STOP = 128;
    internal const int NT_PRSTATUS = 1;

    /// <summary><c>struct user_regs_struct</c> of x86-64.</summary>
    [StructLayout(LayoutKind.Sequential)]
    internal struct user_regs_struct
    {
        internal ulong r15;
        internal ulong r14;
        internal ulong r13;
        internal ulong r12;
        internal ulong rbp;
        internal ulong rbx;
        internal ulong r11;
        internal ulong r10;
        internal ulong r9;
        internal ulong r8;
        internal ulong rax;
        internal ulong rcx;
        internal ulong rdx;
        internal ulong rsi;
        internal ulong rdi;
        internal ulong orig_rax;
        internal ulong rip;
        internal ulong cs;
        internal ulong eflags;
        internal ulong rsp;
        internal ulong ss;
        internal ulong fs_base;
        internal ulong gs_base;
        internal ulong ds;
        internal ulong es;
        internal ulong fs;
        internal ulong gs;
    }

    /// <summary><c>struct ptrace_rseq_configuration</c>.</summary>
    internal struct ptrace_rseq_configuration
    {
        internal ulong rseq_abi_pointer;
        internal uint rseq_abi_size;
        internal uint signature;
        internal uint flags;
        internal uint pad;
    }

    /// <summary><c>struct ptrace_sud_config</c>.</summary>
    internal struct ptrace_sud_config
    {
        internal ulong mode;
        internal ulong selector;
        internal ulong offset;
        internal ulong len;
    }

    internal static nint ptrace(int request, int tid, nint addr, nint data) => syscall(SYS_ptrace, request, tid, addr, data, 0);
}

using System.Buffers.Text;
using System.Text;
using Damon.Linux.Native;
using Damon.Linux.Processes;

namespace Damon.Linux.KernelDamon.Ownership;

/// <summary>What tells one process from all others that this machine has or had.</summary>
/// <param name="Pid">Its pid.</param>
/// <param name="StartTime">When it began, in clock ticks since the machine did.</param>
/// <param name="BootId">The boot of the machine.</param>
readonly record struct OwnProcess(int Pid, ulong StartTime, string BootId)
{
    /// <summary>Fields between the state, the first behind the name, and the start time (proc(5)).</summary>
    const int StartTimeField = 22 - 3;

    /// <summary>This process.</summary>
    public static OwnProcess Current(ProcFileSystem proc) => new(Environment.ProcessId, StartTimeOf(proc, Environment.ProcessId) ?? 0, BootOf(proc));

    /// <summary>The boot of the machine; empty where /proc does not tell.</summary>
    public static string BootOf(ProcFileSystem proc) =>
        proc.TryRead($"{proc.Root}/sys/kernel/random/boot_id", out ReadOnlySpan<byte> text, out _) ? Encoding.ASCII.GetString(text).Trim() : "";

    /// <summary>Whether it still lives.</summary>
    public static bool Lives(ProcFileSystem proc, KernelClaim claim) => new OwnProcess(claim.Pid, claim.StartTime, claim.BootId).Lives(proc);

    /// <summary>Whether it still lives.</summary>
    public bool Lives(ProcFileSystem proc) => BootId == BootOf(proc) && StartTimeOf(proc, Pid) is { } start && start == StartTime;

    static ulong? StartTimeOf(ProcFileSystem proc, int pid)
    {
        if (!proc.TryRead($"{proc.Root}/{pid}/stat", out ReadOnlySpan<byte> text, out Errno _))
        {
            return null;
        }

        // The name may hold anything, closing parentheses and blanks too.
        int at = text.LastIndexOf((byte)')');
        if (at < 0 || text.Length < at + 2)
        {
            return null;
        }

        text = text[(at + 2)..];
        for (int i = 0; i < StartTimeField; i++)
        {
            int blank = text.IndexOf((byte)' ');
            if (blank < 0)
            {
                return null;
            }

            text = text[(blank + 1)..];
        }

        return Utf8Parser.TryParse(text, out ulong ticks, out _) ? ticks : null;
    }
}

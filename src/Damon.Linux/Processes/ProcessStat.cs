using System.Buffers.Text;

namespace Damon.Linux.Processes;

/// <summary>Some fields of /proc/PID/stat (proc(5)).</summary>
/// <param name="State">The state letter; Z and X are ends.</param>
/// <param name="ParentPid">The parent.</param>
/// <param name="Flags">The kernel's PF_ flags.</param>
/// <param name="StartCode">Where the program's code begins; 0 or 1 for those who may not know.</param>
/// <param name="StartStack">Where the stack begins; 0 for those who may not know.</param>
/// <param name="CpuTicks">CPU time in clock ticks.</param>
/// <param name="ChildrenCpuTicks">That of its children that have ended and for which it has waited, with theirs.</param>
readonly record struct ProcessStat(
    char State,
    int ParentPid,
    uint Flags,
    ulong StartCode = 0,
    ulong StartStack = 0,
    ulong CpuTicks = 0,
    ulong ChildrenCpuTicks = 0)
{
    const uint KernelThreadFlag = 0x0020_0000;
    const int StartCodeRotation = 16;

    // Numbers of the fields as in proc(5).
    const int ParentField = 4;
    const int FlagsField = 9;
    const int UserTimeField = 14;
    const int SystemTimeField = 15;
    const int ChildrenUserTimeField = 16;
    const int ChildrenSystemTimeField = 17;
    const int StartCodeField = 26;
    const int StartStackField = 28;

    /// <summary>Whether it is a thread of the kernel, which has no address space to monitor.</summary>
    public bool IsKernelThread => (Flags & KernelThreadFlag) != 0;

    /// <summary>Whether it has ended and only waits to be reaped.</summary>
    public bool IsZombie => State is 'Z' or 'X' or 'x';

    /// <summary>
    /// Changes when the process executes another program; 0 when that cannot be told. Both addresses are random for each program
    /// that is executed; where that is turned off they still depend on the program and its arguments.
    /// </summary>
    public ulong AddressSpace => StartStack == 0 ? 0 : ulong.RotateLeft(StartCode, StartCodeRotation) ^ StartStack;

    internal static bool TryParse(ReadOnlySpan<byte> text, out ProcessStat stat)
    {
        stat = default;

        // The name stands in parentheses and may hold any character, parentheses too: the fields begin behind the last one.
        int end = text.LastIndexOf((byte)')');
        if (end < 0 || text.Length < end + 4)
        {
            return false;
        }

        ReadOnlySpan<byte> fields = text[(end + 2)..];
        char state = (char)fields[0];
        fields = fields[2..];
        int at = ParentField;
        if (!TryField(ref fields, ref at, ParentField, out ulong parent)
            || parent > int.MaxValue
            || !TryField(ref fields, ref at, FlagsField, out ulong flags)
            || flags > uint.MaxValue)
        {
            return false;
        }

        // What comes last is a convenience: a text that ends before is still good for the rest.
        _ = TryField(ref fields, ref at, UserTimeField, out ulong user);
        _ = TryField(ref fields, ref at, SystemTimeField, out ulong system);
        _ = TryField(ref fields, ref at, ChildrenUserTimeField, out ulong childrenUser);
        _ = TryField(ref fields, ref at, ChildrenSystemTimeField, out ulong childrenSystem);
        _ = TryField(ref fields, ref at, StartCodeField, out ulong startCode);
        _ = TryField(ref fields, ref at, StartStackField, out ulong startStack);
        stat = new ProcessStat(state, (int)parent, (uint)flags, startCode, startStack, user + system, childrenUser + childrenSystem);
        return true;
    }

    /// <summary>Reads field <paramref name="wanted"/>, not before field <paramref name="at"/>, with which <paramref name="fields"/> begins.</summary>
    static bool TryField(ref ReadOnlySpan<byte> fields, ref int at, int wanted, out ulong value)
    {
        value = 0;
        while (at < wanted)
        {
            int blank = fields.IndexOf((byte)' ');
            if (blank < 0)
            {
                return false;
            }

            fields = fields[(blank + 1)..];
            at++;
        }

        return Utf8Parser.TryParse(fields, out value, out _);
    }
}

using Damon.Linux.Native;
using Damon.Linux.Processes;
using Damon.Monitoring;

namespace Damon.Linux.Actions;

/// <summary>
/// Room for injected code in another process: the zeros between the end of a program's code and the end of its last page, which are mapped for
/// execution but belong to nothing.
/// </summary>
/// <remarks>
/// Written by ptrace, the page becomes one of the process' own, as with a debugger's breakpoint: the file does not change. So nothing has to be
/// mapped, which would take a call that is injected without this room.
/// </remarks>
static unsafe class CodePadding
{
    // What lies before the zeros may end with some that are meant.
    const int Margin = 32;
    const int Alignment = 16;

    /// <summary>The address of free room, or null.</summary>
    /// <param name="memory">A descriptor of /proc/PID/mem.</param>
    /// <param name="mappings">The mappings as they are now.</param>
    /// <param name="size">Bytes needed.</param>
    internal static ulong? Find(int memory, ReadOnlySpan<Mapping> mappings, int size)
    {
        // The kernel's own code is in nearly every process, and stays there.
        foreach (Mapping mapping in mappings)
        {
            if (mapping.Name == "[vdso]" && FindIn(memory, mapping, size) is { } found)
            {
                return found;
            }
        }

        foreach (Mapping mapping in mappings)
        {
            if (IsProgramCode(mapping) && FindIn(memory, mapping, size) is { } found)
            {
                return found;
            }
        }

        return null;
    }

    /// <summary>Whether room is still free.</summary>
    internal static bool IsFree(int memory, ulong address, int size)
    {
        Span<byte> bytes = stackalloc byte[size];
        return Read(memory, address, bytes) && !bytes.ContainsAnyExcept((byte)0);
    }

    /// <summary>Reads memory of another process, all or nothing.</summary>
    internal static bool Read(int memory, ulong address, Span<byte> bytes)
    {
        fixed (byte* p = bytes)
        {
            return address <= long.MaxValue && LibC.pread(memory, p, (nuint)bytes.Length, (long)address) == bytes.Length;
        }
    }

    /// <summary>Whether it is code that was linked into a file: what programs write themselves may grow into its zeros.</summary>
    static bool IsProgramCode(Mapping mapping)
    {
        const MappingTraits Asked = MappingTraits.Read | MappingTraits.Write | MappingTraits.Execute | MappingTraits.Shared | MappingTraits.File;
        return (mapping.Traits & Asked) == (MappingTraits.Read | MappingTraits.Execute | MappingTraits.File)
            && mapping.Name.StartsWith('/')
            && !mapping.Name.StartsWith("/dev/", StringComparison.Ordinal)
            && !mapping.Name.StartsWith("/memfd:", StringComparison.Ordinal)
            && !mapping.Name.EndsWith(" (deleted)", StringComparison.Ordinal);
    }

    static ulong? FindIn(int memory, Mapping mapping, int size)
    {
        Span<byte> page = stackalloc byte[(int)Page.Size];
        ulong start = mapping.Range.End - Page.Size;
        if (!Read(memory, start, page))
        {
            return null;
        }

        // A page without any code is no end of code.
        int last = page.LastIndexOfAnyExcept((byte)0);
        int at = (last + 1 + Margin + Alignment - 1) / Alignment * Alignment;
        return last < 0 || at + size > page.Length ? null : start + (ulong)at;
    }
}

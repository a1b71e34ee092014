using System.Buffers.Binary;
using Damon.Linux.Native;

namespace Damon.Linux.Actions;

/// <summary>
/// The x86-64 code that a thread of another process makes a system call by: behind the call it sets the signal mask, loads the registers that
/// the call took, and jumps to where the thread was. So the thread comes back by itself when it is no longer traced.
/// </summary>
/// <remarks>
/// No instruction of it touches the stack, the flags or an extended register, and none returns: it is at home on stacks of any size, under
/// shadow stacks, and whatever the processor's vector registers are. A signal frame would need hundreds of bytes of the program's memory, and its
/// return would have the kernel forget how an interrupted sleep goes on.
/// </remarks>
static class InjectedCode
{
    /// <summary>Bytes of a copy: values first, code behind them. The last byte is not zero.</summary>
    internal const int Size = 160;

    /// <summary>Where its system call lies.</summary>
    internal const int Entry = Values * sizeof(ulong);

    const int Values = 9;
    const ulong InstructionSize = 2;
    const ulong NumberOfRestart = 219;
    const ulong X32Bit = 0x4000_0000;
    const uint NumberOfSetMask = 14;
    const uint SetMask = 2;

    // What a system call may not tell to programs: how the kernel is to start it again.
    const long RestartIfHandled = -512;
    const long RestartAlways = -513;
    const long RestartWithoutHandler = -514;
    const long RestartByBlock = -516;

    /// <summary>Whether the thread was interrupted in a system call that has to start again, by the instruction before its own.</summary>
    internal static bool IsRestart(in LibC.user_regs_struct registers) =>
        (int)registers.orig_rax != -1 && (long)registers.rax is RestartIfHandled or RestartAlways or RestartWithoutHandler or RestartByBlock;

    /// <summary>Writes the code and its values.</summary>
    /// <param name="bytes"><see cref="Size"/> of them.</param>
    /// <param name="registers">What the thread has to get back.</param>
    /// <param name="signalMask">Its mask.</param>
    internal static void Write(Span<byte> bytes, in LibC.user_regs_struct registers, ulong signalMask)
    {
        ulong rip = registers.rip;
        ulong rax = registers.rax;
        if (IsRestart(registers))
        {
            rip -= InstructionSize;
            rax = (long)rax == RestartByBlock ? NumberOfRestart | (registers.orig_rax & X32Bit) : registers.orig_rax;
        }

        ReadOnlySpan<ulong> values = [signalMask, registers.rdi, registers.rsi, registers.rdx, registers.r10, registers.r11, registers.rcx, rax, rip];
        for (int i = 0; i < Values; i++)
        {
            BinaryPrimitives.WriteUInt64LittleEndian(bytes[(i * sizeof(ulong))..], values[i]);
        }

        int at = Entry;
        Put(bytes, ref at, [0x0f, 0x05]); // syscall
        Put(bytes, ref at, [0xb8], NumberOfSetMask); // mov eax, 14
        Put(bytes, ref at, [0xbf], SetMask); // mov edi, 2
        PutAddress(bytes, ref at, [0x48, 0x8d, 0x35], 0); // lea rsi, [values]
        Put(bytes, ref at, [0xba], 0); // mov edx, 0
        Put(bytes, ref at, [0x41, 0xba], sizeof(ulong)); // mov r10d, 8
        Put(bytes, ref at, [0x0f, 0x05]); // syscall
        PutAddress(bytes, ref at, [0x48, 0x8b, 0x3d], 1); // mov rdi, [values + 8]
        PutAddress(bytes, ref at, [0x48, 0x8b, 0x35], 2); // rsi
        PutAddress(bytes, ref at, [0x48, 0x8b, 0x15], 3); // rdx
        PutAddress(bytes, ref at, [0x4c, 0x8b, 0x15], 4); // r10
        PutAddress(bytes, ref at, [0x4c, 0x8b, 0x1d], 5); // r11
        PutAddress(bytes, ref at, [0x48, 0x8b, 0x0d], 6); // rcx
        PutAddress(bytes, ref at, [0x48, 0x8b, 0x05], 7); // rax
        PutAddress(bytes, ref at, [0xff, 0x25], 8); // jmp [values + 64]
        bytes[at..Size].Fill(0xcc);
    }

    static void Put(Span<byte> bytes, ref int at, ReadOnlySpan<byte> instruction)
    {
        instruction.CopyTo(bytes[at..]);
        at += instruction.Length;
    }

    static void Put(Span<byte> bytes, ref int at, ReadOnlySpan<byte> instruction, uint operand)
    {
        Put(bytes, ref at, instruction);
        BinaryPrimitives.WriteUInt32LittleEndian(bytes[at..], operand);
        at += sizeof(uint);
    }

    /// <summary>An instruction with the address of a value, relative to the instruction behind it.</summary>
    static void PutAddress(Span<byte> bytes, ref int at, ReadOnlySpan<byte> instruction, int value) =>
        Put(bytes, ref at, instruction, unchecked((uint)((value * sizeof(ulong)) - (at + instruction.Length + sizeof(uint)))));
}

using System.Buffers.Binary;
using Damon.Linux.Actions;
using Damon.Linux.Native;

namespace Damon.Linux.Tests.Actions;

public sealed class InjectedCodeTests
{
    const ulong Instruction = 0x7000_0002;

    [Theory]
    [InlineData(0L, -512L, 0L, true)]
    [InlineData(202L, -513L, 202L, true)]
    [InlineData(34L, -514L, 34L, true)]
    [InlineData(230L, -516L, 219L, true)]
    [InlineData(0x4000_00e6L, -516L, 0x4000_00dbL, true)]
    [InlineData(232L, -4L, -4L, false)]
    [InlineData(0L, 17L, 17L, false)]
    [InlineData(-1L, -512L, -512L, false)]
    [InlineData(230L, -515L, -515L, false)]
    public void An_interrupted_system_call_starts_again_as_the_kernel_would_start_it(long number, long result, long rax, bool isAgain)
    {
        LibC.user_regs_struct registers = new() { orig_rax = (ulong)number, rax = (ulong)result, rip = Instruction };
        byte[] bytes = new byte[InjectedCode.Size];
        InjectedCode.Write(bytes, registers, signalMask: 5);
        Assert.Equal(isAgain, InjectedCode.IsRestart(registers));
        Assert.Equal(5UL, BinaryPrimitives.ReadUInt64LittleEndian(bytes));
        Assert.Equal(rax, BinaryPrimitives.ReadInt64LittleEndian(bytes.AsSpan(InjectedCode.Entry - 16)));
        Assert.Equal(isAgain ? Instruction - 2 : Instruction, BinaryPrimitives.ReadUInt64LittleEndian(bytes.AsSpan(InjectedCode.Entry - 8)));
        Assert.Equal([0x0f, 0x05], bytes.AsSpan(InjectedCode.Entry, 2).ToArray());

        // Whoever looks for the end of code later finds the end of this one.
        Assert.NotEqual(0, bytes[^1]);
    }
}

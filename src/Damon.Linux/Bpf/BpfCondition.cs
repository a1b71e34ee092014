namespace Damon.Linux.Bpf;

/// <summary>Unsigned 64-bit comparisons; the operation bits of <c>BPF_JMP</c> instructions.</summary>
enum BpfCondition : byte
{
    Equal = 0x10,
    Greater = 0x20,
    GreaterOrEqual = 0x30,
    AnyBitSet = 0x40,
    NotEqual = 0x50,
    Less = 0xa0,
}

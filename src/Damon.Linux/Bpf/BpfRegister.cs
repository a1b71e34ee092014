namespace Damon.Linux.Bpf;

/// <summary>R0 holds results, R1 to R5 arguments (lost by calls), R6 to R9 survive calls, R10 is the end of the 512-byte stack.</summary>
enum BpfRegister : byte
{
    R0,
    R1,
    R2,
    R3,
    R4,
    R5,
    R6,
    R7,
    R8,
    R9,
    R10,
}

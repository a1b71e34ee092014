using Damon.Linux.Bpf;
using static Damon.Linux.Bpf.BpfRegister;

namespace Damon.Linux.Tests.Bpf;

public sealed class BpfAssemblerTests
{
    // The bytes of one instruction as the kernel's instruction-set document gives them, lowest byte first.
    static readonly (string Name, Action<BpfAssembler> Write, ulong[] Expected)[] s_encodings =
    [
        ("mov r7, r1", a => a.Move(R7, R1), [0x17bf]),
        ("mov r0, -1", a => a.Move(R0, -1), [0xffffffff_000000b7]),
        ("lddw r3, imm64", a => a.Move64(R3, 0x0123_4567_89ab_cdef), [0x89abcdef_00000318, 0x01234567_00000000]),
        ("add r2, r9", a => a.Add(R2, R9), [0x920f]),
        ("add r1, 16", a => a.Add(R1, 16), [0x10_00000107]),
        ("mul r1, 64", a => a.Multiply(R1, 64), [0x40_00000127]),
        ("and r1, r2", a => a.And(R1, R2), [0x215f]),
        ("and r1, 511", a => a.And(R1, 511), [0x1ff_00000157]),
        ("or r8, r2", a => a.Or(R8, R2), [0x284f]),
        ("lsh r2, 56", a => a.ShiftLeft(R2, 56), [0x38_00000267]),
        ("lsh r2, r9", a => a.ShiftLeft(R2, R9), [0x926f]),
        ("rsh r1, 12", a => a.ShiftRight(R1, 12), [0xc_00000177]),
        ("ldxw r1, [r6+8]", a => a.Load32(R1, R6, 8), [0x8_6161]),
        ("ldxdw r1, [r10-16]", a => a.Load64(R1, R10, -16), [0xfff0_a179]),
        ("stxdw [r6+48], r8", a => a.Store64(R6, 48, R8), [0x30_867b]),
        ("stdw [r6+56], 4", a => a.Store64(R6, 56, 4), [0x4_0038_067a]),
        ("map value", a => a.LoadMapValue(R6, 5, 128), [0x5_00002618, 0x80_00000000]),
        ("helper", a => a.Call(BpfHelper.Loop), [0xb5_00000085]),
        ("kfunc", a => a.CallKernel(65891), [0x10163_00002085]),
        ("exit", a => a.Exit(), [0x95]),
    ];

    public static TheoryData<string> Names => [.. s_encodings.Select(e => e.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public void Instructions_are_encoded_as_the_kernel_documents_them(string name)
    {
        (string _, Action<BpfAssembler> write, ulong[] expected) = s_encodings.Single(e => e.Name == name);
        BpfAssembler assembler = new();
        write(assembler);
        Assert.Equal(expected, assembler.Build());
    }

    [Fact]
    public void Distances_count_from_the_next_instruction()
    {
        BpfAssembler a = new();
        BpfLabel start = a.NewLabel();
        BpfLabel end = a.NewLabel();
        BpfLabel function = a.NewLabel();
        a.Bind(start);
        a.JumpIf(R1, BpfCondition.Equal, 0, end);    // 0: two instructions (three slots) ahead, so 4
        a.LoadFunction(R2, function);                // 1, 2: the function is at 6, counted from 2
        a.JumpIf(R1, BpfCondition.Less, R2, start);  // 3: back by 4
        a.CallLocal(function);                       // 4: 6 is one behind the next
        a.Bind(end);
        a.Exit();                                    // 5
        a.Bind(function);
        a.Jump(end);                                 // 6: back by 2
        Assert.Equal(
            [0x4_0115, 0x4_00004218, 0, 0xfffc_21ad, 0x1_00001085, 0x95, 0xfffe_0005],
            a.Build());
        Assert.Equal(6, a.PositionOf(function));
    }

    [Fact]
    public void Unbound_and_twice_bound_labels_are_refused()
    {
        BpfAssembler a = new();
        BpfLabel label = a.NewLabel();
        a.Jump(label);
        Assert.Throws<InvalidOperationException>(() => a.Build());
        a.Bind(label);
        Assert.Throws<InvalidOperationException>(() => a.Bind(label));
    }

    [Theory]
    [InlineData("", null)]
    [InlineData("processed 3 insns (limit 1000000)\nstack depth 0\n", null)]
    [InlineData("0: (79) r1\nR0 !read_ok\nverification time 5 usec\nprocessed 1 insns\n", "R0 !read_ok")]
    public void The_verifiers_objection_is_the_last_line_that_is_no_statistic(string log, string? expected) =>
        Assert.Equal(expected, BpfProgram.LastMeaningfulLine(log));

    [Fact]
    public void A_refused_program_is_reported_with_the_verifiers_objection()
    {
        BpfAssembler a = new();
        a.Exit();
        BpfException e = Assert.Throws<BpfException>(() => BpfProgram.Load(BpfProgramKind.Syscall, "damon_refused", a.Build()));
        Assert.SkipWhen(e.Errno == Native.Errno.EPERM, "loading BPF programs is not permitted here");
        Assert.Contains("R0 !read_ok", e.VerifierLine, StringComparison.Ordinal);
        Assert.EndsWith(e.VerifierLine!, e.Message, StringComparison.Ordinal);
    }
}

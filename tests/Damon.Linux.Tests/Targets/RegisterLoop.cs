using System.Buffers.Binary;
using System.Runtime.InteropServices;
using Damon.Linux.Native;

namespace Damon.Linux.Tests.Targets;

/// <summary>A thread in x86-64 code that fills every register, and the red zone below its stack, and compares them again and again.</summary>
static unsafe class RegisterLoop
{
    const int PageSize = 4096;
    const int StackPointer = 4;

    // Behind the code: values of the vector registers, what they are in the end, and the rest.
    const int VectorsIn = PageSize;
    const int VectorsOut = VectorsIn + 256;
    const int SavedStack = VectorsOut + 256;
    const int Rounds = SavedStack + 8;
    const int StopFlag = Rounds + 8;
    const int Verdict = StopFlag + 8;

    static byte* s_memory;
    static Thread? s_thread;

    /// <summary>Starts it.</summary>
    /// <returns>The thread's number, when it has gone round.</returns>
    internal static long Start()
    {
        s_memory = (byte*)LibC.mmap(
            null,
            2 * PageSize,
            LibC.PROT_READ | LibC.PROT_WRITE | TargetNatives.PROT_EXEC,
            LibC.MAP_PRIVATE | LibC.MAP_ANONYMOUS,
            -1,
            0);
        Span<byte> memory = new(s_memory, 2 * PageSize);
        new Random(1).NextBytes(memory.Slice(VectorsIn, 256));
        Assemble(memory);
        long tid = 0;
        s_thread = new Thread(() =>
        {
            Volatile.Write(ref tid, TargetNatives.syscall(TargetNatives.SYS_gettid, 0));
            ((delegate* unmanaged<void>)s_memory)();
        });
        s_thread.Start();
        SpinWait.SpinUntil(() => Volatile.Read(ref *(long*)(s_memory + Rounds)) > 0);
        return Volatile.Read(ref tid);
    }

    /// <summary>Whether it goes on: its rounds so far.</summary>
    internal static long RoundsSoFar() => Volatile.Read(ref *(long*)(s_memory + Rounds));

    /// <summary>Ends it.</summary>
    /// <returns><c>same</c> when nothing has changed.</returns>
    internal static string Stop()
    {
        long before = RoundsSoFar();
        SpinWait.SpinUntil(() => RoundsSoFar() > before || *(int*)(s_memory + Verdict) != 0);
        Volatile.Write(ref *(int*)(s_memory + StopFlag), 1);
        s_thread!.Join();
        ReadOnlySpan<byte> memory = new(s_memory, 2 * PageSize);
        if (*(int*)(s_memory + Verdict) != 1)
        {
            return "a register changed";
        }

        return memory.Slice(VectorsIn, 256).SequenceEqual(memory.Slice(VectorsOut, 256)) ? "same" : "a vector register changed";
    }

    static void Assemble(Span<byte> memory)
    {
        List<byte> code = [0x53, 0x55, 0x41, 0x54, 0x41, 0x55, 0x41, 0x56, 0x41, 0x57]; // push rbx, rbp, r12 to r15
        List<int> jumpsToBad = [];
        AddRelative(code, [0x48, 0x89, 0x25], SavedStack); // mov [], rsp
        for (int i = 0; i < 16; i++)
        {
            AddRelative(code, [.. i < 8 ? Array.Empty<byte>() : [0x44], 0x0f, 0x10, (byte)(5 | ((i & 7) << 3))], VectorsIn + (16 * i)); // movups xmm, []
        }

        for (int i = 0; i < 16; i++)
        {
            if (i != StackPointer)
            {
                AddWithValue(code, [(byte)(0x48 | (i >> 3)), 0xc7, (byte)(0xc0 | (i & 7))], i); // mov reg, value
            }
        }

        AddWithValue(code, [0x48, 0xc7, 0x44, 0x24, 0xf8], 20); // mov [rsp - 8], value
        AddWithValue(code, [0x48, 0xc7, 0x44, 0x24, 0x80], 21); // mov [rsp - 128], value
        int loop = code.Count;
        for (int i = 0; i < 16; i++)
        {
            if (i == StackPointer)
            {
                AddRelative(code, [0x48, 0x3b, 0x25], SavedStack); // cmp rsp, []
            }
            else
            {
                AddWithValue(code, [(byte)(0x48 | (i >> 3)), 0x81, (byte)(0xf8 | (i & 7))], i); // cmp reg, value
            }

            AddJump(code, jumpsToBad);
        }

        AddWithValue(code, [0x48, 0x81, 0x7c, 0x24, 0xf8], 20); // cmp [rsp - 8], value
        AddJump(code, jumpsToBad);
        AddWithValue(code, [0x48, 0x81, 0x7c, 0x24, 0x80], 21); // cmp [rsp - 128], value
        AddJump(code, jumpsToBad);
        AddRelative(code, [0x48, 0xff, 0x05], Rounds); // inc []
        AddRelative(code, [0x8b, 0x05], StopFlag); // mov eax, []
        code.AddRange([0x85, 0xc0]); // test eax, eax
        AddWithValue(code, [0x48, 0xc7, 0xc0], 0); // mov rax, value
        Add(code, [0x0f, 0x84], loop - (code.Count + 6)); // je loop
        AddImmediateToMemory(code, 1);
        int jumpToEnd = code.Count + 1;
        Add(code, [0xe9], 0);
        int bad = code.Count;
        AddImmediateToMemory(code, 2);
        int end = code.Count;
        for (int i = 0; i < 16; i++)
        {
            AddRelative(code, [.. i < 8 ? Array.Empty<byte>() : [0x44], 0x0f, 0x11, (byte)(5 | ((i & 7) << 3))], VectorsOut + (16 * i)); // movups [], xmm
        }

        AddRelative(code, [0x48, 0x8b, 0x25], SavedStack); // mov rsp, []
        code.AddRange([0x41, 0x5f, 0x41, 0x5e, 0x41, 0x5d, 0x41, 0x5c, 0x5d, 0x5b, 0xc3]); // pop r15 to r12, rbp, rbx; ret
        CollectionsMarshal.AsSpan(code).CopyTo(memory);
        foreach (int jump in jumpsToBad)
        {
            BinaryPrimitives.WriteInt32LittleEndian(memory[jump..], bad - (jump + 4));
        }

        BinaryPrimitives.WriteInt32LittleEndian(memory[jumpToEnd..], end - (jumpToEnd + 4));
    }

    static void AddJump(List<byte> code, List<int> jumps)
    {
        Add(code, [0x0f, 0x85], 0); // jne
        jumps.Add(code.Count - 4);
    }

    /// <summary>mov dword [verdict], value.</summary>
    static void AddImmediateToMemory(List<byte> code, int value)
    {
        Add(code, [0xc7, 0x05], Verdict - (code.Count + 10));
        Add(code, [], value);
    }

    static void AddWithValue(List<byte> code, byte[] instruction, int register) => Add(code, instruction, 0x1234_5600 + (register * 0x0101_0101));

    static void AddRelative(List<byte> code, byte[] instruction, int offset) => Add(code, instruction, offset - (code.Count + instruction.Length + 4));

    static void Add(List<byte> code, byte[] instruction, int operand)
    {
        code.AddRange(instruction);
        Span<byte> bytes = stackalloc byte[4];
        BinaryPrimitives.WriteInt32LittleEndian(bytes, operand);
        code.AddRange(bytes);
    }
}

namespace Damon.Linux.Bpf;

/// <summary>
/// Writes BPF instructions with labels instead of distances. An instruction is 8 bytes: operation, registers (destination in the
/// low four bits), signed 16-bit offset, signed 32-bit immediate; the encodings are those of the kernel's
/// <c>Documentation/bpf/standardization/instruction-set.rst</c>.
/// </summary>
sealed class BpfAssembler
{
    // What the source register field of a 64-bit load or of a call says about the immediate.
    const byte PseudoMapValue = 2;
    const byte PseudoFunction = 4;
    const byte PseudoLocalCall = 1;
    const byte PseudoKernelCall = 2;

    readonly List<ulong> _code = [];
    readonly List<int> _labels = [];
    readonly List<(int At, int Label, bool InImmediate)> _references = [];

    public BpfLabel NewLabel()
    {
        _labels.Add(-1);
        return new(_labels.Count - 1);
    }

    /// <summary>Puts a label in front of the next instruction.</summary>
    public void Bind(BpfLabel label)
    {
        if (_labels[label.Index] >= 0)
        {
            throw new InvalidOperationException($"label {label.Index} is bound twice");
        }

        _labels[label.Index] = _code.Count;
    }

    /// <summary>Position of a bound label, in instructions.</summary>
    public int PositionOf(BpfLabel label) => _labels[label.Index];

    public void Move(BpfRegister to, BpfRegister from) => Emit(0xbf, to, from);

    public void Move(BpfRegister to, int value) => Emit(0xb7, to, immediate: value);

    public void Move64(BpfRegister to, ulong value) => EmitWide(to, 0, (int)value, (int)(value >> 32));

    public void Add(BpfRegister to, BpfRegister from) => Emit(0x0f, to, from);

    public void Add(BpfRegister to, int value) => Emit(0x07, to, immediate: value);

    public void Multiply(BpfRegister to, int value) => Emit(0x27, to, immediate: value);

    public void And(BpfRegister to, BpfRegister from) => Emit(0x5f, to, from);

    /// <summary>The value is sign-extended to 64 bits.</summary>
    public void And(BpfRegister to, int value) => Emit(0x57, to, immediate: value);

    public void Or(BpfRegister to, BpfRegister from) => Emit(0x4f, to, from);

    public void ShiftLeft(BpfRegister to, int bits) => Emit(0x67, to, immediate: bits);

    public void ShiftLeft(BpfRegister to, BpfRegister bits) => Emit(0x6f, to, bits);

    public void ShiftRight(BpfRegister to, int bits) => Emit(0x77, to, immediate: bits);

    public void Load32(BpfRegister to, BpfRegister address, int offset) => Emit(0x61, to, address, offset);

    public void Load64(BpfRegister to, BpfRegister address, int offset) => Emit(0x79, to, address, offset);

    public void Store64(BpfRegister address, int offset, BpfRegister from) => Emit(0x7b, address, from, offset);

    public void Store64(BpfRegister address, int offset, int value) => Emit(0x7a, address, offset: offset, immediate: value);

    /// <summary>Loads the address of a byte in the value of a one-element array map.</summary>
    public void LoadMapValue(BpfRegister to, int mapFd, int offset) => EmitWide(to, PseudoMapValue, mapFd, offset);

    /// <summary>Loads the address of a function of this program, for helpers that call back.</summary>
    public void LoadFunction(BpfRegister to, BpfLabel function)
    {
        _references.Add((_code.Count, function.Index, InImmediate: true));
        EmitWide(to, PseudoFunction, 0, 0);
    }

    public void Call(BpfHelper helper) => Emit(0x85, immediate: (int)helper);

    /// <summary>Calls a kernel function (kfunc) by its id in the kernel's type information.</summary>
    public void CallKernel(uint btfId) => Emit(0x85, source: (BpfRegister)PseudoKernelCall, immediate: (int)btfId);

    public void CallLocal(BpfLabel function)
    {
        _references.Add((_code.Count, function.Index, InImmediate: true));
        Emit(0x85, source: (BpfRegister)PseudoLocalCall);
    }

    public void Exit() => Emit(0x95);

    public void Jump(BpfLabel target)
    {
        _references.Add((_code.Count, target.Index, InImmediate: false));
        Emit(0x05);
    }

    public void JumpIf(BpfRegister left, BpfCondition condition, int right, BpfLabel target)
    {
        _references.Add((_code.Count, target.Index, InImmediate: false));
        Emit((byte)(0x05 | (byte)condition), left, immediate: right);
    }

    public void JumpIf(BpfRegister left, BpfCondition condition, BpfRegister right, BpfLabel target)
    {
        _references.Add((_code.Count, target.Index, InImmediate: false));
        Emit((byte)(0x0d | (byte)condition), left, right);
    }

    /// <summary>The finished program, with all distances filled in.</summary>
    public ulong[] Build()
    {
        ulong[] code = _code.ToArray();
        foreach ((int at, int label, bool inImmediate) in _references)
        {
            int position = _labels[label];
            if (position < 0)
            {
                throw new InvalidOperationException($"label {label} is used at instruction {at} and nowhere bound");
            }

            // Distances count from the next instruction; those of a 64-bit load from its second half.
            int distance = position - at - 1;
            code[at] |= inImmediate ? (ulong)(uint)distance << 32 : (ulong)(ushort)checked((short)distance) << 16;
        }

        return code;
    }

    void Emit(byte operation, BpfRegister destination = BpfRegister.R0, BpfRegister source = BpfRegister.R0, int offset = 0, int immediate = 0) =>
        _code.Add(operation
            | (ulong)destination << 8
            | (ulong)source << 12
            | (ulong)(ushort)checked((short)offset) << 16
            | (ulong)(uint)immediate << 32);

    void EmitWide(BpfRegister to, byte pseudo, int low, int high)
    {
        Emit(0x18, to, (BpfRegister)pseudo, immediate: low);
        Emit(0, immediate: high);
    }
}

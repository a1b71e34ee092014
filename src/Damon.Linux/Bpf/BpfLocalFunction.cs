using System.Buffers.Binary;

namespace Damon.Linux.Bpf;

/// <summary>
/// The one function a program may have besides its main one. The kernel wants its prototype as type information.
/// </summary>
/// <param name="position">Where it starts, in instructions.</param>
/// <param name="isCallback">
/// True for <c>static int f(int i, void *context)</c>, called by the loop helper; false for a global <c>int f(int i)</c>, which
/// the verifier checks once for every possible argument, so that calling it in a long plain loop costs it nothing.
/// </param>
sealed class BpfLocalFunction(int position, bool isCallback)
{
    /// <summary>Id of the main function in <see cref="TypeInformation"/>.</summary>
    internal const uint MainTypeId = 5;

    /// <summary>Id of this function in <see cref="TypeInformation"/>.</summary>
    internal const uint TypeId = 6;

    const int HeaderLength = 24;
    const uint NameInt = 1;
    const uint NameI = 5;
    const uint NameContext = 7;
    const uint NameMain = 9;
    const uint NameElement = 14;

    public int Position { get; } = position;

    public bool IsCallback { get; } = isCallback;

    // Offsets are the constants above.
    static ReadOnlySpan<byte> Strings => "\0int\0i\0c\0main\0element\0"u8;

    public byte[] TypeInformation()
    {
        ReadOnlySpan<uint> types =
        [
            NameInt, Info(BtfKind.Int, 0), 4, 1 << 24 | 32,
            0, Info(BtfKind.Pointer, 0), 0,
            0, Info(BtfKind.FunctionPrototype, 1), 1, NameContext, 2,
            .. IsCallback
                ? (ReadOnlySpan<uint>)[0, Info(BtfKind.FunctionPrototype, 2), 1, NameI, 1, NameContext, 2]
                : [0, Info(BtfKind.FunctionPrototype, 1), 1, NameI, 1],
            NameMain, Info(BtfKind.Function, 1), 3,
            NameElement, Info(BtfKind.Function, IsCallback ? 0 : 1), 4,
        ];

        int typesLength = types.Length * sizeof(uint);
        byte[] bytes = new byte[HeaderLength + typesLength + Strings.Length];
        ReadOnlySpan<uint> header = [0x0001_eb9f, HeaderLength, 0, (uint)typesLength, (uint)typesLength, (uint)Strings.Length];
        Write(header, bytes);
        Write(types, bytes.AsSpan(HeaderLength));
        Strings.CopyTo(bytes.AsSpan(HeaderLength + typesLength));
        return bytes;

        static uint Info(BtfKind kind, int vlen) => (uint)kind << 24 | (uint)vlen;

        static void Write(ReadOnlySpan<uint> words, Span<byte> to)
        {
            for (int i = 0; i < words.Length; i++)
            {
                BinaryPrimitives.WriteUInt32LittleEndian(to[(i * sizeof(uint))..], words[i]);
            }
        }
    }
}

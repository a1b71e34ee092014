using System.Buffers.Binary;

namespace Damon.Linux.Fuse;

/// <summary>One request as the kernel sent it, taken apart. Spans are of the bytes it was parsed from.</summary>
/// <remarks>Which members behind the header mean something depends on <see cref="Opcode"/>; the others are 0 or empty.</remarks>
ref struct FuseRequest
{
    internal const int HeaderSize = 40;

    /// <summary>Longest name the kernel passes on, without its NUL.</summary>
    internal const int MaxNameLength = 1024;

    const int ForgetSize = 16;

    /// <summary>What is asked.</summary>
    public FuseOpcode Opcode { get; private set; }

    /// <summary>The number to answer with; never used twice.</summary>
    public ulong Unique { get; private set; }

    /// <summary>The node it is about.</summary>
    public ulong NodeId { get; private set; }

    /// <summary>The process that asks.</summary>
    public FuseCaller Caller { get; private set; }

    /// <summary>Of <see cref="FuseOpcode.Lookup"/>: at least one byte, without NUL.</summary>
    public ReadOnlySpan<byte> Name { get; private set; }

    /// <summary>The open file or directory.</summary>
    public ulong Handle { get; private set; }

    /// <summary>Where to read or write; where to go on in a directory.</summary>
    public ulong Offset { get; private set; }

    /// <summary>How much to read, at most.</summary>
    public uint Size { get; private set; }

    /// <summary>The flags of <c>open</c>.</summary>
    public uint OpenFlags { get; private set; }

    /// <summary>What is written.</summary>
    public ReadOnlySpan<byte> Data { get; private set; }

    /// <summary>The request that an <see cref="FuseOpcode.Interrupt"/> means.</summary>
    public ulong Interrupted { get; private set; }

    /// <summary>Of <see cref="FuseOpcode.Forget"/>: how many lookups of the node are taken back.</summary>
    public ulong NrLookups { get; private set; }

    /// <summary>Of <see cref="FuseOpcode.ForgetSeveral"/>: how many nodes; see <see cref="Forgotten"/>.</summary>
    public int NrForgotten { get; private set; }

    /// <summary>The version of the protocol that the kernel speaks.</summary>
    public uint Major { get; private set; }

    /// <summary>The minor number of <see cref="Major"/>.</summary>
    public uint Minor { get; private set; }

    /// <summary>How far the kernel would read ahead.</summary>
    public uint MaxReadAhead { get; private set; }

    /// <summary>What the kernel offers (FUSE_..., the lower 32 bits).</summary>
    public uint InitializeFlags { get; private set; }

    /// <summary>Whether the kernel waits for an answer.</summary>
    public readonly bool WantsReply => Unique != 0 && Opcode is not (FuseOpcode.Forget or FuseOpcode.ForgetSeveral or FuseOpcode.Interrupt);

    /// <summary>Takes a request apart. Never throws, whatever the bytes are.</summary>
    public static FuseParseResult Parse(ReadOnlySpan<byte> bytes, out FuseRequest request)
    {
        request = default;
        if (bytes.Length < HeaderSize)
        {
            return FuseParseResult.Unanswerable;
        }

        request.Opcode = (FuseOpcode)U32(bytes, 4);
        request.Unique = U64(bytes, 8);
        request.NodeId = U64(bytes, 16);
        request.Caller = new FuseCaller((int)U32(bytes, 32), U32(bytes, 24), U32(bytes, 28));
        return U32(bytes, 0) == (uint)bytes.Length && request.ParseBody(bytes[HeaderSize..])
            ? FuseParseResult.Ok
            : FuseParseResult.Malformed;
    }

    /// <summary>One of the nodes of a <see cref="FuseOpcode.ForgetSeveral"/>.</summary>
    /// <param name="index">Below <see cref="NrForgotten"/>.</param>
    public readonly (ulong NodeId, ulong NrLookups) Forgotten(int index) => (U64(Data, index * ForgetSize), U64(Data, (index * ForgetSize) + 8));

    static int FixedSize(FuseOpcode opcode) => opcode switch
    {
        FuseOpcode.Forget or FuseOpcode.ForgetSeveral or FuseOpcode.Open or FuseOpcode.OpenDirectory or FuseOpcode.Interrupt => 8,
        FuseOpcode.Initialize => 16,
        FuseOpcode.Release or FuseOpcode.ReleaseDirectory => 24,
        FuseOpcode.Read or FuseOpcode.ReadDirectory or FuseOpcode.Write => 40,
        _ => 0,
    };

    bool ParseBody(ReadOnlySpan<byte> body)
    {
        int size = FixedSize(Opcode);
        if (body.Length < size)
        {
            return false;
        }

        switch (Opcode)
        {
            case FuseOpcode.Lookup:
                int end = body.IndexOf((byte)0);
                Name = body[..Math.Max(0, end)];
                return end is > 0 and <= MaxNameLength;
            case FuseOpcode.Forget:
                NrLookups = U64(body, 0);
                return true;
            case FuseOpcode.ForgetSeveral:
                uint count = U32(body, 0);
                Data = body[size..];
                NrForgotten = (int)Math.Min(count, (uint)Data.Length / ForgetSize);
                return count == (uint)NrForgotten;
            case FuseOpcode.Open or FuseOpcode.OpenDirectory:
                OpenFlags = U32(body, 0);
                return true;
            case FuseOpcode.Read or FuseOpcode.ReadDirectory or FuseOpcode.Write:
                Handle = U64(body, 0);
                Offset = U64(body, 8);
                Size = U32(body, 16);
                Data = Opcode == FuseOpcode.Write ? body[size..] : default;
                return Opcode != FuseOpcode.Write || Size == (uint)Data.Length;
            case FuseOpcode.Release or FuseOpcode.ReleaseDirectory:
                Handle = U64(body, 0);
                return true;
            case FuseOpcode.Interrupt:
                Interrupted = U64(body, 0);
                return true;
            case FuseOpcode.Initialize:
                Major = U32(body, 0);
                Minor = U32(body, 4);
                MaxReadAhead = U32(body, 8);
                InitializeFlags = U32(body, 12);
                return true;
            default:
                return true;
        }
    }

    static uint U32(ReadOnlySpan<byte> bytes, int offset) => BinaryPrimitives.ReadUInt32LittleEndian(bytes[offset..]);

    static ulong U64(ReadOnlySpan<byte> bytes, int offset) => BinaryPrimitives.ReadUInt64LittleEndian(bytes[offset..]);
}

using System.Buffers.Binary;
using Damon.Linux.Fuse;

namespace Damon.Linux.Tests.Fuse;

/// <summary>Requests as the kernel sends them.</summary>
static class FuseRequestBytes
{
    public static byte[] Of(FuseOpcode opcode, ulong unique, ulong nodeId, params ReadOnlySpan<byte> body)
    {
        byte[] bytes = new byte[FuseRequest.HeaderSize + body.Length];
        BinaryPrimitives.WriteUInt32LittleEndian(bytes, (uint)bytes.Length);
        BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(4), (uint)opcode);
        BinaryPrimitives.WriteUInt64LittleEndian(bytes.AsSpan(8), unique);
        BinaryPrimitives.WriteUInt64LittleEndian(bytes.AsSpan(16), nodeId);
        BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(24), 1000);
        BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(28), 100);
        BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(32), 4242);
        body.CopyTo(bytes.AsSpan(FuseRequest.HeaderSize));
        return bytes;
    }

    /// <summary>Little-endian 64-bit words.</summary>
    public static byte[] Words(params ReadOnlySpan<ulong> words)
    {
        byte[] bytes = new byte[words.Length * sizeof(ulong)];
        for (int i = 0; i < words.Length; i++)
        {
            BinaryPrimitives.WriteUInt64LittleEndian(bytes.AsSpan(i * sizeof(ulong)), words[i]);
        }

        return bytes;
    }

    /// <summary>One of each kind that has a body.</summary>
    public static IReadOnlyList<byte[]> Samples() =>
    [
        Of(FuseOpcode.Lookup, 1, 1, "name\0"u8),
        Of(FuseOpcode.Forget, 2, 7, Words(3)),
        Of(FuseOpcode.ForgetSeveral, 3, 0, Words(2, 7, 1, 8, 2)),
        Of(FuseOpcode.Open, 4, 7, Words(0x402)),
        Of(FuseOpcode.Read, 5, 7, Words(11, 4096, 512, 0, 0)),
        Of(FuseOpcode.Write, 6, 7, [.. Words(11, 0, 3, 0, 0), .. "abc"u8]),
        Of(FuseOpcode.Release, 7, 7, Words(11, 0, 0)),
        Of(FuseOpcode.Interrupt, 8, 0, Words(6)),
        Of(FuseOpcode.Initialize, 9, 0, Words(7 | (45ul << 32), 131072 | (0xfffful << 32))),
        Of(FuseOpcode.OpenDirectory, 10, 1, Words(0)),
        Of(FuseOpcode.ReadDirectory, 11, 1, Words(12, 2, 4096, 0, 0)),
        Of(FuseOpcode.ReleaseDirectory, 12, 1, Words(12, 0, 0)),
    ];
}

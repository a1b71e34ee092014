using System.Globalization;
using System.Text;

namespace Damon.Linux.DamonFs;

/// <summary>The setting of <c>record</c>.</summary>
/// <param name="BufferLength">Bytes gathered before they are written to the file; 0 is off.</param>
/// <param name="Path">The file; not always text.</param>
sealed record DamonFsRecording(uint BufferLength, byte[] Path)
{
    const uint LeastLength = 1024;
    const uint MostLength = 4 << 20;
    const int PathRoom = 256;

    /// <summary>As it is before anything is written.</summary>
    internal static DamonFsRecording Default { get; } = new(0, "none"u8.ToArray());

    /// <summary>A length and a path; what follows does not count.</summary>
    /// <returns>Null where one is missing.</returns>
    internal static DamonFsRecording? Parse(ReadOnlySpan<byte> text)
    {
        KernelScanner scanner = new(text);
        return scanner.TryUInt32(out uint length) && scanner.TryWord(out ReadOnlySpan<byte> path) ? new DamonFsRecording(length, path.ToArray()) : null;
    }

    /// <summary>Whether the kernel takes it.</summary>
    internal bool IsValid => BufferLength is 0 or (>= LeastLength and <= MostLength) && Path.Length < PathRoom;

    /// <summary>As it is read.</summary>
    internal byte[] ToBytes() => [.. Encoding.ASCII.GetBytes(BufferLength.ToString(CultureInfo.InvariantCulture)), (byte)' ', .. Path, (byte)'\n'];
}

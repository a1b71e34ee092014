using Damon.Linux.Native;

namespace Damon.Linux.KernelDamon.Files;

/// <summary>A file that text keeps coming out of.</summary>
interface IKernelPipe : IDisposable
{
    /// <summary>Reads what is there, without waiting.</summary>
    /// <param name="buffer">Where to.</param>
    /// <param name="count">Number of bytes; 0 when there are none now.</param>
    Errno Read(Span<byte> buffer, out int count);
}

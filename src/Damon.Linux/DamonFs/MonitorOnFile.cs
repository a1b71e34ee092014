using Damon.Linux.Native;

namespace Damon.Linux.DamonFs;

/// <summary><c>monitor_on</c>: starts and stops the monitoring of all contexts.</summary>
sealed class MonitorOnFile(string name, DamonFileSystem fileSystem) : DamonFsFile(name, fileSystem.NextId())
{
    /// <inheritdoc/>
    internal override byte[] Read(DamonFsCaller caller, CancellationToken token) => (fileSystem.IsAnyRunning ? "on\n"u8 : "off\n"u8).ToArray();

    /// <inheritdoc/>
    internal override void Write(ReadOnlySpan<byte> data, DamonFsCaller caller, CancellationToken token)
    {
        KernelScanner scanner = new(data);
        if (!scanner.TryWord(out ReadOnlySpan<byte> word))
        {
            throw new DamonFsException(Errno.EINVAL);
        }

        if (KernelScanner.IsWord(word, "on"u8, data.Length))
        {
            fileSystem.Start(caller);
        }
        else if (KernelScanner.IsWord(word, "off"u8, data.Length))
        {
            fileSystem.Stop(token);
        }
        else
        {
            throw new DamonFsException(Errno.EINVAL);
        }
    }
}

using Damon.Linux.KernelDamon.Files;
using Damon.Linux.Native;

namespace Damon.Linux.KernelDamon.DebugFs;

/// <summary>A record that another process is writing, from its beginning. It need not exist yet.</summary>
/// <param name="path">The file.</param>
sealed class RecordFilePipe(string path) : IKernelPipe
{
    FileStream? _file;

    /// <inheritdoc/>
    public Errno Read(Span<byte> buffer, out int count)
    {
        count = 0;
        try
        {
            _file ??= new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0);
            count = _file.Read(buffer);
        }
        catch (FileNotFoundException)
        {
            // Comes with the first snapshot.
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return ErrnoExtensions.Of(e);
        }

        return Errno.None;
    }

    /// <inheritdoc/>
    public void Dispose() => _file?.Dispose();
}

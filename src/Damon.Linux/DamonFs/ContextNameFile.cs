using System.Text;
using Damon.Linux.Native;

namespace Damon.Linux.DamonFs;

/// <summary><c>mk_contexts</c> and <c>rm_contexts</c>: take the name of a context.</summary>
/// <param name="name">The name of the file.</param>
/// <param name="fileSystem">Its file system.</param>
/// <param name="action">What is done with the name.</param>
sealed class ContextNameFile(string name, DamonFileSystem fileSystem, Action<string> action) : DamonFsFile(name, fileSystem.NextId())
{
    static readonly UTF8Encoding s_strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <inheritdoc/>
    internal override void Write(ReadOnlySpan<byte> data, DamonFsCaller caller, CancellationToken token)
    {
        // To the kernel's sscanf, white space alone is a word of no letters.
        KernelScanner scanner = new(data);
        if (!scanner.TryWord(out ReadOnlySpan<byte> word) && (data.IsEmpty || data[0] == 0))
        {
            throw new DamonFsException(Errno.EINVAL);
        }

        string context;
        try
        {
            context = s_strict.GetString(word);
        }
        catch (DecoderFallbackException)
        {
            throw new DamonFsException(Errno.EINVAL);
        }

        action(context);
    }
}

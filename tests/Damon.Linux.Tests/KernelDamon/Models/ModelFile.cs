using Damon.Linux.Native;

namespace Damon.Linux.Tests.KernelDamon.Models;

/// <summary>A file of a model: what a read gives and what a write does.</summary>
sealed class ModelFile(Func<string> read, Func<string, Errno>? write = null)
{
    public Func<string> Read { get; } = read;

    /// <summary>Null for a file that cannot be written.</summary>
    public Func<string, Errno>? Write { get; } = write;

    /// <summary>Holds whatever is written.</summary>
    public static ModelFile Text(string value)
    {
        string now = value;
        return new ModelFile(() => now + "\n", text =>
        {
            now = text.TrimEnd('\n');
            return Errno.None;
        });
    }
}

using System.Globalization;
using Damon.Linux.KernelDamon.Files;
using Damon.Linux.Native;

namespace Damon.Linux.KernelDamon.Sysfs;

/// <summary>A folder of parameters, written so that only what differs reaches the kernel.</summary>
/// <param name="Tree">The files.</param>
/// <param name="Path">The folder.</param>
readonly record struct SysfsFolder(KernelTree Tree, string Path)
{
    /// <summary>A folder in it.</summary>
    public SysfsFolder this[string name] => new(Tree, $"{Path}/{name}");

    /// <summary>A numbered folder in it.</summary>
    public SysfsFolder this[int index] => this[index.ToString(CultureInfo.InvariantCulture)];

    /// <summary>Whether it is there.</summary>
    public bool Exists => Tree.Exists(Path);

    /// <summary>Whether it has a file or folder.</summary>
    public bool Has(string name) => Tree.Exists($"{Path}/{name}");

    /// <summary>Makes a file that every kernel has say this.</summary>
    public void Put(string name, ulong value) => Put(name, Text(value));

    /// <inheritdoc cref="Put(string, ulong)"/>
    /// <param name="name">The file.</param>
    /// <param name="text">The text.</param>
    /// <param name="hint">What it means when the kernel does not take it.</param>
    public void Put(string name, string text, string? hint = null)
    {
        string path = $"{Path}/{name}";
        if (Tree.Read(path) != text)
        {
            Write(path, text, hint);
        }
    }

    /// <summary>Makes a file say this that only later kernels have.</summary>
    /// <param name="name">The file.</param>
    /// <param name="value">The number.</param>
    /// <param name="usual">What kernels without the file do: they do not need it for this.</param>
    /// <param name="since">The first version of Linux that has it.</param>
    public void PutLater(string name, ulong value, ulong usual, string since) => PutLater(name, Text(value), Text(usual), since);

    /// <inheritdoc cref="PutLater(string, ulong, ulong, string)"/>
    /// <param name="name">The file.</param>
    /// <param name="text">The text.</param>
    /// <param name="usual">What kernels without the file do: they do not need it for this.</param>
    /// <param name="since">The first version of Linux that has it.</param>
    /// <param name="hint">What it means when the kernel does not take it.</param>
    public void PutLater(string name, string text, string usual, string since, string? hint = null)
    {
        string path = $"{Path}/{name}";
        string? present = Tree.ReadIfThere(path);
        if (present is null)
        {
            if (text != usual)
            {
                throw Missing(name, since);
            }
        }
        else if (present != text)
        {
            Write(path, text, hint);
        }
    }

    /// <summary>Makes a number of numbered folders, all with default values, unless there are that many already.</summary>
    /// <remarks>A write destroys what was there, whatever the number; hence only for a tree of one's own.</remarks>
    public void PutCount(string name, int count)
    {
        string path = $"{Path}/{name}";
        if (Tree.ReadCount(path) != count)
        {
            Tree.Write(path, Text((ulong)count));
        }
    }

    /// <summary>The failure that this kernel does not have something.</summary>
    public KernelDamonException Missing(string name, string since) =>
        new($"this kernel has no '{Tree.PathOf(Path)}/{name}', which is needed for what was asked: Linux has it {Since(since)}", Errno.ENOENT);

    /// <summary>The version of Linux in words.</summary>
    public static string Since(string since) => since.StartsWith("after", StringComparison.Ordinal) ? since : $"since {since}";

    /// <summary>A write of nothing does nothing: an empty text is a line feed.</summary>
    void Write(string path, string text, string? hint) => Tree.Write(path, text.Length == 0 ? "\n" : text, hint);

    static string Text(ulong value) => value.ToString(CultureInfo.InvariantCulture);
}

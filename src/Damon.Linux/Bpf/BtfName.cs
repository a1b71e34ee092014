using System.Text;

namespace Damon.Linux.Bpf;

/// <summary>A named type to look for while type information is read.</summary>
sealed class BtfName(BtfKind kind, string name)
{
    public BtfKind Kind { get; } = kind;

    public string Name { get; } = name;

    internal byte[] Utf8 { get; } = Encoding.UTF8.GetBytes(name);
}

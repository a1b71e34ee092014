using Damon.Monitoring;

namespace Damon.Linux.Actions;

/// <summary>Pages that the kernel handles as one.</summary>
/// <param name="Head">Frame of the first one.</param>
/// <param name="Order">Base-2 logarithm of their number.</param>
readonly record struct Folio(ulong Head, int Order)
{
    /// <summary>Size in bytes.</summary>
    internal ulong Size => Page.Size << Order;

    /// <summary>Whether a page belongs to it.</summary>
    internal bool Contains(ulong frame) => frame >= Head && frame - Head < 1UL << Order;
}

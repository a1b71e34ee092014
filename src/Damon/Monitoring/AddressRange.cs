using System.Globalization;

namespace Damon.Monitoring;

/// <summary>A range of addresses in bytes, <c>[Start, End)</c>.</summary>
/// <param name="Start">First address of the range.</param>
/// <param name="End">First address after the range; never below <paramref name="Start"/> in a valid range.</param>
public readonly record struct AddressRange(ulong Start, ulong End)
{
    /// <summary>Size in bytes; 0 for an empty or inverted range.</summary>
    public ulong Size => End > Start ? End - Start : 0;

    /// <summary>Whether the range holds no address.</summary>
    public bool IsEmpty => End <= Start;

    /// <summary>Whether <paramref name="address"/> lies in <c>[Start, End)</c>.</summary>
    public bool Contains(ulong address) => address >= Start && address < End;

    /// <summary>Whether the two ranges share at least one address.</summary>
    public bool Intersects(AddressRange other) => !(End <= other.Start || other.End <= Start);

    /// <summary>The range in hexadecimal, <c>start-end</c>.</summary>
    public override string ToString() =>
        string.Create(CultureInfo.InvariantCulture, $"{Start:x}-{End:x}");
}

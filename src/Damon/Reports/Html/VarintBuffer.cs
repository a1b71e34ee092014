namespace Damon.Reports.Html;

/// <summary>Whole numbers of 7 bits per byte, low ones first, the high bit telling that more follows.</summary>
sealed class VarintBuffer
{
    byte[] _bytes = new byte[4096];

    /// <summary>Number of bytes.</summary>
    public int Length { get; private set; }

    /// <summary>The bytes.</summary>
    public ReadOnlySpan<byte> Bytes => _bytes.AsSpan(0, Length);

    /// <summary>Appends a number.</summary>
    public void Add(ulong value)
    {
        if (_bytes.Length - Length < 10)
        {
            Array.Resize(ref _bytes, _bytes.Length * 2);
        }

        for (; value >= 0x80; value >>= 7)
        {
            _bytes[Length++] = (byte)(value | 0x80);
        }

        _bytes[Length++] = (byte)value;
    }

    /// <summary>Appends a number that may be negative: 0, -1, 1, -2 ... are 0, 1, 2, 3 ...</summary>
    public void AddSigned(long value) => Add((ulong)((value << 1) ^ (value >> 63)));
}

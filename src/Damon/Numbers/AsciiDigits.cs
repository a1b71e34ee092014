using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.CompilerServices;

namespace Damon.Numbers;

/// <summary>Numbers as ASCII bytes, without culture and without strings: reports of millions of lines are made of them.</summary>
static class AsciiDigits
{
    /// <summary>Longest result of <see cref="Decimal(Span{byte}, ulong, int)"/> for a width of 0.</summary>
    public const int MaxDecimal = 20;

    static ReadOnlySpan<byte> Pairs =>
        "00010203040506070809101112131415161718192021222324252627282930313233343536373839404142434445464748495051525354555657585960616263646566676869707172737475767778798081828384858687888990919293949596979899"u8;

    /// <summary>Writes <paramref name="value"/> right-aligned in at least <paramref name="width"/> columns.</summary>
    /// <returns>Number of bytes written.</returns>
    public static int Decimal(Span<byte> to, ulong value, int width = 0)
    {
        int digits = Count(value);
        int length = Math.Max(digits, width);
        Blanks(to, length - digits);
        Digits(to, length, value);
        return length;
    }

    /// <summary>Writes a signed value right-aligned in at least <paramref name="width"/> columns.</summary>
    /// <returns>Number of bytes written.</returns>
    public static int Decimal(Span<byte> to, long value, int width = 0)
    {
        if (value >= 0)
        {
            return Decimal(to, (ulong)value, width);
        }

        ulong size = (ulong)-value;
        int digits = Count(size);
        int length = Math.Max(digits + 1, width);
        Blanks(to, length - digits);
        to[length - digits - 1] = (byte)'-';
        Digits(to, length, size);
        return length;
    }

    /// <summary>Writes <paramref name="value"/> in lower-case hexadecimal, with zeros in front up to 12 digits.</summary>
    /// <returns>Number of bytes written: 12 to 16.</returns>
    public static int Hex12(Span<byte> to, ulong value)
    {
        ulong high = Hex8((uint)(value >> 32));
        int more = Math.Max(0, ((67 - BitOperations.LeadingZeroCount(value)) / 4) - 12);
        if (more == 0)
        {
            // The usual case first: an address of 48 bits.
            BinaryPrimitives.WriteUInt32BigEndian(to, (uint)high);
        }
        else
        {
            Span<byte> digits = stackalloc byte[8];
            BinaryPrimitives.WriteUInt64BigEndian(digits, high);
            digits[(4 - more)..].CopyTo(to);
        }

        BinaryPrimitives.WriteUInt64BigEndian(to[(4 + more)..], Hex8((uint)value));
        return 12 + more;
    }

    /// <summary>The eight hexadecimal digits of a value, first digit in the highest byte.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static ulong Hex8(uint value)
    {
        // Spread the nibbles over eight bytes, then add '0', and what lies between '9' and 'a' where a nibble is above 9.
        ulong spread = value;
        spread = (spread | (spread << 16)) & 0x0000_ffff_0000_ffff;
        spread = (spread | (spread << 8)) & 0x00ff_00ff_00ff_00ff;
        spread = (spread | (spread << 4)) & 0x0f0f_0f0f_0f0f_0f0f;
        ulong letters = ((spread + 0x0606_0606_0606_0606) >> 4) & 0x0101_0101_0101_0101;
        return spread + 0x3030_3030_3030_3030 + (letters * ('a' - '9' - 1));
    }

    static void Digits(Span<byte> to, int end, ulong value)
    {
        while (value >= 100)
        {
            (value, ulong pair) = Math.DivRem(value, 100);
            end -= 2;
            to[end + 1] = Pairs[((int)pair * 2) + 1];
            to[end] = Pairs[(int)pair * 2];
        }

        if (value >= 10)
        {
            to[end - 1] = Pairs[((int)value * 2) + 1];
            to[end - 2] = Pairs[(int)value * 2];
        }
        else
        {
            to[end - 1] = (byte)('0' + value);
        }
    }

    /// <summary>A loop, since for a handful of bytes a call of the general fill costs more.</summary>
    static void Blanks(Span<byte> to, int count)
    {
        for (int i = 0; i < count; i++)
        {
            to[i] = (byte)' ';
        }
    }

    static int Count(ulong value)
    {
        int digits = 1;
        while (value >= 10_000)
        {
            value /= 10_000;
            digits += 4;
        }

        return digits + (value < 10 ? 0 : value < 100 ? 1 : value < 1000 ? 2 : 3);
    }
}

namespace Damon.Linux.DamonFs;

/// <summary>
/// Takes numbers and words off a text by the rules of the kernel's sscanf: decimal digits behind any white space, no plus sign, too large
/// numbers wrap around or are cut, and a NUL ends the text.
/// </summary>
ref struct KernelScanner
{
    ReadOnlySpan<byte> _rest;

    internal KernelScanner(ReadOnlySpan<byte> text)
    {
        int end = text.IndexOf((byte)0);
        _rest = end < 0 ? text : text[..end];
    }

    /// <summary><c>%lu</c>.</summary>
    internal bool TryUInt64(out ulong value)
    {
        SkipSpace();
        value = 0;
        int length = 0;
        for (; length < _rest.Length && IsDigit(_rest[length]); length++)
        {
            value = unchecked((value * 10) + _rest[length] - '0');
        }

        _rest = _rest[length..];
        return length > 0;
    }

    /// <summary><c>%u</c>.</summary>
    internal bool TryUInt32(out uint value)
    {
        bool found = TryUInt64(out ulong wide);
        value = unchecked((uint)wide);
        return found;
    }

    /// <summary><c>%d</c>, the only one to take a minus sign.</summary>
    internal bool TryInt32(out int value)
    {
        SkipSpace();
        bool isNegative = _rest.Length > 1 && _rest[0] == '-' && IsDigit(_rest[1]);
        _rest = isNegative ? _rest[1..] : _rest;
        bool found = TryUInt64(out ulong wide);
        value = unchecked((int)(isNegative ? 0 - wide : wide));
        return found;
    }

    /// <summary><c>%s</c>: up to the next white space.</summary>
    internal bool TryWord(out ReadOnlySpan<byte> word)
    {
        SkipSpace();
        int length = 0;
        while (length < _rest.Length && !IsSpace(_rest[length]))
        {
            length++;
        }

        word = _rest[..length];
        _rest = _rest[length..];
        return length > 0;
    }

    /// <summary>The kernel's strncmp with the number of bytes that were written, which takes any beginning of a word for the word.</summary>
    /// <param name="text">What stands in the buffer; a NUL ends it, and one stands after it.</param>
    /// <param name="word">What it is compared with.</param>
    /// <param name="count">How many bytes were written.</param>
    internal static bool IsWord(ReadOnlySpan<byte> text, ReadOnlySpan<byte> word, int count)
    {
        for (int i = 0; i < count; i++)
        {
            byte a = i < text.Length ? text[i] : (byte)0;
            byte b = i < word.Length ? word[i] : (byte)0;
            if (a != b)
            {
                return false;
            }

            if (a == 0)
            {
                return true;
            }
        }

        return true;
    }

    void SkipSpace()
    {
        int length = 0;
        while (length < _rest.Length && IsSpace(_rest[length]))
        {
            length++;
        }

        _rest = _rest[length..];
    }

    static bool IsDigit(byte c) => c is >= (byte)'0' and <= (byte)'9';

    /// <summary>As the kernel's table of characters has it, with the no-break space of Latin-1.</summary>
    static bool IsSpace(byte c) => c is (byte)' ' or (>= 9 and <= 13) or 0xA0;
}

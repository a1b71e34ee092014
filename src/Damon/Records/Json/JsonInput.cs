using System.Text.Json;
using Damon.Records.Streams;

namespace Damon.Records.Json;

/// <summary>
/// JSON of any length in pieces: what structures it is taken byte by byte, and every value that is small by nature is brought to hand whole.
/// </summary>
/// <remarks>What goes wrong is thrown as <see cref="JsonException"/> and <see cref="EndOfStreamException"/>, both caught by the reader.</remarks>
sealed class JsonInput(RecordInput input)
{
    /// <summary>A larger value is taken for damage. So much has room in memory beside all else.</summary>
    const int MaxValue = 16 << 20;

    /// <summary>The least to read ahead for a value.</summary>
    const int MinAhead = 4096;

    static ReadOnlySpan<byte> Blanks => " \n\t\r"u8;

    /// <summary>The input below.</summary>
    public RecordInput Input { get; } = input;

    /// <summary>Offset up to which snapshots were found; far behind it data without any is given up.</summary>
    public long LastUseful { get; set; }

    /// <summary>The next byte that is no blank, without taking it.</summary>
    public byte Peek() => TryPeek() is >= 0 and var next ? (byte)next : throw new EndOfStreamException();

    /// <summary>As <see cref="Peek"/>, but -1 at the end.</summary>
    public int TryPeek()
    {
        while (true)
        {
            ReadOnlySpan<byte> bytes = Input.Available;
            int blanks = bytes.IndexOfAnyExcept(Blanks);
            if (blanks >= 0)
            {
                Input.Advance(blanks);
                return bytes[blanks];
            }

            Input.Advance(bytes.Length);
            if (!Input.Ensure(1))
            {
                return -1;
            }

            ThrowIfBomb();
        }
    }

    /// <summary>Takes a byte that must come next.</summary>
    public void Take(byte wanted)
    {
        byte next = Peek();
        if (next != wanted)
        {
            throw new JsonException($"'{(char)wanted}' was expected");
        }

        Input.Advance(1);
    }

    /// <summary>Goes to the next element of an array or member of an object: takes the comma in front of it, or the end.</summary>
    /// <returns>False at the end.</returns>
    public bool Next(byte end, ref bool isFirst)
    {
        byte next = Peek();
        if (next == end)
        {
            Input.Advance(1);
            return false;
        }

        if (!isFirst)
        {
            Take((byte)',');
        }

        isFirst = false;
        return true;
    }

    /// <summary>Brings the next value to hand whole and takes it. Valid until the next call.</summary>
    public ReadOnlySpan<byte> Value()
    {
        Peek();
        bool isAll = false;
        while (true)
        {
            ReadOnlySpan<byte> bytes = Input.Available;
            Utf8JsonReader json = new(bytes, isAll, default);
            try
            {
                if (json.Read() && json.TrySkip())
                {
                    int length = (int)json.BytesConsumed;
                    Input.Advance(length);
                    return bytes[..length];
                }
            }
            catch (JsonException) when (isAll)
            {
                throw new EndOfStreamException();
            }

            if (isAll)
            {
                throw new EndOfStreamException();
            }

            // Each time twice as much, so that a value that trickles in is not looked at again for every byte.
            int wanted = Math.Min(Math.Max(bytes.Length * 2, MinAhead), MaxValue);
            if (bytes.Length >= MaxValue)
            {
                throw new JsonException("a value is too large");
            }

            Input.Grow(wanted);
            isAll = !Input.Ensure(wanted);
        }
    }

    /// <summary>Takes a name and the colon after it. Valid until the next call.</summary>
    public ReadOnlySpan<byte> Name(Span<byte> room)
    {
        if (Peek() != '"')
        {
            throw new JsonException("a name was expected");
        }

        ReadOnlySpan<byte> name = Value()[1..^1];
        int length = Math.Min(name.Length, room.Length);
        name[..length].CopyTo(room);
        Take((byte)':');
        return name.Length > room.Length ? default : room[..length];
    }

    /// <summary>Throws where much was decompressed without anything of use.</summary>
    public void ThrowIfBomb()
    {
        if (Input.IsBomb(LastUseful))
        {
            throw new JsonException("too much data without a region was decompressed");
        }
    }
}

using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Damon.Records.Sidecar;

/// <summary>An address as a hexadecimal string: JSON numbers are exact only up to 2^53 in most readers.</summary>
sealed class HexJsonConverter : JsonConverter<ulong>
{
    public override ulong Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        if (reader.TokenType == JsonTokenType.Number && reader.TryGetUInt64(out ulong number))
        {
            return number;
        }

        Span<byte> text = stackalloc byte[18];
        if (reader.TokenType == JsonTokenType.String && !reader.HasValueSequence && reader.ValueSpan.Length <= text.Length)
        {
            int length = reader.CopyString(text);
            ReadOnlySpan<byte> digits = text[..length];
            digits = digits.StartsWith("0x"u8) ? digits[2..] : digits;
            if (ulong.TryParse(digits, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out ulong value))
            {
                return value;
            }
        }

        throw new JsonException("An address must be a hexadecimal string.");
    }

    public override void Write(Utf8JsonWriter writer, ulong value, JsonSerializerOptions options)
    {
        Span<byte> text = stackalloc byte[18];
        text[0] = (byte)'0';
        text[1] = (byte)'x';
        value.TryFormat(text[2..], out int length, "x", CultureInfo.InvariantCulture);
        writer.WriteStringValue(text[..(2 + length)]);
    }
}

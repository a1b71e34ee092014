using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Damon.Records.Sidecar;

/// <summary>A whole number as a JSON number up to 2^53, beyond as a decimal string; both are read.</summary>
sealed class Int128JsonConverter : JsonConverter<Int128>
{
    public const long MaxExact = 1L << 53;

    /// <summary>Longest text written: sign and digits of 128 bits.</summary>
    const int MaxLength = 40;

    public override Int128 Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        if (reader.TokenType is JsonTokenType.Number or JsonTokenType.String
            && Int128.TryParse(reader.ValueSpan, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out Int128 value))
        {
            return value;
        }

        throw new JsonException("A whole number was expected.");
    }

    public override void Write(Utf8JsonWriter writer, Int128 value, JsonSerializerOptions options)
    {
        if (value >= -MaxExact && value <= MaxExact)
        {
            writer.WriteNumberValue((long)value);
            return;
        }

        Span<byte> text = stackalloc byte[MaxLength];
        value.TryFormat(text, out int length, default, CultureInfo.InvariantCulture);
        writer.WriteStringValue(text[..length]);
    }
}

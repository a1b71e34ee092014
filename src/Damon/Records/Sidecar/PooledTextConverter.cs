using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Damon.Records.Sidecar;

/// <summary>Text of which the same comes again and again, such as the names of files in mappings: each is one object, however often it is read.</summary>
sealed class PooledTextConverter : JsonConverter<string>
{
    const int Slots = 1024;

    [ThreadStatic]
    static string?[]? s_known;

    public override string? Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        if (reader.TokenType != JsonTokenType.String)
        {
            return reader.TokenType == JsonTokenType.Null ? null : throw new JsonException("Text was expected.");
        }

        if (reader.HasValueSequence || reader.ValueIsEscaped)
        {
            return reader.GetString();
        }

        ReadOnlySpan<byte> text = reader.ValueSpan;
        HashCode hash = default;
        hash.AddBytes(text);
        ref string? known = ref (s_known ??= new string?[Slots])[hash.ToHashCode() & (Slots - 1)];
        return known is not null && Ascii.Equals(text, known) ? known : known = reader.GetString();
    }

    public override void Write(Utf8JsonWriter writer, string value, JsonSerializerOptions options) => writer.WriteStringValue(value);
}

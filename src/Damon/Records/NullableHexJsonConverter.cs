using System.Text.Json;
using System.Text.Json.Serialization;

namespace Damon.Records;

/// <summary>As <see cref="HexJsonConverter"/>, for a value that may be missing.</summary>
sealed class NullableHexJsonConverter : JsonConverter<ulong?>
{
    readonly HexJsonConverter _inner = new();

    public override ulong? Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        reader.TokenType == JsonTokenType.Null ? null : _inner.Read(ref reader, typeof(ulong), options);

    public override void Write(Utf8JsonWriter writer, ulong? value, JsonSerializerOptions options)
    {
        if (value is { } present)
        {
            _inner.Write(writer, present, options);
        }
        else
        {
            writer.WriteNullValue();
        }
    }
}

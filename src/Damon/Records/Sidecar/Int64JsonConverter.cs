using System.Text.Json;
using System.Text.Json.Serialization;

namespace Damon.Records.Sidecar;

/// <summary>As <see cref="Int128JsonConverter"/>, within 64 bits: nanoseconds pass 2^53 after 104 days.</summary>
sealed class Int64JsonConverter : JsonConverter<long>
{
    readonly Int128JsonConverter _inner = new();

    public override long Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        Int128 value = _inner.Read(ref reader, typeof(Int128), options);
        return value >= long.MinValue && value <= long.MaxValue
            ? (long)value
            : throw new JsonException("A number of 64 bits was expected.");
    }

    public override void Write(Utf8JsonWriter writer, long value, JsonSerializerOptions options) =>
        _inner.Write(writer, value, options);
}

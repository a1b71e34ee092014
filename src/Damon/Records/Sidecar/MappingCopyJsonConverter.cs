using System.Text.Json;
using System.Text.Json.Serialization;

namespace Damon.Records.Sidecar;

/// <summary>A <see cref="MappingCopy"/> as <c>[list, first, count, "start"]</c>: a sidecar may have as many of them as of everything else together.</summary>
sealed class MappingCopyJsonConverter : JsonConverter<MappingCopy>
{
    static readonly Int64JsonConverter s_number = new();
    static readonly HexJsonConverter s_address = new();

    public override MappingCopy Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        if (reader.TokenType != JsonTokenType.StartArray)
        {
            throw new JsonException("An array was expected.");
        }

        reader.Read();
        long list = s_number.Read(ref reader, typeof(long), options);
        reader.Read();
        int first = reader.GetInt32();
        reader.Read();
        int count = reader.GetInt32();
        reader.Read();
        ulong start = s_address.Read(ref reader, typeof(ulong), options);

        // What a later version may add.
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            reader.Skip();
        }

        return new MappingCopy(list, first, count, start);
    }

    public override void Write(Utf8JsonWriter writer, MappingCopy value, JsonSerializerOptions options)
    {
        writer.WriteStartArray();
        s_number.Write(writer, value.List, options);
        writer.WriteNumberValue(value.First);
        writer.WriteNumberValue(value.Count);
        s_address.Write(writer, value.Start, options);
        writer.WriteEndArray();
    }
}

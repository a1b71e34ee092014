using System.Text;
using System.Text.Json;

namespace Damon.Schemes.Text;

/// <summary>Reads JSON into nodes. Comments and commas after the last element are accepted.</summary>
ref struct JsonSpecification
{
    readonly SchemeTextSource _source;
    readonly byte[] _bytes;
    Utf8JsonReader _reader;
    int _nodes;
    int _seen;
    int _line;
    int _column;

    JsonSpecification(SchemeTextSource source)
    {
        _source = source;
        _bytes = Encoding.UTF8.GetBytes(source.Text);
        _reader = new Utf8JsonReader(
            _bytes,
            new JsonReaderOptions { MaxDepth = SpecificationNode.MaxDepth, CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true });
        _line = 1;
        _column = 1;
    }

    /// <exception cref="SchemeTextException">It is no JSON, too deep, too large, or has a key twice.</exception>
    public static SpecificationNode Read(SchemeTextSource source)
    {
        JsonSpecification json = new(source);
        try
        {
            json._reader.Read();
            SpecificationNode node = json.Node();
            json._reader.Read();
            return node;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            throw json.Fault(e);
        }
    }

    SpecificationNode Node()
    {
        Locate(_reader.TokenStartIndex);
        if (++_nodes > SpecificationNode.MaxNodes)
        {
            throw _source.Fault(_line, _column, $"the text has more than {SpecificationNode.MaxNodes} values");
        }

        switch (_reader.TokenType)
        {
            case JsonTokenType.StartArray:
                return Sequence();
            case JsonTokenType.StartObject:
                return Mapping();
            case JsonTokenType.Null:
                return new SpecificationNode(SpecificationNodeKind.Null, _line, _column);
            case JsonTokenType.String:
                return new SpecificationNode(SpecificationNodeKind.Scalar, _line, _column, _reader.GetString()!);
            default:
                return new SpecificationNode(SpecificationNodeKind.Scalar, _line, _column, Encoding.UTF8.GetString(_reader.ValueSpan));
        }
    }

    SpecificationNode Sequence()
    {
        SpecificationNode node = new(SpecificationNodeKind.Sequence, _line, _column);
        while (_reader.Read() && _reader.TokenType != JsonTokenType.EndArray)
        {
            node.Add(Node());
        }

        return node;
    }

    SpecificationNode Mapping()
    {
        SpecificationNode node = new(SpecificationNodeKind.Mapping, _line, _column);
        while (_reader.Read() && _reader.TokenType != JsonTokenType.EndObject)
        {
            Locate(_reader.TokenStartIndex);
            (int line, int column) = (_line, _column);
            string key = _reader.GetString()!;
            _reader.Read();
            if (!node.TryAdd(key, Node()))
            {
                throw _source.Fault(line, column, $"the key {SchemeTextSource.Quote(key)} is there twice");
            }
        }

        return node;
    }

    /// <summary>Offsets only grow, so the text is counted once.</summary>
    void Locate(long offset)
    {
        for (; _seen < offset && _seen < _bytes.Length; _seen++)
        {
            byte b = _bytes[_seen];
            if (b == '\n')
            {
                _line++;
                _column = 1;
            }
            else if ((b & 0xc0) != 0x80)
            {
                _column++;
            }
        }
    }

    SchemeTextException Fault(Exception e)
    {
        if (e is not JsonException { LineNumber: { } line, BytePositionInLine: { } position })
        {
            Locate(_reader.TokenStartIndex);
            return _source.Fault(_line, _column, "this is no valid JSON string");
        }

        // Not in the words of the runtime, which are about its reader.
        int depth = _reader.CurrentDepth + (_reader.TokenType is JsonTokenType.StartArray or JsonTokenType.StartObject ? 1 : 0);
        bool isTooDeep = depth >= SpecificationNode.MaxDepth
            && _bytes.AsSpan((int)_reader.BytesConsumed).TrimStart(" \t\r\n,:"u8) is [(byte)'[' or (byte)'{', ..];
        return _source.Fault(
            (int)line + 1,
            (int)position + 1,
            isTooDeep ? $"this JSON is nested more than {SpecificationNode.MaxDepth} deep" : "this is no valid JSON");
    }
}

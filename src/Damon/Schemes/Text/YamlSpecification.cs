using System.Globalization;
using System.Text;

namespace Damon.Schemes.Text;

/// <summary>
/// Reads the part of YAML that the DAMON tools write: block and flow mappings and sequences, scalars on one line (plain, or in quotation
/// marks), comments, one document. All else (anchors, tags, block scalars, tabs as indentation) is refused.
/// </summary>
sealed class YamlSpecification
{
    readonly SchemeTextSource _source;
    readonly string _text;
    int _at;
    int _nodes;
    int _lineStart;
    int _line = 1;

    YamlSpecification(SchemeTextSource source)
    {
        _source = source;
        _text = source.Text;
    }

    /// <summary>Column of the next character, from 1.</summary>
    int Column => _at - _lineStart + 1;

    bool AtEnd => _at >= _text.Length;

    /// <exception cref="SchemeTextException">It is no YAML that is understood.</exception>
    public static SpecificationNode Read(SchemeTextSource source)
    {
        YamlSpecification yaml = new(source);
        yaml.SkipToContent();
        if (yaml.AtMarker("---"))
        {
            yaml._at += 3;
            yaml.SkipToContent();
        }

        if (yaml.AtEnd || yaml.AtMarker("..."))
        {
            return yaml.Create(SpecificationNodeKind.Null);
        }

        SpecificationNode node = yaml.Block(1);
        yaml.SkipToContent();
        if (yaml.AtMarker("..."))
        {
            yaml._at += 3;
            yaml.SkipToContent();
        }

        return yaml.AtEnd ? node : throw yaml.Fault("expected the end of the document");
    }

    SpecificationNode Block(int depth) =>
        AtDash() ? BlockSequence(depth) : AtKey() ? BlockMapping(depth) : Value(depth);

    SpecificationNode BlockSequence(int depth)
    {
        Enter(depth);
        SpecificationNode node = Create(SpecificationNodeKind.Sequence);
        int column = Column;
        while (!AtEnd && Column == column && AtDash())
        {
            SpecificationNode none = Create(SpecificationNodeKind.Null);
            _at++;
            node.Add(!SkipBlanks() ? Block(depth + 1) : !AtEnd && Column > column && !AtMarker() ? Block(depth + 1) : none);
            EndItem(column);
        }

        return node;
    }

    SpecificationNode BlockMapping(int depth)
    {
        Enter(depth);
        SpecificationNode node = Create(SpecificationNodeKind.Mapping);
        int column = Column;
        while (!AtEnd && Column == column && !AtDash() && !AtMarker())
        {
            if (!AtKey())
            {
                throw Fault("expected a key with a colon");
            }

            (int line, int keyColumn) = (_line, Column);
            SpecificationNode none = Create(SpecificationNodeKind.Null);
            string key = Key();
            bool isNested = SkipBlanks();
            SpecificationNode value = !isNested ? Value(depth + 1)
                : AtEnd || AtMarker() || Column < column || (Column == column && !AtDash()) ? none
                : Block(depth + 1);
            Add(node, key, value, line, keyColumn);
            EndItem(column);
        }

        return node;
    }

    /// <summary>After an item the next one must stand at the same column, or the end of the block has come.</summary>
    void EndItem(int column)
    {
        SkipToContent();
        if (!AtEnd && Column > column)
        {
            throw Fault("this is indented too far");
        }
    }

    /// <summary>A scalar or a flow collection, up to the end of its line.</summary>
    SpecificationNode Value(int depth)
    {
        SpecificationNode node = _text[_at] is '[' or '{' ? Flow(depth) : Scalar(isFlow: false);
        int at = _at;
        while (at < _text.Length && _text[at] is ' ' or '\t')
        {
            at++;
        }

        if (at < _text.Length && _text[at] is not ('\n' or '\r') && !(_text[at] == '#' && at > _at))
        {
            _at = at;
            throw Fault("expected the end of the line");
        }

        return node;
    }

    SpecificationNode Flow(int depth)
    {
        Enter(depth);
        bool isMapping = _text[_at] == '{';
        char end = isMapping ? '}' : ']';
        SpecificationNode node = Create(isMapping ? SpecificationNodeKind.Mapping : SpecificationNodeKind.Sequence);
        _at++;
        while (true)
        {
            SkipInFlow(end);
            if (_text[_at] == end)
            {
                _at++;
                return node;
            }

            if (isMapping)
            {
                (int line, int column) = (_line, Column);
                string key = Scalar(isFlow: true).Text;
                SkipInFlow(end);
                if (_text[_at] != ':')
                {
                    throw Fault("expected a colon");
                }

                _at++;
                SkipInFlow(end);
                Add(node, key, _text[_at] is ',' or '}' ? Create(SpecificationNodeKind.Null) : FlowValue(depth), line, column);
            }
            else
            {
                node.Add(FlowValue(depth));
            }

            SkipInFlow(end);
            if (_text[_at] == ',')
            {
                _at++;
            }
            else if (_text[_at] != end)
            {
                throw Fault($"expected a comma or {end}");
            }
        }
    }

    SpecificationNode FlowValue(int depth) => _text[_at] is '[' or '{' ? Flow(depth + 1) : Scalar(isFlow: true);

    SpecificationNode Scalar(bool isFlow)
    {
        SpecificationNode place = Create(SpecificationNodeKind.Null);
        if (_text[_at] is '"' or '\'')
        {
            return new SpecificationNode(SpecificationNodeKind.Scalar, place.Line, place.Column, Quoted());
        }

        int end = PlainEnd(isFlow);
        string text = _text[_at..end].TrimEnd();
        if (text.Length == 0)
        {
            throw Fault("expected a value");
        }

        if ("&*!|>@`%?".Contains(text[0], StringComparison.Ordinal))
        {
            throw Fault($"a value that begins with {text[0]} is not supported; put it in quotation marks");
        }

        if (!isFlow && end < _text.Length && _text[end] == ':')
        {
            _at = end;
            throw Fault("a colon is not expected here; put the text in quotation marks");
        }

        _at += text.Length;
        return text is "null" or "Null" or "NULL" or "~" ? place : new SpecificationNode(SpecificationNodeKind.Scalar, place.Line, place.Column, text);
    }

    /// <summary>Where a plain scalar that begins here ends: at the end of the line, a comment, or a colon.</summary>
    int PlainEnd(bool isFlow)
    {
        int end = _at;
        while (end < _text.Length
            && _text[end] is not ('\n' or '\r')
            && !(_text[end] == '#' && end > 0 && _text[end - 1] is ' ' or '\t')
            && !(_text[end] == ':' && IsSeparator(end + 1, isFlow))
            && !(isFlow && _text[end] is ',' or '[' or ']' or '{' or '}'))
        {
            end++;
        }

        return end;
    }

    string Quoted()
    {
        char mark = _text[_at];
        StringBuilder text = new();
        for (_at++; !AtEnd && _text[_at] is not ('\n' or '\r'); _at++)
        {
            char c = _text[_at];
            if (c == mark)
            {
                _at++;
                if (mark == '"' || AtEnd || _text[_at] != mark)
                {
                    return text.ToString();
                }
            }
            else if (c == '\\' && mark == '"')
            {
                _at++;
                c = Escaped();
            }

            text.Append(c);
        }

        throw Fault("a text in quotation marks must end on its line");
    }

    char Escaped()
    {
        char c = AtEnd ? '\n' : _text[_at];
        switch (c)
        {
            case '"' or '\\' or '/' or ' ':
                return c;
            case 'n':
                return '\n';
            case 't':
                return '\t';
            case 'r':
                return '\r';
            case '0':
                return '\0';
            case 'x' or 'u':
                int digits = c == 'x' ? 2 : 4;
                if (_at + digits < _text.Length
                    && ushort.TryParse(_text.AsSpan(_at + 1, digits), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out ushort code))
                {
                    _at += digits;
                    return (char)code;
                }

                break;
        }

        throw Fault("this escape is not known");
    }

    string Key()
    {
        string key = _text[_at] is '"' or '\'' ? Quoted() : TakePlainKey();
        while (_text[_at] is ' ' or '\t')
        {
            _at++;
        }

        // AtKey has seen the colon.
        _at++;
        return key;
    }

    string TakePlainKey()
    {
        int end = PlainEnd(isFlow: false);
        string key = _text[_at..end].TrimEnd();
        _at = end;
        return key;
    }

    /// <summary>Whether a key with its colon stands here.</summary>
    bool AtKey()
    {
        if (AtEnd || _text[_at] is '[' or '{' or '#' or '&' or '*' or '!' or '|' or '>' or '@' or '`' or '%' or '?')
        {
            return false;
        }

        int end = _text[_at] is '"' or '\'' ? QuotedEnd() : PlainEnd(isFlow: false);
        while (end < _text.Length && _text[end] is ' ' or '\t')
        {
            end++;
        }

        return end < _text.Length && end > _at && _text[end] == ':' && IsSeparator(end + 1, isFlow: false);
    }

    int QuotedEnd()
    {
        int saved = _at;
        try
        {
            Quoted();
            return _at;
        }
        finally
        {
            _at = saved;
        }
    }

    bool AtDash() => !AtEnd && _text[_at] == '-' && IsSeparator(_at + 1, isFlow: false);

    bool AtMarker() => AtMarker("---") || AtMarker("...");

    bool AtMarker(string marker) =>
        Column == 1 && string.CompareOrdinal(_text, _at, marker, 0, marker.Length) == 0 && IsSeparator(_at + marker.Length, isFlow: false);

    bool IsSeparator(int at, bool isFlow) =>
        at >= _text.Length || _text[at] is ' ' or '\t' or '\n' or '\r' || (isFlow && _text[at] is ',' or '[' or ']' or '{' or '}');

    /// <summary>Goes to what comes next on this line; if nothing does, to the next content.</summary>
    /// <returns>Whether the line has ended.</returns>
    bool SkipBlanks()
    {
        int line = _line;
        SkipToContent();
        return AtEnd || _line != line;
    }

    void SkipInFlow(char end)
    {
        SkipToContent(allowsTabs: true);
        if (AtEnd)
        {
            throw Fault($"the text ends before {end}");
        }
    }

    void SkipToContent(bool allowsTabs = false)
    {
        bool indents = _at == _lineStart;
        bool hasTab = false;
        for (; !AtEnd; _at++)
        {
            char c = _text[_at];
            if (c == '\n')
            {
                _line++;
                _lineStart = _at + 1;
                indents = true;
                hasTab = false;
            }
            else if (c == '#' && (_at == 0 || _text[_at - 1] is ' ' or '\t' or '\n' or '\r' or ',' or '[' or '{'))
            {
                int end = _text.IndexOf('\n', _at);
                _at = (end < 0 ? _text.Length : end) - 1;
            }
            else if (c == '\t')
            {
                hasTab = true;
            }
            else if (c is not (' ' or '\r'))
            {
                break;
            }
        }

        if (indents && hasTab && !AtEnd && !allowsTabs)
        {
            throw Fault("a line must not be indented by tabs");
        }
    }

    void Add(SpecificationNode mapping, string key, SpecificationNode value, int line, int column)
    {
        if (!mapping.TryAdd(key, value))
        {
            throw _source.Fault(line, column, $"the key {SchemeTextSource.Quote(key)} is there twice");
        }
    }

    void Enter(int depth)
    {
        if (depth > SpecificationNode.MaxDepth)
        {
            throw Fault($"more than {SpecificationNode.MaxDepth} levels");
        }
    }

    SpecificationNode Create(SpecificationNodeKind kind) =>
        ++_nodes > SpecificationNode.MaxNodes * 3 ? throw Fault("the text has too many values") : new SpecificationNode(kind, _line, Column);

    SchemeTextException Fault(string message) => _source.Fault(_line, Column, message);
}

using System.Globalization;
using System.Text.Json;
using Damon.Records.Streams;

namespace Damon.Records.Sidecar;

/// <summary>Reads the sidecar of a record line by line.</summary>
/// <remarks>
/// A sidecar is never needed to read its record, so nothing in it makes this class throw: a broken or cut-off line ends the reading,
/// and <see cref="Problem"/> says so. What was read before counts. Unknown fields and unknown kinds of lines are skipped.
/// Mappings may be copied from earlier lines: to get any, ask for them from the first line on.
/// </remarks>
public sealed class SidecarReader : IDisposable
{
    readonly RecordInput _input;
    int[] _ages = [];
    int _nrAges;
    readonly List<long> _accessed = [];
    long _line;
    long _lineOffset;
    readonly MappingsReader _mappings = new();
    bool _ended;

    /// <summary>Reads the first line.</summary>
    /// <param name="stream">The sidecar; it need not seek. Disposed with the reader unless <paramref name="leaveOpen"/>.</param>
    /// <param name="leaveOpen">Whether the stream outlives the reader.</param>
    /// <exception cref="IOException">The stream could not be read.</exception>
    public SidecarReader(Stream stream, bool leaveOpen = false)
    {
        _input = new RecordInput(stream, leaveOpen, 64 * 1024);
        ReadHeader();
    }

    /// <summary>The first line; null where it could not be used.</summary>
    public RecordHeader? Header { get; private set; }

    /// <summary>One line that says what could not be used, without the name of the file; null if there was nothing.</summary>
    public string? Problem { get; private set; }

    /// <summary>Kind of the line read last.</summary>
    public SidecarEntryKinds Kind { get; private set; }

    /// <summary>The target, after a line of that kind.</summary>
    public RecordTarget? Target { get; private set; }

    /// <summary>The mappings, after a line of that kind.</summary>
    public RecordMappings? Mappings { get; private set; }

    /// <summary>What a scheme tried, after a line of that kind.</summary>
    public RecordTried? Tried { get; private set; }

    /// <summary>The summary, after a status or end line.</summary>
    public RecordSummary? Summary { get; private set; }

    /// <summary>After a line of ages: the number of snapshots before the one they belong to.</summary>
    public long AgesIndex { get; private set; }

    /// <summary>After a line of ages: the time of the snapshot they belong to, in nanoseconds.</summary>
    public long AgesTimeNs { get; private set; }

    /// <summary>After a line of ages: the age of each region of the snapshot, all targets one after the other. Valid until the next read.</summary>
    public ReadOnlySpan<int> Ages => _ages.AsSpan(0, _nrAges);

    /// <summary>
    /// After a line of ages: the bytes accessed in each target, below 0 where they were not counted; empty where none were. Valid until the next read.
    /// </summary>
    internal IReadOnlyList<long> AccessedBytes => _accessed;

    /// <summary>Reads the whole sidecar but for the ages; disposes the stream.</summary>
    /// <exception cref="IOException">The stream could not be read.</exception>
    public static RecordMetadata Load(Stream stream)
    {
        using SidecarReader reader = new(stream);
        return RecordMetadata.From(reader);
    }

    /// <summary>As <see cref="Load(Stream)"/>, but without any mappings except the last of one target: a run with many children has very many.</summary>
    internal static RecordMetadata Load(Stream stream, Int128? lastMappingsOf, long untilNs)
    {
        using SidecarReader reader = new(stream);
        return RecordMetadata.From(reader, mappings: false, lastMappingsOf, untilNs);
    }

    /// <summary>Goes to the next line of one of the kinds wanted; others are skipped without being parsed whole.</summary>
    /// <returns>False at the end, or where the rest cannot be used: see <see cref="Problem"/>.</returns>
    /// <exception cref="IOException">The stream could not be read.</exception>
    public bool Read(SidecarEntryKinds wanted = SidecarEntryKinds.All)
    {
        while (!_ended && NextLine(out ReadOnlySpan<byte> line, out bool whole))
        {
            try
            {
                Utf8JsonReader json = new(line);
                Kind = KindOf(ref json) & wanted;
                if (Kind != SidecarEntryKinds.None)
                {
                    Parse(ref json);
                    return true;
                }

                if (!whole)
                {
                    // Passed over, but a killed writer is worth telling.
                    while (json.Read())
                    {
                    }
                }
            }
            catch (RecordFormatException e)
            {
                Stop(e.Message);
            }
            catch (Exception e) when (e is JsonException or FormatException or InvalidOperationException)
            {
                Broken(whole, e);
            }
        }

        Kind = SidecarEntryKinds.None;
        return false;
    }

    /// <summary>Disposes the stream, unless it was to be left open.</summary>
    public void Dispose() => _input.Dispose();

    void ReadHeader()
    {
        if (!NextLine(out ReadOnlySpan<byte> line, out bool whole))
        {
            Problem ??= "the sidecar is empty";
            return;
        }

        try
        {
            RecordHeader? header = JsonSerializer.Deserialize(line, SidecarJson.Default.RecordHeader);
            if (header?.Format != RecordHeader.CurrentFormat)
            {
                Problem = string.Create(
                    CultureInfo.InvariantCulture,
                    $"the sidecar has format {header?.Format}, known is {RecordHeader.CurrentFormat}; it is not used");
                _ended = true;
                return;
            }

            Header = header;
        }
        catch (Exception e) when (e is JsonException or FormatException or InvalidOperationException)
        {
            Broken(whole, e);
        }
    }

    bool NextLine(out ReadOnlySpan<byte> line, out bool whole)
    {
        while (true)
        {
            _lineOffset = _input.Offset;
            _line++;
            RecordLineStatus status = _input.ReadLine(SidecarFormat.MaxLine, out line);
            whole = status == RecordLineStatus.Whole;
            if (status == RecordLineStatus.TooLong)
            {
                Stop(string.Create(CultureInfo.InvariantCulture, $"is longer than {SidecarFormat.MaxLine} bytes"));
            }

            if (status is RecordLineStatus.TooLong or RecordLineStatus.End)
            {
                return false;
            }

            if (!line.Trim(" \t\r"u8).IsEmpty)
            {
                return true;
            }
        }
    }

    static SidecarEntryKinds KindOf(ref Utf8JsonReader json)
    {
        json.Read();
        if (json.TokenType != JsonTokenType.StartObject)
        {
            throw new JsonException("An object was expected.");
        }

        json.Read();
        return json.TokenType != JsonTokenType.PropertyName ? SidecarEntryKinds.None
            : json.ValueTextEquals(SidecarFormat.Ages) ? SidecarEntryKinds.Ages
            : json.ValueTextEquals(SidecarFormat.Mappings) || json.ValueTextEquals(SidecarFormat.CopiedMappings) ? SidecarEntryKinds.Mappings
            : json.ValueTextEquals(SidecarFormat.Target) ? SidecarEntryKinds.Target
            : json.ValueTextEquals(SidecarFormat.Tried) ? SidecarEntryKinds.Tried
            : json.ValueTextEquals(SidecarFormat.Status) ? SidecarEntryKinds.Status
            : json.ValueTextEquals(SidecarFormat.End) ? SidecarEntryKinds.End
            : SidecarEntryKinds.None;
    }

    void Parse(ref Utf8JsonReader json)
    {
        switch (Kind)
        {
            case SidecarEntryKinds.Ages:
                ParseAges(ref json);
                break;
            case SidecarEntryKinds.Mappings:
                MappingsLine line = Present(JsonSerializer.Deserialize(ref json, SidecarJson.Default.MappingsLine));
                Present(line.Mappings);
                Mappings = _mappings.Read(line);
                break;
            case SidecarEntryKinds.Target:
                Target = Present(JsonSerializer.Deserialize(ref json, SidecarJson.Default.RecordTarget));
                break;
            case SidecarEntryKinds.Tried:
                Tried = Present(JsonSerializer.Deserialize(ref json, SidecarJson.Default.RecordTried));
                Present(Tried.Regions);
                break;
            default:
                Summary = Present(JsonSerializer.Deserialize(ref json, SidecarJson.Default.RecordSummary));
                break;
        }

        // To the end of the line: a line that was cut is not taken for whole.
        while (json.Read())
        {
        }
    }

    void ParseAges(ref Utf8JsonReader json)
    {
        AgesIndex = -1;
        AgesTimeNs = -1;
        _nrAges = 0;
        _accessed.Clear();
        json.Read();
        if (json.TokenType != JsonTokenType.StartObject)
        {
            throw new JsonException("An object was expected.");
        }

        while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
        {
            if (json.ValueTextEquals("index"u8))
            {
                AgesIndex = Number(ref json);
            }
            else if (json.ValueTextEquals("time_ns"u8))
            {
                AgesTimeNs = Number(ref json);
            }
            else if (json.ValueTextEquals("values"u8))
            {
                ParseValues(ref json);
            }
            else if (json.ValueTextEquals("accessed"u8))
            {
                ParseAccessed(ref json);
            }
            else
            {
                json.Skip();
            }
        }
    }

    void ParseValues(ref Utf8JsonReader json)
    {
        json.Read();
        if (json.TokenType != JsonTokenType.StartArray)
        {
            throw new JsonException("An array was expected.");
        }

        while (json.Read() && json.TokenType != JsonTokenType.EndArray)
        {
            if (_nrAges == _ages.Length)
            {
                Array.Resize(ref _ages, Math.Max(256, _nrAges * 2));
            }

            _ages[_nrAges++] = json.GetInt32();
        }
    }

    void ParseAccessed(ref Utf8JsonReader json)
    {
        json.Read();
        if (json.TokenType != JsonTokenType.StartArray)
        {
            throw new JsonException("An array was expected.");
        }

        while (json.Read() && json.TokenType != JsonTokenType.EndArray)
        {
            _accessed.Add(json.GetInt64());
        }
    }

    static long Number(ref Utf8JsonReader json)
    {
        json.Read();
        return s_number.Read(ref json, typeof(long), SidecarJson.Default.Options);
    }

    static readonly Int64JsonConverter s_number = new();

    static T Present<T>(T? value)
        where T : class => value ?? throw new JsonException("An object was expected.");

    void Broken(bool whole, Exception reason)
    {
        // The parser's own words name .NET types; the place is what helps.
        long at = _lineOffset + ((reason as JsonException)?.BytePositionInLine ?? 0);
        Stop(whole
            ? string.Create(CultureInfo.InvariantCulture, $"is not what was expected, near offset {at}")
            : string.Create(CultureInfo.InvariantCulture, $"is cut off at offset {_input.Offset}"));
    }

    void Stop(string problem)
    {
        _ended = true;
        Problem = string.Create(CultureInfo.InvariantCulture, $"line {_line} of the sidecar {problem}; it and what follows are not used");
    }
}

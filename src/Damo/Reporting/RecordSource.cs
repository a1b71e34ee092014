using System.CommandLine;
using Damo.CommandLine;
using Damon.Linux.Outputs;
using Damon.Monitoring;
using Damon.Records;
using Damon.Records.Sidecar;
using Damon.Records.Streams;

namespace Damo.Reporting;

/// <summary>The record that a report is about: a file, or standard input where the name is <c>-</c>.</summary>
sealed class RecordSource : IDisposable
{
    const string MappingGranularity = "mapping";

    readonly Stream _stream;
    readonly string _name;
    readonly bool _strict;
    bool _damageTold;
    bool _read;

    RecordSource(Stream stream, string input, bool strict, Terminal terminal)
    {
        _stream = stream;
        Input = input;
        _name = RecordInputs.Name(input);
        _strict = strict;
        Terminal = terminal;
    }

    /// <summary>The file, or <c>-</c>.</summary>
    public string Input { get; }

    /// <summary>Where things are said, and standard output is.</summary>
    public Terminal Terminal { get; }

    /// <summary>What a report ends with that could be made: with <c>--strict</c>, damage is a failure.</summary>
    public int ExitCode => (int)(_strict && _damageTold ? CommandLine.ExitCode.Failed : CommandLine.ExitCode.Done);

    /// <summary>Whether all that was read so far was whole.</summary>
    public bool IsWhole => !_damageTold;

    /// <summary>Opens the record that the command line names.</summary>
    /// <param name="parsed">Tells <see cref="RecordInputs.Of(ParseResult)"/> and <see cref="RecordInputs.Strict"/>.</param>
    /// <param name="terminal">Where damage is told.</param>
    /// <param name="readTwice">Whether <see cref="Read(Action{RecordSeries, Snapshot}, RecordTimes?, SidecarReader?)"/> will be called more than once; a pipe is kept in a temporary file then.</param>
    /// <exception cref="UserErrorException">It cannot be opened.</exception>
    /// <param name="tellsGranularity">Whether a line on standard error tells of a record that knows whole mappings only.</param>
    public static RecordSource Open(ParseResult parsed, Terminal terminal, bool readTwice = false, bool tellsGranularity = true)
    {
        RecordSource source = Open(RecordInputs.Of(parsed), parsed.GetValue(RecordInputs.Strict), terminal, readTwice, StyleOption.IsSeedAsked(parsed));
        source.TellUselessSidecar();
        if (tellsGranularity)
        {
            source.TellGranularity();
        }

        return source;
    }

    /// <summary>A line on standard error where the access check answered for whole mappings.</summary>
    public void TellGranularity()
    {
        if (KnowsMappingsOnly)
        {
            Say("accesses are known per mapping, not per page, so all of a mapping shows the same rate; a recording made as root knows pages");
        }
    }

    /// <summary>Whether the access check answered for whole mappings, by the sidecar.</summary>
    public bool KnowsMappingsOnly
    {
        get
        {
            using SidecarReader? sidecar = OpenSidecar();
            return IsByMapping(sidecar);
        }
    }

    /// <summary>What the JSON of a report tells of that, under <c>granularity</c>; null where accesses are known per page, or nothing tells.</summary>
    public string? Granularity => KnowsMappingsOnly ? MappingGranularity : null;

    static bool IsByMapping(SidecarReader? sidecar) => sidecar?.Header?.AccessCheck?.Granularity == MappingGranularity;

    /// <summary>Opens a record.</summary>
    /// <param name="input">The file, or <c>-</c>.</param>
    /// <param name="isStrict">Whether damage is a failure.</param>
    /// <param name="terminal">Where damage is told.</param>
    /// <param name="readTwice">Whether <see cref="Read(Action{RecordSeries, Snapshot}, RecordTimes?, SidecarReader?)"/> will be called more than once; a pipe is kept in a temporary file then.</param>
    /// <param name="inWordsOfSeed">Whether a file that is not there is told as the first tool told it.</param>
    /// <exception cref="UserErrorException">It cannot be opened.</exception>
    public static RecordSource Open(string input, bool isStrict, Terminal terminal, bool readTwice = false, bool inWordsOfSeed = false)
    {
        Stream stream = RecordInputs.OpenStream(input, terminal, inWordsOfSeed);
        try
        {
            return new RecordSource(readTwice && !stream.CanSeek ? Spool(stream, input) : stream, input, isStrict, terminal);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw RecordInputs.Unreadable(input, e);
        }
    }

    /// <summary>
    /// Hands out every whole snapshot, from the first, with its series, and when it began where that is known. Damage is told in one line on standard
    /// error, once.
    /// </summary>
    /// <param name="add">Takes a snapshot, which is filled anew afterwards.</param>
    /// <param name="times">Times of an earlier pass, which tell when the first snapshots began.</param>
    /// <param name="sidecar">Tells ages the record lacks; null for none.</param>
    /// <exception cref="UserErrorException">It is no record, or holds no whole snapshot.</exception>
    public void Read(Action<RecordSeries, Snapshot> add, RecordTimes? times = null, SidecarReader? sidecar = null) => Read(
        record => RecordReaders.WithStartTimes(sidecar is null ? record : RecordReaders.WithAges(record, sidecar), times),
        (snapshot, series) => add(series, snapshot));

    /// <summary>As <see cref="Read(Action{RecordSeries, Snapshot}, RecordTimes?, SidecarReader?)"/>, with the bytes that an access check counted which knows whole mappings only.</summary>
    public void ReadCounted(Action<RecordSeries, Snapshot> add, RecordTimes? times = null)
    {
        using SidecarReader? sidecar = OpenSidecar();
        Read(add, times, IsByMapping(sidecar) ? sidecar : null);
    }

    /// <summary>The same with the series of each snapshot, and with the ages of the sidecar.</summary>
    /// <param name="arrange">Puts another reader in front of the record; what it returns disposes the record.</param>
    /// <param name="add">Takes a snapshot, which is filled anew afterwards, and its series.</param>
    /// <exception cref="UserErrorException">It is no record, or holds no whole snapshot.</exception>
    public void ReadAged(Func<IRecordReader, IRecordReader> arrange, Action<Snapshot, RecordSeries> add) => Read(
        record => arrange(RecordInputs.OpenSidecar(Input) is { } sidecar ? RecordReaders.WithAges(record, sidecar) : record),
        add);

    /// <summary>The intervals that the sidecar tells; null where it does not.</summary>
    public RecordIntervals? SidecarIntervals() => RecordInputs.SidecarIntervals(Input);

    /// <summary>The same as the engine used them: for whatever repeats what it did.</summary>
    public RecordIntervals? EngineIntervals() => RecordInputs.EngineIntervals(Input);

    void Read(Func<IRecordReader, IRecordReader> arrange, Action<Snapshot, RecordSeries> add)
    {
        if (_read)
        {
            _stream.Position = 0;
        }

        _read = true;
        try
        {
            using IRecordReader record = Open(arrange);
            Snapshot snapshot = new();
            bool any = false;
            while (RecordInputs.Read(record, snapshot, Input))
            {
                any = true;
                add(snapshot, record.Series);
            }

            if (!any)
            {
                throw new UserErrorException(record.Damage is { } all ? $"{_name}: {all}" : $"{_name} holds no snapshot");
            }

            if (record.Damage is { } damage && !_damageTold)
            {
                _damageTold = true;
                Terminal.Say($"{_name}: {damage}");
            }
        }
        catch (RecordFormatException e)
        {
            throw new UserErrorException($"{_name}: {e.Message}");
        }
    }

    IRecordReader Open(Func<IRecordReader, IRecordReader> arrange)
    {
        try
        {
            return arrange(RecordReaders.WithLimit(RecordInputs.WithLives(RecordReaders.Open(_stream, leaveOpen: true), Input)));
        }
        catch (IOException e)
        {
            throw RecordInputs.Unreadable(Input, e);
        }
    }

    /// <summary>The sidecar of the record; null where there is none. The caller disposes it.</summary>
    public SidecarReader? OpenSidecar() => RecordInputs.OpenSidecar(Input);

    /// <summary>What the sidecar tells; null where there is none, or it cannot be read.</summary>
    /// <param name="mappingsOf">The target whose last mappings come with it; null for none.</param>
    /// <param name="untilNs">Up to when.</param>
    public RecordMetadata? LoadMetadata(Int128? mappingsOf = null, long untilNs = long.MaxValue)
    {
        try
        {
            return RecordInputs.OpenMetadata(Input, mappingsOf, untilNs);
        }
        catch (IOException)
        {
            return null;
        }
    }

    /// <summary>The same with the mappings of all targets over time.</summary>
    public RecordMetadata? LoadWholeMetadata()
    {
        try
        {
            return RecordInputs.OpenMetadata(Input);
        }
        catch (IOException)
        {
            return null;
        }
    }

    /// <summary>One line on standard error that names this record.</summary>
    public void Say(string message) => Terminal.Say($"{_name}: {message}");

    /// <summary>A failure that names this record.</summary>
    public UserErrorException Failure(string message) => new($"{_name}: {message}");

    public void Dispose() => _stream.Dispose();

    /// <summary>A sidecar that is there and of no use would otherwise be missed in silence.</summary>
    void TellUselessSidecar()
    {
        using SidecarReader? sidecar = OpenSidecar();
        if (sidecar is { Header: null, Problem: { } problem })
        {
            Say($"the sidecar is not used: {problem}");
        }
        else if (sidecar is null && Input != RecordInputs.StandardInput && Path.Exists(Input + SidecarFormat.Suffix))
        {
            Say("the sidecar is not used: it is no regular file, or may not be read");
        }
    }

    static FileStream Spool(Stream stream, string input)
    {
        const int HeadLength = 64 * 1024;
        byte[] head = new byte[HeadLength];
        int length = stream.ReadAtLeast(head, HeadLength, throwOnEndOfStream: false);
        if (length == HeadLength)
        {
            // What is no record is refused before it fills a disk.
            try
            {
                RecordReaders.Open(new MemoryStream(head)).Dispose();
            }
            catch (RecordFormatException e)
            {
                throw new UserErrorException($"{RecordInputs.Name(input)}: {e.Message}");
            }
        }

        FileStream file = new(TemporaryFile.Create(Path.GetTempPath()), FileAccess.ReadWrite, 1);
        using (stream)
        {
            OutputStream to = new(file.SafeFileHandle, isRegular: true);
            to.Write(head, 0, length);
            stream.CopyTo(to, 256 * 1024);
        }

        file.Position = 0;
        return file;
    }
}

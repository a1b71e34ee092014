using Damo.CommandLine;
using Damon.Linux.Outputs;
using Damon.Monitoring;
using Damon.Records;
using Damon.Records.Sidecar;
using Damon.Records.Streams;

namespace Damo.Inputs;

/// <summary>
/// The record that a command reads: a file, or standard input where the name is <c>-</c>; it is opened, its damage is told, and its sidecar is found.
/// </summary>
sealed partial class RecordSource : IDisposable
{
    /// <summary>The name that stands for standard input.</summary>
    public const string StandardInput = "-";

    readonly Stream _stream;
    readonly OutputPair? _journal;
    readonly bool _strict;
    bool _damageTold;
    bool _read;

    RecordSource(Stream stream, string input, bool strict, Terminal terminal, OutputPair? journal = null)
    {
        _stream = stream;
        _journal = journal;
        _strict = strict;
        Input = input;
        Name = NameOf(input);
        Terminal = terminal;
    }

    /// <summary>The file, or <c>-</c>.</summary>
    public string Input { get; }

    /// <summary>How messages call it.</summary>
    public string Name { get; }

    /// <summary>Gets messages, and has standard output.</summary>
    public Terminal Terminal { get; }

    /// <summary>What a command ends with that could do its work: with <c>--strict</c>, damage is a failure.</summary>
    public int ExitCode => (int)(_strict && _damageTold ? CommandLine.ExitCode.Failed : CommandLine.ExitCode.Done);

    /// <summary>Whether all that was read so far was whole.</summary>
    public bool IsWhole => !_damageTold;

    /// <summary>Opens a record.</summary>
    /// <param name="input">The file, or <c>-</c>.</param>
    /// <param name="isStrict">Whether damage is a failure.</param>
    /// <param name="terminal">Where damage is told.</param>
    /// <param name="readTwice">Whether it will be read more than once; a pipe is kept in a temporary file then.</param>
    /// <param name="inWordsOfFirst">Whether a file that is not there is told as the first tool told it.</param>
    /// <exception cref="UserErrorException">It cannot be opened.</exception>
    public static RecordSource Open(string input, bool isStrict, Terminal terminal, bool readTwice = false, bool inWordsOfFirst = false)
    {
        Stream stream = OpenStream(input, terminal, inWordsOfFirst);
        try
        {
            return new RecordSource(readTwice && !stream.CanSeek ? Spool(stream, input) : stream, input, isStrict, terminal);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw Unreadable(input, e);
        }
    }

    /// <summary>A record that this program has just written: it is read by its descriptors.</summary>
    /// <param name="written">Record and sidecar.</param>
    /// <param name="input">Its name.</param>
    /// <param name="terminal">Where damage is told.</param>
    public static RecordSource OpenWritten(OutputPair written, string input, Terminal terminal) =>
        new(written.Record.OpenRead(), input, strict: false, terminal, written);

    /// <summary>
    /// Hands out every whole snapshot, from the first, with its series, and when it began where that is known. Damage is told in one line on standard
    /// error, once.
    /// </summary>
    /// <param name="add">Takes a snapshot, which is refilled afterwards.</param>
    /// <param name="times">Times of an earlier pass, which tell when the first snapshots began.</param>
    /// <param name="sidecar">Tells ages the record lacks; null for none.</param>
    /// <exception cref="UserErrorException">It is no record, or holds no whole snapshot.</exception>
    public void Read(Action<RecordSeries, Snapshot> add, RecordTimes? times = null, SidecarReader? sidecar = null) => Read(
        record => RecordReaders.WithStartTimes(sidecar is null ? record : RecordReaders.WithAges(record, sidecar), times),
        add);

    /// <summary>
    /// As <see cref="Read(Action{RecordSeries, Snapshot}, RecordTimes?, SidecarReader?)"/>, with the bytes that an access check counted which knows whole
    /// mappings only.
    /// </summary>
    public void ReadCounted(Action<RecordSeries, Snapshot> add, RecordTimes? times = null)
    {
        using SidecarReader? sidecar = OpenSidecar();
        Read(add, times, IsByMapping(sidecar) ? sidecar : null);
    }

    /// <summary>Reads each snapshot with its series, and with the ages of the sidecar.</summary>
    /// <param name="add">Takes a series and a snapshot of it, which is refilled afterwards.</param>
    /// <param name="arrange">Puts another reader in front of the record; what it returns disposes the record. Null for none.</param>
    /// <exception cref="UserErrorException">It is no record, or holds no whole snapshot.</exception>
    public void ReadAged(Action<RecordSeries, Snapshot> add, Func<IRecordReader, IRecordReader>? arrange = null) => Read(
        record => arrange is null ? WithAges(record) : arrange(WithAges(record)),
        add);

    void Read(Func<IRecordReader, IRecordReader> arrange, Action<RecordSeries, Snapshot> add)
    {
        using IRecordReader record = OpenReader(record => arrange(RecordReaders.WithLimit(record)));
        Snapshot snapshot = new();
        bool any = false;
        try
        {
            while (Read(record, snapshot))
            {
                any = true;
                add(record.Series, snapshot);
            }

            Finish(record, any);
        }
        catch (RecordFormatException e)
        {
            throw Failure(e.Message);
        }
    }

    /// <summary>Opens a reader at the first snapshot. <see cref="Finish"/> belongs at its end.</summary>
    /// <param name="arrange">Puts another reader in front of it; what it returns disposes the record.</param>
    /// <exception cref="UserErrorException">It cannot be read, or is no record.</exception>
    public IRecordReader OpenReader(Func<IRecordReader, IRecordReader> arrange)
    {
        try
        {
            if (_read)
            {
                _stream.Position = 0;
            }

            _read = true;
            IRecordReader record = RecordReaders.Open(_stream, leaveOpen: true);
            return arrange(OpenSidecar() is { } sidecar ? RecordReaders.WithLives(record, sidecar) : record);
        }
        catch (RecordFormatException e)
        {
            throw Failure(e.Message);
        }
        catch (IOException e)
        {
            throw Unreadable(e);
        }
    }

    /// <summary>Completes ages that the record cannot hold from its sidecar.</summary>
    public IRecordReader WithAges(IRecordReader record) => OpenSidecar() is { } sidecar ? RecordReaders.WithAges(record, sidecar) : record;

    /// <summary>Reads the next snapshot.</summary>
    /// <returns>False at the end.</returns>
    /// <exception cref="UserErrorException">It cannot be read.</exception>
    public bool Read(IRecordReader record, Snapshot snapshot)
    {
        try
        {
            return record.Read(snapshot);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw Unreadable(e);
        }
    }

    /// <summary>Tells what of a record could not be used, once it was read to its end.</summary>
    /// <param name="record">The record.</param>
    /// <param name="any">Whether it gave a snapshot.</param>
    /// <exception cref="UserErrorException">It gave none.</exception>
    public void Finish(IRecordReader record, bool any)
    {
        if (!any)
        {
            throw record.Damage is { } all ? Failure($"{all}") : new UserErrorException($"{Name} holds no snapshot");
        }

        if (record.Damage is { } damage && !_damageTold)
        {
            _damageTold = true;
            Say($"{damage}");
        }
    }

    /// <summary>One line on standard error that names this record.</summary>
    public void Say(string message) => Terminal.Say($"{Name}: {message}");

    /// <summary>A failure that names this record.</summary>
    public UserErrorException Failure(string message) => new($"{Name}: {message}");

    public void Dispose() => _stream.Dispose();

    static string NameOf(string input) => input == StandardInput ? "standard input" : input;

    /// <summary>A record that cannot be read, other than one whose content is wrong.</summary>
    public UserErrorException Unreadable(Exception e) => Unreadable(Input, e);

    static UserErrorException Unreadable(string input, Exception e) => new($"{NameOf(input)} cannot be read: {FailureReason.Of(e)}");

    static Stream OpenStream(string input, Terminal terminal, bool inWordsOfFirst)
    {
        if (input == StandardInput)
        {
            return terminal.OpenInput();
        }

        if (!File.Exists(input))
        {
            throw new UserErrorException(Directory.Exists(input)
                ? $"'{input}' is a directory; give the record itself"
                : inWordsOfFirst ? $"input file ({input}) is not exist"
                : $"there is no record '{input}' here; 'damo record' makes one");
        }

        try
        {
            return new FileStream(input, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, 1);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw Unreadable(input, e);
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
                throw new UserErrorException($"{NameOf(input)}: {e.Message}");
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

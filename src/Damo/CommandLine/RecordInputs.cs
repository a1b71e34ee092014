using System.CommandLine;
using Damon.Linux.Outputs;
using Damon.Monitoring;
using Damon.Records;
using Damon.Records.Sidecar;
using Damon.Records.Streams;

namespace Damo.CommandLine;

/// <summary>The record that a command reads: its options, how it is opened, and how its end is told.</summary>
static class RecordInputs
{
    /// <summary>The name that stands for standard input.</summary>
    public const string StandardInput = "-";

    /// <summary>Beyond this the intervals were stretched on purpose, not just late.</summary>
    const double MinStretch = 1.05;

    /// <summary>The record as a word of its own, without <c>--input</c>.</summary>
    public static Argument<string?> File { get; } = new("record") { Description = "As --input", HelpName = "record", Arity = ArgumentArity.ZeroOrOne, CompletionSources = { Expected.File } };

    /// <summary><c>--input</c>.</summary>
    public static Option<string> Input { get; } = new("--input", "-i", "--input_file")
    {
        Description = "The record (damon.data), in any format; - is standard input",
        HelpName = "file",
        CompletionSources = { Expected.File },
        DefaultValueFactory = _ => "damon.data",
    };

    /// <summary><c>--input_type</c>: without effect, for what a record is shows by itself.</summary>
    public static Option<string> InputType { get; } = new("--input_type") { Hidden = true };

    /// <summary><c>--strict</c>.</summary>
    public static Option<bool> Strict { get; } = new("--strict") { Description = "Fail when a part of the record cannot be used" };

    /// <summary>The record that the command line names: by <see cref="File"/> or by <see cref="Input"/>.</summary>
    /// <exception cref="UserErrorException">It names two.</exception>
    public static string Of(ParseResult parsed) => Of(parsed, parsed.GetValue(File));

    /// <summary>The same for a command whose words mean several things.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="word">The word that is a record; null for none.</param>
    /// <exception cref="UserErrorException">It names two.</exception>
    public static string Of(ParseResult parsed, string? word)
    {
        string? named = parsed.GetResult(Input) is { Implicit: false } ? parsed.GetValue(Input) : null;
        return word is null ? named ?? parsed.GetValue(Input)!
            : named is null || named == word ? word
            : throw UserErrorException.Usage($"two records are given: --input {named}, and {word}");
    }

    /// <summary>How messages call an input.</summary>
    public static string Name(string input) => input == StandardInput ? "standard input" : input;

    /// <summary>Opens a record of any format. <see cref="Finish"/> belongs at its end.</summary>
    /// <param name="input">A file, or <c>-</c>.</param>
    /// <param name="terminal">Where standard input comes from.</param>
    /// <param name="withAges">Whether ages that the record cannot hold are taken from its sidecar.</param>
    /// <exception cref="UserErrorException">It is not there, cannot be read, or is no record.</exception>
    public static IRecordReader Open(string input, Terminal terminal, bool withAges = false)
    {
        Stream stream = OpenStream(input, terminal);
        try
        {
            IRecordReader record = WithLives(RecordReaders.Open(stream), input);
            return withAges && OpenSidecar(input) is { } sidecar ? RecordReaders.WithAges(record, sidecar) : record;
        }
        catch (RecordFormatException e)
        {
            stream.Dispose();
            throw new UserErrorException($"{Name(input)}: {e.Message}");
        }
        catch (IOException e)
        {
            stream.Dispose();
            throw Unreadable(input, e);
        }
    }

    /// <summary>Tells targets apart whose pid was used again, where the sidecar of the record tells that.</summary>
    public static IRecordReader WithLives(IRecordReader record, string input) => OpenSidecar(input) is { } sidecar ? RecordReaders.WithLives(record, sidecar) : record;

    /// <summary>Reads the next snapshot of a record.</summary>
    /// <returns>False at its end.</returns>
    /// <exception cref="UserErrorException">It cannot be read.</exception>
    public static bool Read(IRecordReader record, Snapshot snapshot, string input)
    {
        try
        {
            return record.Read(snapshot);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw Unreadable(input, e);
        }
    }

    /// <summary>A record that cannot be read, other than one whose content is wrong.</summary>
    public static UserErrorException Unreadable(string input, Exception e) => new($"{Name(input)} cannot be read: {FailureReason.Of(e)}");

    /// <summary>The sidecar of a record; null where there is none.</summary>
    public static SidecarReader? OpenSidecar(string input)
    {
        FileStream? file = OpenSidecarFile(input);
        try
        {
            return file is null ? null : new SidecarReader(file);
        }
        catch (IOException)
        {
            return null;
        }
    }

    /// <summary>What the sidecar of a record says; null where there is none.</summary>
    /// <exception cref="IOException">It cannot be read.</exception>
    public static RecordMetadata? OpenMetadata(string input) => OpenSidecarFile(input) is { } file ? SidecarReader.Load(file) : null;

    /// <summary>The same without the mappings, but for the last of one target up to a time.</summary>
    /// <exception cref="IOException">It cannot be read.</exception>
    public static RecordMetadata? OpenMetadata(string input, Int128? lastMappingsOf, long untilNs) =>
        OpenSidecarFile(input) is { } file ? SidecarReader.Load(file, lastMappingsOf, untilNs) : null;

    /// <summary>The bytes of the sidecar of a record; null where there is none. The caller disposes it.</summary>
    /// <remarks>Nobody gave its name: what is no regular file, and a link, is none. Of a record that is a link, it stands beside what that leads to.</remarks>
    public static FileStream? OpenSidecarFile(string input)
    {
        if (input == StandardInput)
        {
            return null;
        }

        string? real = System.IO.File.Exists(input) ? System.IO.File.ResolveLinkTarget(input, returnFinalTarget: true)?.FullName : null;
        return (real is null ? null : InputFile.OpenRegular(real + SidecarFormat.Suffix)) ?? InputFile.OpenRegular(input + SidecarFormat.Suffix);
    }

    /// <summary>The intervals asked for, or, where the overhead was limited by stretching them, those in the same proportion that came out; null where no sidecar tells.</summary>
    public static RecordIntervals? SidecarIntervals(string input)
    {
        using SidecarReader? sidecar = OpenSidecar(input);
        return SidecarIntervals(sidecar);
    }

    /// <summary>The same of a sidecar that is open, which is read to its end.</summary>
    public static RecordIntervals? SidecarIntervals(SidecarReader? sidecar)
    {
        if (sidecar?.Header?.Intervals is not { SampleUs: { } sample, AggrUs: > 0 and var aggregation } asked)
        {
            return null;
        }

        double stretch = 1;
        while (sidecar.Read(SidecarEntryKinds.Status | SidecarEntryKinds.End))
        {
            stretch = (sidecar.Summary?.EffectiveIntervals?.AggrUs ?? aggregation) / aggregation;
        }

        double effective = stretch < MinStretch ? sample : Math.Round(sample * stretch);
        return asked with { SampleUs = effective, AggrUs = Math.Round(effective * (aggregation / sample)) };
    }

    /// <summary>The intervals by which the engine counted ages: ticks that came late do not count, other than for <see cref="SidecarIntervals(string)"/>.</summary>
    public static RecordIntervals? EngineIntervals(string input)
    {
        using SidecarReader? sidecar = OpenSidecar(input);
        double? largest = null;
        while (sidecar?.Read(SidecarEntryKinds.Status | SidecarEntryKinds.End) == true)
        {
            largest = sidecar.Summary?.Overhead?.LargestStretchFactor;
        }

        return largest == 1 ? sidecar!.Header?.Intervals : SidecarIntervals(input);
    }

    /// <summary>Tells what of a record could not be used, once it was read to its end.</summary>
    /// <param name="record">The record.</param>
    /// <param name="input">Its name, as given to <see cref="Open"/>.</param>
    /// <param name="snapshots">Number of snapshots that it gave.</param>
    /// <param name="strict">Whether damage is a failure.</param>
    /// <param name="terminal">Where it is told.</param>
    /// <returns>What the command ends with.</returns>
    /// <exception cref="UserErrorException">The record is whole, and empty.</exception>
    public static int Finish(IRecordReader record, string input, long snapshots, bool strict, Terminal terminal)
    {
        if (record.Damage is { } damage)
        {
            terminal.Say($"{Name(input)}: {damage}");
            return snapshots == 0 || strict ? (int)ExitCode.Failed : (int)ExitCode.Done;
        }

        return snapshots > 0 ? (int)ExitCode.Done : throw new UserErrorException($"{Name(input)} holds no snapshot");
    }

    /// <summary>Opens the bytes of a record.</summary>
    /// <param name="input">A file, or <c>-</c>.</param>
    /// <param name="terminal">Where standard input comes from.</param>
    /// <param name="inWordsOfSeed">Whether a file that is not there is told as the first tool told it.</param>
    /// <exception cref="UserErrorException">It is not there, or cannot be read.</exception>
    public static Stream OpenStream(string input, Terminal terminal, bool inWordsOfSeed = false)
    {
        if (input == StandardInput)
        {
            return terminal.OpenInput();
        }

        if (!System.IO.File.Exists(input))
        {
            throw new UserErrorException(Directory.Exists(input)
                ? $"'{input}' is a directory; give the record itself"
                : inWordsOfSeed ? $"input file ({input}) is not exist"
                : $"there is no record '{input}' here; 'damo record' makes one");
        }

        try
        {
            return OpenFile(input);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw Unreadable(input, e);
        }
    }

    static FileStream OpenFile(string path) => new(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, 1);
}
